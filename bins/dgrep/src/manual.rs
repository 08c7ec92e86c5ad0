//! What the help and the manual page of dgrep say besides its flags.

use cli::Manual;

pub(crate) const MANUAL: Manual = Manual {
    examples: &[
        ("dgrep -regex ERROR app.log", "the lines with ERROR"),
        (
            "dgrep -regex 'user[0-9]+' -before 2 -after 3 app.log",
            "and the lines around them",
        ),
        (
            "dgrep -plain -invert -regex DEBUG 'logs/*.gz'",
            "all other lines, as they are",
        ),
        (
            "dgrep -max 10 -regex '(?i)timeout' app.log",
            "the first ten, in any case of letters",
        ),
        (
            "dgrep -profile -regex ERROR big.log",
            "and write profiles of the run",
        ),
    ],
    usage: &["dgrep [FLAGS] [FILE]..."],
    sections: &[("Regular expressions", include_str!("expressions.txt"))],
    exit_status: &[
        (
            "0",
            "Some line matched. A reader that closes the pipe early is no failure.",
        ),
        ("1", "No line matched."),
        (
            "2",
            "Wrong usage, or some file could not be read; the others were searched.",
        ),
        (
            "128 + n",
            "Ended by signal n, after the profiles were written.",
        ),
    ],
    environment: Manual::LOG_ENVIRONMENT,
    files: Manual::LOG_FILES,
    see_also: &["dcat(1)", "dmap(1)", "dtail(1)", "dtail-tools(1)"],
};
