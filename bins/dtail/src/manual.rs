//! What the help and the manual page of dtail say besides its flags.

use cli::Manual;

pub(crate) const MANUAL: Manual = Manual {
    examples: &[
        ("dtail app.log", "the lines that are added from now on"),
        (
            "dtail -lines 20 'logs/*.log'",
            "and the last twenty of each file; files that match later are followed too",
        ),
        (
            "dtail -grep 'ERROR|FATAL' -before 3 app.log",
            "errors, and what came before them",
        ),
        (
            "dtail 'from STATS select count($line),$hostname group by $hostname interval 10' app.log",
            "the result of each ten seconds",
        ),
        (
            "dtail -profile -shutdownAfter 60 app.log",
            "one minute, with profiles of the run",
        ),
    ],
    usage: &[
        "dtail [FLAGS] FILE...",
        "dtail [FLAGS] -query QUERY FILE...",
    ],
    sections: &[
        ("Files that change", include_str!("changes.txt")),
        (
            "Regular expressions",
            include_str!("../../dgrep/src/expressions.txt"),
        ),
        (
            "Query language",
            include_str!("../../dmap/src/language.txt"),
        ),
    ],
    exit_status: &[
        (
            "0",
            "Time was up, or all that was asked for was printed. A reader that closes the pipe early is \
             no failure.",
        ),
        (
            "1",
            "Some name cannot be followed or never stood for a file; the others were followed.",
        ),
        ("2", "Wrong usage, or the query is wrong."),
        (
            "128 + n",
            "Ended by signal n, after the result and the profiles were written.",
        ),
    ],
    environment: Manual::LOG_ENVIRONMENT,
    files: Manual::LOG_FILES,
    see_also: &["dcat(1)", "dgrep(1)", "dmap(1)", "dtail-tools(1)"],
};
