//! What the help and the manual page of `dtail-tools pprof` say besides its flags, and the help of its
//! shell.

use cli::Manual;

pub(super) const MANUAL: Manual = Manual {
    examples: &[
        (
            "dtail-tools pprof -top cpu.prof",
            "the functions that took the time",
        ),
        (
            "dtail-tools pprof -peek 'parse$' cpu.prof",
            "who calls them, what they call",
        ),
        (
            "dtail-tools pprof -top -diff_base old.prof new.prof",
            "what changed",
        ),
        (
            "dtail-tools pprof -list parse -source_path src cpu.prof",
            "source code, line by line",
        ),
        (
            "dtail-tools pprof -top -sample_index alloc_space alloc.prof",
            "what was allocated",
        ),
        (
            "dtail-tools pprof -http=: cpu.prof",
            "flame graph and more in the browser",
        ),
        (
            "dtail-tools pprof cpu.prof",
            "a shell: reports and options, line by line",
        ),
    ],
    usage: &["dtail-tools pprof [REPORT] [OPTIONS] [PROGRAM] FILE..."],
    sections: &[("The shell", SHELL)],
    exit_status: &[
        ("0", "The report was written."),
        ("2", "Wrong usage, or nothing to report."),
        ("3", "No profile could be read."),
    ],
    environment: &[
        (
            "BROWSER",
            "The browser of `-web`, with arguments if it needs any.",
        ),
        ("TMPDIR", "Where the files are that viewers show."),
        ("TZ", "The time zone in which times are shown."),
    ],
    files: &[(
        "$XDG_STATE_HOME/dtail/pprof_history, else ~/.local/state/dtail/pprof_history",
        "The lines of shells at a terminal, the last 1000; nobody else may read it.",
    )],
    see_also: &["dtail-tools(1)", "dtail-tools-profile(1)", "dot(1)"],
};

/// The help of the shell.
pub(super) const SHELL: &str = "\
Reports: top text tree peek list disasm traces tags svg dot callgrind folded speedscope raw comments
         proto topproto; web eog evince gv kcachegrind show one in another program
  top10                    ten rows
  top -cum parse -test     samples through `parse`, none through `test`, by cum
  list parse > out.txt     into a file; peek, list and disasm need an expression

Options hold until they are changed:
  focus=parse              any option of the command line, as name=value
  lines                    a switch, or a sample type of the profile
  o                        all options
  :                        clears focus, ignore, hide, tagfocus and tagignore

  help NAME                what a report or an option does
  quit                     as does the end of the input

At a terminal lines are edited as in a shell of the system: Tab completes reports, options,
functions of the profile and files, the arrows and Ctrl-R go back to earlier lines.
";
