//! What the help and the manual page of `benchmark` say besides its flags.

use cli::Manual;

pub(super) const MANUAL: Manual = Manual {
    examples: &[
        ("dtail-tools benchmark -quick", "time dcat, dgrep and dmap"),
        ("dtail-tools benchmark baseline -tag v1", "the same, kept with the programs"),
        ("dtail-tools benchmark compare", "the newest baseline and today, in turn"),
        ("dtail-tools benchmark compare v1 -commands dgrep", "a baseline by its tag"),
        ("dtail-tools benchmark compare old/target/release", "any other build"),
    ],
    usage: &["dtail-tools benchmark [run|baseline|compare|list|clean] [FLAGS] [BASELINE|DIR]"],
    sections: &[(
        "How it measures",
        "\
A baseline keeps the programs. compare runs them in turn with those of today: before, now, before, now;
a ratio is the middle of the ratios of the pairs, with the interval of the signed-rank test. The intervals
of all workloads hold at once with 95 % confidence. Times are told on the clock, and as CPU time of all
threads, which other programs on the machine disturb less; slower in either is slower.
Profiles are taken in runs of their own, in turn as well.
",
    )],
    exit_status: &[
        ("0", "All was done."),
        ("1", "A workload is slower beyond doubt, with -fail."),
        ("2", "Wrong usage."),
        ("3", "A program failed, or a file could not be read or made."),
    ],
    environment: &[
        ("NO_COLOR", "When it is set and not empty, nothing is coloured."),
        ("COLUMNS", "The width of the page, instead of the terminal's."),
    ],
    files: &[
        ("benchmarks/baselines/", "Where baselines are kept, unless `-dir` names another directory."),
        ("testdata/", "Where the inputs are made."),
    ],
    see_also: &["dtail-tools-profile(1)", "dtail-tools-pprof(1)"],
};
