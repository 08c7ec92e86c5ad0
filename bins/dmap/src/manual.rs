//! What the help and the manual page of dmap say besides its flags.

use cli::Manual;

pub(crate) const MANUAL: Manual = Manual {
    examples: &[
        (
            "dmap 'from STATS select count($line),avg($goroutines) group by $hostname' app.log",
            "lines and goroutines of each host, from lines that DTail wrote",
        ),
        (
            "dmap 'select count($line),user group by user logformat csv' users.csv",
            "lines of each user",
        ),
        (
            "dmap -output json 'select p95(ms),path group by path logformat json' access.json",
            "a percentile by path, for other programs",
        ),
        (
            "dmap 'select sum(bytes),host group by host outfile \"bytes.csv\" logformat logfmt' a.log",
            "into a file, which is replaced as a whole",
        ),
    ],
    usage: &[
        "dmap [FLAGS] QUERY [FILE]...",
        "dmap [FLAGS] -query QUERY [FILE]...",
    ],
    sections: &[("Query language", include_str!("language.txt"))],
    exit_status: &[
        (
            "0",
            "The result was shown. A reader that closes the pipe early is no failure.",
        ),
        (
            "1",
            "Some file could not be read or written; the result is of the others.",
        ),
        ("2", "Wrong usage, or the query is wrong."),
        (
            "128 + n",
            "Ended by signal n, after the profiles were written.",
        ),
    ],
    environment: Manual::LOG_ENVIRONMENT,
    files: Manual::LOG_FILES,
    see_also: &["dcat(1)", "dgrep(1)", "dtail(1)", "dtail-tools(1)"],
};
