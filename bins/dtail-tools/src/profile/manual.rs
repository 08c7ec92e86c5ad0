//! What the help and the manual page of `dtail-tools profile` say besides its flags.

use cli::Manual;

pub(super) const LONG_ABOUT: &str = "\
Make, list and analyse profiles

Runs dcat, dgrep and dmap under their own profiler on test data that it makes, and lists and analyses what \
they wrote; or looks at profiles that are there. The mode is the first word or the value of -mode; without \
one it is quick.";

pub(super) const MANUAL: Manual = Manual {
    examples: &[
        (
            "dtail-tools profile",
            "profile dcat, dgrep, dmap on test data",
        ),
        (
            "dtail-tools profile list -dir profiles",
            "one line for each profile",
        ),
        ("dtail-tools profile analyze FILE", "what a profile says"),
        (
            "dtail-tools profile full -runs 3 -commands dgrep",
            "more workloads, each three times",
        ),
        (
            "dtail-tools profile list -sort size -since 2h",
            "what was taken lately, largest first",
        ),
        (
            "dtail-tools profile analyze -json FILE",
            "the analysis for other programs",
        ),
    ],
    usage: &["dtail-tools profile [MODE] [FLAGS] [FILE]..."],
    sections: &[("Modes", MODES)],
    exit_status: &[
        ("0", "All was done."),
        ("1", "A program that was to be profiled failed."),
        ("2", "Wrong usage."),
        ("3", "A file or a directory could not be read or made."),
    ],
    environment: &[
        (
            "NO_COLOR",
            "When it is set and not empty, nothing is coloured.",
        ),
        (
            "COLUMNS",
            "The width of the page, instead of the terminal's.",
        ),
        ("TZ", "The time zone in which times are shown."),
    ],
    files: &[
        (
            "profiles/",
            "Where profiles are written and looked for, unless `-dir` names another directory.",
        ),
        (
            "testdata/",
            "Logs that the programs are profiled on, made when missing; see `-testdata`.",
        ),
    ],
    see_also: &[
        "dtail-tools(1)",
        "dtail-tools-pprof(1)",
        "dcat(1)",
        "dgrep(1)",
        "dmap(1)",
    ],
};

const MODES: &str = "\
quick     run the programs on small inputs, list and analyse their profiles
full      the same with more workloads and larger inputs
dmap      the same with queries only
list      one line for each profile of a directory
analyze   what a profile says, and how far to trust it; without FILE, the newest CPU
          profile of each program
merge     many profiles into one
diff      what differs between two profiles, or two sets of runs
check     judge profiles by gates, for builds
baseline  keep the runs that gates compare with

The last four have flags of their own: `dtail-tools profile diff -h`.
";
