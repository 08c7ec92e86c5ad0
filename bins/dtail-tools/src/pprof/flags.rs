//! The flags of `dtail-tools pprof`: the one place that knows what each is called, what it takes and
//! what it means. Its command line, help, manual page and completions are all made of it.

use clap::{Arg, ArgAction, Command, ValueHint};

use super::reports;
use super::words::Takes;

/// A flag: its name, the name of its value if it takes one, and what it does.
pub(super) struct Flag {
    pub(super) name: &'static str,
    value: Option<&'static str>,
    pub(super) help: &'static str,
    /// Whether the short help tells of it.
    is_common: bool,
}

/// Flags under a title.
struct Group {
    title: &'static str,
    flags: &'static [Flag],
}

const fn on(name: &'static str, help: &'static str) -> Flag {
    Flag {
        name,
        value: None,
        help,
        is_common: true,
    }
}

const fn with(name: &'static str, value: &'static str, help: &'static str) -> Flag {
    Flag {
        value: Some(value),
        ..on(name, help)
    }
}

const fn rare(flag: Flag) -> Flag {
    Flag {
        is_common: false,
        ..flag
    }
}

const GROUPS: &[Group] = &[
    Group {
        title: "Reports (one)",
        flags: &[
            on("top", "Table of functions"),
            rare(on("text", "The same")),
            on(
                "tree",
                "Table with the callers and callees of each function",
            ),
            with(
                "peek",
                "REGEX",
                "The same for matching functions, nothing left out",
            ),
            with(
                "list",
                "REGEX",
                "Source code of matching functions, with the value of each line",
            ),
            with(
                "disasm",
                "REGEX",
                "Machine code of matching functions (x86), or of the one at an address",
            ),
            with(
                "weblist",
                "REGEX",
                "The source code with its machine code, as a page: give it an -output",
            ),
            on("traces", "Every sample with its stack"),
            on("tags", "Values by label"),
            on("svg", "Call graph as a picture for browsers"),
            rare(on(
                "png",
                "The same as a picture, where Graphviz is installed",
            )),
            rare(on("pdf", "The same, as a page to print")),
            rare(on("ps", "The same, for PostScript printers")),
            rare(on("gif", "The same, as an older kind of picture")),
            rare(on(
                "web",
                "The picture -svg in a browser: $BROWSER or another",
            )),
            rare(on("eog", "The same in the viewer of GNOME")),
            rare(on(
                "evince",
                "The page -pdf in the viewer evince, where Graphviz is installed",
            )),
            rare(on("gv", "The page -ps in the viewer gv, likewise")),
            on("dot", "Call graph for Graphviz"),
            rare(on("callgrind", "Call graph for KCachegrind")),
            rare(on("kcachegrind", "The same, in KCachegrind")),
            on("folded", "One line a stack, for flame graph tools"),
            rare(on(
                "speedscope",
                "The stacks for https://www.speedscope.app",
            )),
            rare(on(
                "firefox",
                "The stacks for the Firefox Profiler, https://profiler.firefox.com",
            )),
            with(
                "http",
                "HOST:PORT",
                "A page in the browser; either part may be left out: any free port of this machine",
            ),
            rare(on(
                "no_browser",
                "With -http: only print the page's address",
            )),
            on("raw", "The profile as text"),
            rare(on("comments", "The comments of the profile")),
            on("proto", "The profile, filtered, as a profile"),
            rare(on("topproto", "The table as a profile")),
            rare(on(
                "json",
                "With a report that is text: for programs, as JSON",
            )),
            rare(on("csv", "The same, as CSV")),
        ],
    },
    Group {
        title: "What is counted",
        flags: &[
            with("sample_index", "TYPE", "Sample type, by number or name"),
            rare(on("mean", "Average over the first sample type")),
            rare(with("divide_by", "N", "Divide every value")),
            rare(with(
                "unit",
                "UNIT",
                "Unit of the numbers; `minimum` (one for all) or `auto` (one each)",
            )),
            rare(on("inuse_space", "The same as -sample_index=inuse_space")),
            rare(on(
                "inuse_objects",
                "The same as -sample_index=inuse_objects",
            )),
            rare(on("alloc_space", "The same as -sample_index=alloc_space")),
            rare(on(
                "alloc_objects",
                "The same as -sample_index=alloc_objects",
            )),
            rare(on("total_delay", "The same as -sample_index=delay")),
            rare(on("mean_delay", "The same as -sample_index=delay -mean")),
            rare(on("contentions", "The same as -sample_index=contentions")),
        ],
    },
    Group {
        title: "What is a row",
        flags: &[
            rare(on(
                "functions",
                "A function, which is so unless another is chosen",
            )),
            rare(on("filefunctions", "A function in a file")),
            rare(on("files", "A source file")),
            on("lines", "A source line"),
            rare(on("addresses", "An instruction")),
            rare(on("noinlines", "Count inlined calls to their callers")),
            rare(on("showcolumns", "Columns beside lines")),
            rare(on(
                "flat",
                "Order rows by what they take themselves, which is so unless -cum is given",
            )),
            on("cum", "Order rows by what they take with what they call"),
        ],
    },
    Group {
        title: "What is left out",
        flags: &[
            with(
                "focus",
                "REGEX",
                "Keep only samples through matching functions",
            ),
            with(
                "ignore",
                "REGEX",
                "Leave out samples through matching functions",
            ),
            rare(with("show", "REGEX", "Keep only matching frames")),
            rare(with("hide", "REGEX", "Leave out matching frames")),
            rare(with(
                "show_from",
                "REGEX",
                "Leave out what is above the highest matching frame",
            )),
            rare(with(
                "prune_from",
                "REGEX",
                "Leave out what is below a matching frame",
            )),
            with(
                "tagfocus",
                "LABEL",
                "Keep only samples with a label: regex, key=regex, 1kb:64kb",
            ),
            rare(with("tagignore", "LABEL", "Leave out samples with a label")),
            rare(with("tagshow", "REGEX", "Keep only matching labels")),
            rare(with("taghide", "REGEX", "Leave out matching labels")),
            rare(with("tagroot", "KEYS", "Labels as frames at the root")),
            rare(with("tagleaf", "KEYS", "Labels as frames at the leaf")),
            with("nodecount", "N", "Show at most this many nodes, 0 for all"),
            rare(with(
                "nodefraction",
                "F",
                "Leave out nodes below this share of the total; 0.005 unless said otherwise",
            )),
            rare(with(
                "edgefraction",
                "F",
                "Leave out edges below this share of the total; 0.001 unless said otherwise",
            )),
            rare(on(
                "trim",
                "Leave out small nodes and edges; -trim=false keeps them",
            )),
            rare(on("drop_negative", "Leave out nodes of negative value")),
        ],
    },
    Group {
        title: "How it looks",
        flags: &[
            rare(on(
                "relative_percentages",
                "Percentages of what the filters leave",
            )),
            rare(on("compact_labels", "Fewer lines above the table")),
            rare(on("call_tree", "Paths kept apart in graphs")),
            rare(on("intel_syntax", "Machine code in Intel's syntax")),
            rare(with(
                "source_path",
                "DIRS",
                "Where source code is: directories, separated by colons",
            )),
            rare(with(
                "trim_path",
                "PREFIXES",
                "What to take off the paths of source code, separated by colons",
            )),
            with(
                "output",
                "FILE",
                "Write to a file; without a report, FILE.html becomes a page with everything",
            ),
        ],
    },
    Group {
        title: "Profiles",
        flags: &[
            with(
                "base",
                "FILE",
                "Subtract a profile; may be given several times",
            ),
            with(
                "diff_base",
                "FILE",
                "The same, with percentages of the base",
            ),
            rare(on("normalize", "Scale to the base first")),
            rare(with(
                "symbolize",
                "MODE",
                "Names of addresses from binaries: none, local, fastlocal (no lines), force; and \
                 mangled names: demangle=none|templates|full",
            )),
            rare(with(
                "tools",
                "DIR",
                "Accepted for the sake of scripts: binaries are read without other programs",
            )),
            rare(with(
                "seconds",
                "N",
                "Seconds to sample, where a profile is fetched from a program",
            )),
            rare(with("timeout", "N", "Seconds to wait for it")),
            rare(with("buildid", "ID", "Build id to write into the profile")),
            rare(with(
                "add_comment",
                "TEXT",
                "Comment to write into the profile",
            )),
        ],
    },
];

