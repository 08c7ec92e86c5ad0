//! The help of `dtail-tools pprof`.

/// Examples first, then every report and every option.
pub(super) const TEXT: &str = "\
Examples:
  dtail-tools pprof -top cpu.prof                   the functions that took the time
  dtail-tools pprof -peek 'parse$' cpu.prof         who calls them, what they call
  dtail-tools pprof -top -diff_base old.prof new.prof   what changed
  dtail-tools pprof -http=: cpu.prof                flame graph and more in the browser

Usage: dtail-tools pprof [REPORT] [OPTIONS] [PROGRAM] FILE...

Without a report a shell opens, in which `help` lists what it knows.

Several files are merged. An address such as localhost:6060/debug/pprof/profile is a file too. Flags are written as in Go: -x, --x, -x=v or -x v, before or behind files.

Reports (one):
  -top, -text        table of functions; with -json or -csv for other programs
  -tree              table with the callers and callees of each
  -peek=REGEX        the same for matching functions, nothing left out
  -list=REGEX        source code of matching functions with the value of each line
  -disasm=REGEX      machine code of matching functions (x86), or of the one at an address
  -traces            every sample with its stack
  -tags              values by label
  -svg               call graph as a picture for browsers
  -dot               call graph for Graphviz
  -png, -pdf, -ps, -gif    the same as a picture, where Graphviz is installed
  -callgrind         call graph for KCachegrind
  -folded            one line a stack, for flame graph tools
  -speedscope        the stacks for https://www.speedscope.app
  -raw               the profile as text
  -comments          the comments
  -proto             the profile, filtered, as a profile
  -topproto          the table as a profile
  -http=HOST:PORT    a page in the browser; either part may be left out: any free port of this machine
  -no_browser        only print the page's address
  -output=FILE.html  (without a report) the page and its profiles in one file

What is counted:
  -sample_index=X    sample type, by number or name
  -mean              average over the first sample type
  -divide_by=N       divide every value
  -unit=UNIT         unit of the numbers; `minimum` (one for all) or `auto` (one each)
  -inuse_space, -inuse_objects, -alloc_space, -alloc_objects,
  -total_delay, -mean_delay, -contentions    short for -sample_index

What is a row:
  -functions, -filefunctions, -files, -lines, -addresses
  -noinlines         count inlined calls to their callers
  -showcolumns       columns beside lines
  -flat, -cum        order of the rows

What is left out:
  -nodecount=N, -nodefraction=F, -edgefraction=F     small nodes and edges
  -trim=false        nothing
  -focus=REGEX, -ignore=REGEX        samples through matching functions, or others
  -show=REGEX, -hide=REGEX           matching frames, or others
  -show_from=REGEX, -prune_from=REGEX    what is above, below a matching frame
  -tagfocus=X, -tagignore=X          samples by label: regex, key=regex, 1kb:64kb
  -tagshow=REGEX, -taghide=REGEX     labels
  -tagroot=KEYS, -tagleaf=KEYS       labels as frames
  -drop_negative     nodes of negative value

How it looks:
  -relative_percentages   percentages of what the filters leave
  -compact_labels         fewer lines above the table
  -call_tree              paths kept apart in graphs
  -source_path=DIRS, -trim_path=PREFIXES   where source code is
  -output=FILE            instead of standard output

Profiles:
  -base=FILE         subtract a profile
  -diff_base=FILE    the same, percentages of the base
  -normalize         scale to the base first
  -symbolize=MODE    none, or demangle=none|templates|full
  -seconds=N, -timeout=N    of profiles that are fetched
  -buildid=ID, -add_comment=TEXT     written into the profile

Exit status: 0 report written, 2 wrong usage or nothing to report, 3 unreadable profile.
";

/// The help of the shell.
pub(super) const SHELL: &str = "\
Reports: top text tree peek list disasm traces tags svg dot callgrind folded speedscope raw comments
         proto topproto
  top10                    ten rows
  top -cum parse -test     samples through `parse`, none through `test`, by cum
  list parse > out.txt     into a file; peek, list and disasm need an expression

Options hold until they are changed:
  focus=parse              any option of the command line, as name=value
  lines                    a switch, or a sample type of the profile
  o                        all options
  :                        clears focus, ignore, hide, tagfocus and tagignore

  quit                     as does the end of the input
";
