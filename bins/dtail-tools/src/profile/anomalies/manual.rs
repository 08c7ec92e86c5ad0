//! What the help and the manual page of `anomalies` say besides its flags.

use cli::Manual;

pub(super) const MANUAL: Manual = Manual {
    examples: &[
        ("dtail-tools profile anomalies nightly", "all series of a directory"),
        ("dtail-tools profile anomalies -since 30d -commands dgrep nightly", "one program, one month"),
        ("dtail-tools profile anomalies -fail nightly", "status 1 when something got worse"),
        ("dtail-tools profile anomalies -json nightly", "the outcome for other programs"),
    ],
    usage: &["dtail-tools profile anomalies [FLAGS] [DIR|FILE]..."],
    sections: &[
        (
            "Series",
            "\
Profiles of one program, kind, command line (without profiling flags) and processor are a series, in
the order of the time in the profile. A change of level takes 4 profiles on each side, a spike 15 in all.
",
        ),
        ("What is found", KINDS),
    ],
    exit_status: &[
        ("0", "The outcome was told; a finding is no failure."),
        ("1", "There is a finding that is no improvement, with -fail."),
        ("2", "Wrong usage."),
        ("3", "A profile could not be read; the others are told."),
    ],
    environment: &[
        ("NO_COLOR", "When it is set and not empty, nothing is coloured."),
        ("COLUMNS", "The width of the page, instead of the terminal's."),
        ("TZ", "The time zone in which times are shown."),
    ],
    files: &[("profiles/", "The directory, unless another is named.")],
    see_also: &["dtail-tools-profile(1)", "dtail-tools-pprof(1)"],
};

const KINDS: &str = "\
shift      the share of a function changed by half a point or more, and stays changed
appeared   a function with 2% or more was in no profile before
vanished   such a function is in no profile since
growth     memory in use grows from profile to profile
decline    memory in use declines from profile to profile
spike      at most three profiles stand out by a point or more
Changes that went away, and costs that only moved from one function to another, are set aside. Of
functions that show the same, the one is told that it happened in.
";
