//! What the help and the manual page of dcat say besides its flags.

use cli::Manual;

pub(crate) const MANUAL: Manual = Manual {
    examples: &[
        ("dcat app.log", "the lines, each with where it comes from"),
        (
            "dcat -plain app.log.gz 'old/*.zst'",
            "the lines only; compressed files too",
        ),
        ("dcat -profile big.log", "and write profiles of the run"),
        (
            "journalctl | dcat -color always - | less -R",
            "standard input, in colour",
        ),
    ],
    usage: &["dcat [FLAGS] [FILE]..."],
    sections: &[],
    exit_status: &[
        (
            "0",
            "Everything was shown. A reader that closes the pipe early is no failure.",
        ),
        ("1", "Some file could not be read; the others were shown."),
        ("2", "Wrong usage."),
        (
            "128 + n",
            "Ended by signal n, after the profiles were written.",
        ),
    ],
    environment: Manual::LOG_ENVIRONMENT,
    files: Manual::LOG_FILES,
    see_also: &["dgrep(1)", "dmap(1)", "dtail(1)", "dtail-tools(1)"],
};
