//! The workloads of each mode: which program does what with which input.

use std::path::Path;

use super::testdata::{Input, Kind};

/// One program at work on one input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workload {
    /// What it exercises, for the reader.
    pub(crate) title: &'static str,
    /// The program's name.
    pub(crate) program: &'static str,
    /// The flag that says what to do with the input, and its value.
    asked: Option<(&'static str, &'static str)>,
    /// What it reads.
    pub(crate) input: Input,
}

const MIB: u64 = 1 << 20;

const LOG_10: Input = input("log_10MB.log", Kind::Application, 10 * MIB);
const LOG_100: Input = input("log_100MB.log", Kind::Application, 100 * MIB);
const CSV_10: Input = input("csv_10MB.csv", Kind::Csv, 10 * MIB);
const CSV_50: Input = input("csv_50MB.csv", Kind::Csv, 50 * MIB);
/// About a thousand records.
const STATS_SMALL: Input = input("stats_128kB.log", Kind::Stats, 128 << 10);
/// About a hundred thousand records.
const STATS_13: Input = input("stats_13MB.log", Kind::Stats, 13 * MIB);
/// About a million records.
const STATS_130: Input = input("stats_130MB.log", Kind::Stats, 130 * MIB);

/// What the workloads search for: two levels, then a user with a number.
const PATTERN: &str = "(ERROR|WARN).*user[0-9]+";

const BY_USER: &str = "select count($line),avg(duration) group by user logformat csv";
const BY_ACTION: &str = "select count($line),max(duration),avg(duration) \
    where status eq \"failure\" group by action order by count($line) logformat csv";
const BY_HOST: &str = "from STATS select count($line),avg($goroutines),max(currentConnections) \
    group by hostname order by count($line)";
const BUSY: &str = "from STATS select count($line),sum(lifetimeConnections) \
    where currentConnections > 50 group by hostname";
const BY_SECOND: &str = "from STATS select $time,count($line) group by $time order by count($line)";
const MASKED: &str = "from STATS select count($line),last($md5) \
    set $mask = maskdigits($uptime), $md5 = md5sum($mask) group by $mask";

/// The three programs on 10 MiB each: a first look that takes seconds.
pub(crate) const QUICK: &[Workload] = &[
    dcat("dcat: print a log", LOG_10),
    dgrep("dgrep: search a log for an expression", PATTERN, LOG_10),
    dmap("dmap: group a CSV file by user", BY_USER, CSV_10),
];

/// The three programs on small and on large inputs.
pub(crate) const FULL: &[Workload] = &[
    dcat("dcat: print a small log", LOG_10),
    dcat("dcat: print a large log", LOG_100),
    dgrep("dgrep: search a small log for a word", "ERROR", LOG_10),
    dgrep(
        "dgrep: search a large log for an expression",
        PATTERN,
        LOG_100,
    ),
    dmap("dmap: group a CSV file by user", BY_USER, CSV_50),
    dmap(
        "dmap: select of a CSV file, group and order it",
        BY_ACTION,
        CSV_50,
    ),
    dmap(
        "dmap: group the records of a log by host",
        BY_HOST,
        STATS_13,
    ),
];

/// The queries of dmap, on a thousand and on a million records.
pub(crate) const DMAP: &[Workload] = &[
    dmap("dmap: a thousand records by host", BY_HOST, STATS_SMALL),
    dmap("dmap: a million records by host, selected", BUSY, STATS_130),
    dmap("dmap: a million records by second", BY_SECOND, STATS_130),
    dmap("dmap: a million records with functions", MASKED, STATS_130),
];

const fn input(name: &'static str, kind: Kind, bytes: u64) -> Input {
    Input { name, kind, bytes }
}

const fn dcat(title: &'static str, input: Input) -> Workload {
    Workload {
        title,
        program: "dcat",
        asked: None,
        input,
    }
}

const fn dgrep(title: &'static str, pattern: &'static str, input: Input) -> Workload {
    Workload {
        title,
        program: "dgrep",
        asked: Some(("-regex", pattern)),
        input,
    }
}

const fn dmap(title: &'static str, query: &'static str, input: Input) -> Workload {
    Workload {
        title,
        program: "dmap",
        asked: Some(("-query", query)),
        input,
    }
}

impl Workload {
    /// The arguments beside the profiling flags and the files.
    pub(crate) fn arguments(&self) -> Vec<&'static str> {
        let mut arguments = vec!["-plain", "-cfg", "none"];
        arguments.extend(
            self.asked
                .into_iter()
                .flat_map(|(flag, value)| [flag, value]),
        );
        arguments
    }

    /// The command line for the reader, with the file named once.
    pub(crate) fn command_line(&self, dir: &Path, file: &Path) -> String {
        let (dir, file) = (dir.to_string_lossy(), file.to_string_lossy());
        self.line(&["-profile", "-profiledir", &*dir], &file)
    }

    /// The same without a profile.
    pub(crate) fn plain_command_line(&self, file: &Path) -> String {
        self.line(&[], &file.to_string_lossy())
    }

    fn line(&self, profiling: &[&str], file: &str) -> String {
        let arguments = self.arguments();
        let words = [&[self.program], profiling, &arguments, &[file]].concat();
        let line: Vec<String> = words.into_iter().map(quoted).collect();
        line.join(" ")
    }
}

/// A word as a shell reads it back.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./,=:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: &str) {
        assert_eq!(quoted(word), expected);
    }

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        check("testdata/a.log", "testdata/a.log");
        check("", "''");
        check("a b", "'a b'");
        check("(ERROR|WARN)", "'(ERROR|WARN)'");
        check("it's", r"'it'\''s'");
    }

    #[test]
    fn a_command_line_names_the_file_once() {
        let line = QUICK[0].command_line(Path::new("p"), Path::new("a.log"));
        assert_eq!(line, "dcat -profile -profiledir p -plain -cfg none a.log");
    }

    #[test]
    fn one_name_is_one_input() {
        let all = || {
            [QUICK, FULL, DMAP]
                .into_iter()
                .flatten()
                .map(|workload| workload.input)
        };
        for input in all() {
            assert!(
                all().all(|other| other.name != input.name || other == input),
                "{input:?}"
            );
        }
    }

    #[test]
    fn queries_of_csv_name_its_columns_and_say_the_format() {
        let workloads = [QUICK, FULL].into_iter().flatten();
        for workload in workloads.filter(|workload| workload.input.kind == Kind::Csv) {
            let (_, query) = workload.asked.unwrap();
            assert!(
                query.contains("(duration)") && query.ends_with("logformat csv"),
                "{query}"
            );
            assert!(
                !query.contains("$user") && !query.contains("$duration"),
                "{query}"
            );
        }
    }
}
