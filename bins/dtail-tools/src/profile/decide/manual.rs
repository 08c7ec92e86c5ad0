//! What the help and the manual pages of the sub-commands say besides their flags.

use cli::Manual;

const SEE_ALSO: &[&str] = &["dtail-tools-profile(1)", "dtail-tools-pprof(1)"];

pub(super) const MERGE: Manual = Manual {
    examples: &[
        (
            "dtail-tools profile merge -o all.prof profiles",
            "a directory",
        ),
        (
            "dtail-tools profile merge -o all.prof -by host *.prof",
            "a label says where from",
        ),
        (
            "dtail-tools profile merge a.prof b.prof | gzip -dc",
            "to standard output",
        ),
    ],
    usage: &["dtail-tools profile merge [-o FILE] [FLAGS] FILE|DIR..."],
    sections: &[(
        "What becomes of unlike profiles",
        "\
Sample types that not every profile has are left out, which is said. Amounts among the facts (bytes,
lines, signals, CPU seconds) are added up; facts that differ are listed, 32 of a kind at most. The
order of the files does not matter: the same files give the same bytes, and so do merges of merges.
A sample that has a label of `-by` from an earlier merge keeps it. `-weight` is for all files of a call:
to weigh one against another, weigh it by itself and merge the result.
",
    )],
    exit_status: &[
        ("0", "The profile was written."),
        ("2", "Wrong usage."),
        (
            "3",
            "A file could not be read or written, or has no sample type in common with the others.",
        ),
    ],
    environment: &[],
    files: &[],
    see_also: SEE_ALSO,
};

pub(super) const DIFF: Manual = Manual {
    examples: &[
        ("dtail-tools profile diff OLD.prof NEW.prof", "two profiles"),
        ("dtail-tools profile diff old/*.prof -- new/*.prof", "several runs a side"),
        (
            "dtail-tools profile diff -base old new -format markdown",
            "two directories, for a comment",
        ),
    ],
    usage: &[
        "dtail-tools profile diff [FLAGS] OLD NEW",
        "dtail-tools profile diff [FLAGS] OLD... -- NEW...",
        "dtail-tools profile diff [FLAGS] -base OLD NEW...",
    ],
    sections: &[(
        "What the columns say",
        "\
Values are means over the runs of a side; more is positive. Points are differences of shares, each of
its own side's total, with the interval that holds the true one in 19 of 20 cases. * marks what chance
explains badly. Functions are matched by name, without hashes and numbers of closures.
",
    )],
    exit_status: &[
        ("0", "The difference was told; that there is one is no failure."),
        ("2", "Wrong usage."),
        ("3", "A file could not be read, or the profiles cannot be compared."),
    ],
    environment: &[("COLUMNS", "The width of the page, instead of the terminal's.")],
    files: &[],
    see_also: SEE_ALSO,
};

pub(super) const CHECK: Manual = Manual {
    examples: &[
        (
            "dtail-tools profile check -config gates.toml profiles",
            "limits alone",
        ),
        (
            "dtail-tools profile check -config gates.toml -baseline baselines profiles",
            "and growth",
        ),
        (
            "dtail-tools profile check -config gates.toml -baseline baselines -selftest",
            "false alarms",
        ),
        (
            "dtail-tools profile check -config gates.toml -format github -format junit=gates.xml profiles",
            "in a build",
        ),
    ],
    usage: &["dtail-tools profile check -config FILE [-baseline FILE|DIR]... [FLAGS] FILE|DIR..."],
    sections: &[(
        "Verdicts",
        "\
PASS      nothing above its limit can be shown
FAIL      above the limit, beyond what chance explains
WARN      above the limit, but not for certain, or without more cost
UNKNOWN   too few samples or runs, another machine or build, or nothing matches
NEW       a function that the baseline does not have
GONE      one that only the baseline has
",
    )],
    exit_status: &[
        ("0", "Nothing fails."),
        ("1", "At least one gate fails."),
        (
            "2",
            "Wrong usage, or a configuration that is missing or wrong.",
        ),
        ("3", "A file could not be read."),
        (
            "4",
            "Nothing could be judged, or something could not and `on_unknown` is `fail`.",
        ),
    ],
    environment: &[
        (
            "GITHUB_STEP_SUMMARY",
            "The file that `-format github` appends the verdicts to.",
        ),
        (
            "COLUMNS",
            "The width of the page, instead of the terminal's.",
        ),
    ],
    files: &[],
    see_also: SEE_ALSO,
};

pub(super) const BASELINE: Manual = Manual {
    examples: &[
        ("dtail-tools profile baseline record profiles/dgrep_cpu_*.prof", "keep these runs"),
        ("dtail-tools profile baseline list", "one line for each group of runs"),
        ("dtail-tools profile baseline prune -keep 10", "drop the oldest"),
    ],
    usage: &["dtail-tools profile baseline record|list|prune [FLAGS] [FILE|DIR]..."],
    sections: &[(
        "Groups",
        "\
Runs of the same program, kind of profile, command line and machine can stand for one another. Of each
such group the newest are kept.
",
    )],
    exit_status: &[
        ("0", "All was done."),
        ("2", "Wrong usage."),
        ("3", "A file or a directory could not be read or made."),
    ],
    environment: &[("TZ", "The time zone in which times are shown.")],
    files: &[(
        "baselines/",
        "Where baselines are kept, unless `-dir` names another directory.",
    )],
    see_also: SEE_ALSO,
};