/// All flags.
pub(super) fn all() -> impl Iterator<Item = &'static Flag> {
    GROUPS.iter().flat_map(|group| group.flags)
}

/// The names of the reports.
pub(super) fn reports() -> impl Iterator<Item = &'static str> {
    let names = all().map(|flag| flag.name);
    names.filter(|name| reports::find(name).is_some())
}

/// What the flag called `name` takes.
pub(super) fn takes(name: &str) -> Option<Takes> {
    let flag = all().find(|flag| flag.name == name)?;
    Some(match flag.value {
        Some(_) => Takes::Value,
        None => Takes::Nothing,
    })
}

/// The definition of the command, for its help, its manual page and its completions.
pub(crate) fn definition() -> Command {
    let file = Arg::new("file")
        .value_name("FILE")
        .help("Profiles, which are merged; the first may be the program they are of")
        .long_help(FILES)
        .value_hint(ValueHint::FilePath);
    let command = Command::new("dtail-tools pprof")
        .about("Read profiles as `go tool pprof` does")
        .long_about(ABOUT)
        .arg(file.action(ArgAction::Append));
    let add = |command: Command, group: &Group| {
        command.args(group.flags.iter().map(|flag| flag.arg(group.title)))
    };
    cli::command_line(GROUPS.iter().fold(command, add))
}

impl Flag {
    fn arg(&self, title: &'static str) -> Arg {
        let arg = Arg::new(self.name)
            .long(self.name)
            .help(self.help)
            .help_heading(title)
            .hide_short_help(!self.is_common);
        match self.value {
            Some(value) => arg.value_name(value).action(ArgAction::Append),
            None => arg.action(ArgAction::SetTrue),
        }
    }
}

const ABOUT: &str = "\
Read profiles as `go tool pprof` does

Takes the command line of `go tool pprof` and prints what it prints, without Go and without Graphviz. \
Without a report a shell opens, in which `help` lists what it knows. Flags are written as in Go (-x, --x, \
-x=v or -x v) and stand before or behind files.";

const FILES: &str = "\
Profiles, which are merged; the first may be the program they are of

An address such as localhost:6060/debug/pprof/profile is a file too: the profile is fetched.";

#[cfg(test)]
mod tests {
    use report::Options;

    use super::super::reports::Named;
    use super::*;

    #[test]
    fn every_report_and_every_option_has_a_flag() {
        for name in Options::names() {
            let expected = match Options::is_switch(name) {
                true => Takes::Nothing,
                false => Takes::Value,
            };
            assert_eq!(takes(name), Some(expected), "{name}");
        }
        for flag in GROUPS[0]
            .flags
            .iter()
            .filter(|flag| !["json", "csv", "http", "no_browser"].contains(&flag.name))
        {
            let is_about = matches!(reports::find(flag.name), Some(Named::About(_)));
            assert_eq!(is_about, flag.value.is_some(), "{}", flag.name);
            assert!(reports::find(flag.name).is_some(), "{}", flag.name);
        }
    }

    #[test]
    fn the_definition_is_sound() {
        definition().debug_assert();
    }
}
