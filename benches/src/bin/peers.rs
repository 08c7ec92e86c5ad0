//! The speed of dcat, dgrep and dmap beside that of the programs people use today.
//!
//! `cargo run --release --bin peers -- PROGRAMS [INPUTS] [PAIRS]`: PROGRAMS is the directory of dcat, dgrep
//! and dmap; INPUTS is where inputs of 1.5 GB are, or are made on the first run (`target/inputs` unless
//! given). Ours and the peer's command run in turn, after one run of each that warms the page cache. Each row
//! has the median of the ratios ours / theirs over the pairs, with the 95 % interval of that median, and
//! the goal. Peers that are not installed are named with what installs them, and their rows left out.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use benches::inputs::Inputs;
use benches::pairs::{Pipeline, Run, in_turn, interval, median};

type Error = Box<dyn std::error::Error>;

/// Programs that ours are compared with or that make inputs, and what installs them.
const PEERS: &[(&str, &str)] = &[
    ("cat", "apt-get install coreutils"),
    ("rg", "apt-get install ripgrep"),
    ("gzip", "apt-get install gzip"),
    ("zcat", "apt-get install gzip"),
    ("zstd", "apt-get install zstd"),
    ("zstdcat", "apt-get install zstd"),
    ("mawk", "apt-get install mawk"),
    ("taskset", "apt-get install util-linux"),
    (
        PYTHON,
        "python3 -m venv DIR && DIR/bin/pip install duckdb, and DIR/bin first in PATH",
    ),
];

/// Stands for the Python that has DuckDB.
const PYTHON: &str = "python3";

/// What is to be shown.
#[derive(Clone, Copy)]
enum Goal {
    /// Of the peer's wall time, at most this share.
    Time(f64),
    /// Of the peer's memory, at most this share.
    Memory(f64),
    /// At most this many MiB of memory.
    MemoryMib(f64),
}

struct Row {
    work: String,
    ours: Pipeline,
    theirs: Pipeline,
    goals: Vec<Goal>,
    /// How often one measurement runs the command.
    times: usize,
    /// Whether only memory matters, which one pair shows.
    is_once: bool,
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (programs, inputs, pairs) = match arguments.as_slice() {
        [programs] => (programs, "target/inputs", "15"),
        [programs, inputs] => (programs, inputs.as_str(), "15"),
        [programs, inputs, pairs] => (programs, inputs.as_str(), pairs.as_str()),
        _ => return Err("usage: peers PROGRAMS [INPUTS] [PAIRS]".into()),
    };
    let pairs = pairs.parse::<usize>()?.max(1);
    let missing = missing_peers();
    for (name, remedy) in &missing {
        println!("{name} is missing: {remedy}");
    }
    let inputs = Inputs::in_directory(Path::new(inputs))?;
    let scratch = tempfile::tempdir()?;
    let table = Table {
        programs: PathBuf::from(programs),
        inputs,
        scratch: scratch.path().to_owned(),
    };
    print_machine(pairs)?;
    println!("| work | ours | theirs | ratio (95 %) | CPU ratio | memory, MiB | goal | |");
    println!("|---|---|---|---|---|---|---|---|");
    for row in table.rows() {
        let words = row.ours.0.iter().chain(&row.theirs.0).flatten();
        let is_missing = |word: &String| missing.iter().any(|(name, _)| name == word);
        if words.into_iter().any(is_missing) {
            println!("| {} | | | | | | | peer is missing |", row.work);
            continue;
        }
        println!("{}", measured(&row, pairs)?);
    }
    Ok(())
}

fn missing_peers() -> Vec<(&'static str, &'static str)> {
    let is_missing = |name: &str| {
        let mut command = Command::new(name);
        match name {
            PYTHON => command.args(["-c", "import duckdb"]),
            "mawk" => command.arg("-Wversion"),
            _ => command.arg("--version"),
        };
        !command.output().is_ok_and(|output| output.status.success())
    };
    PEERS
        .iter()
        .copied()
        .filter(|(name, _)| is_missing(name))
        .collect()
}

fn print_machine(pairs: usize) -> io::Result<()> {
    let text = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = text("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name\t: "));
    let cpus = std::thread::available_parallelism()?;
    let load = text("/proc/loadavg");
    let load: Vec<&str> = load.split(' ').take(3).collect();
    println!("{cpus} CPUs ({})", model.unwrap_or("of an unknown model"));
    println!("Linux {}", text("/proc/sys/kernel/osrelease").trim());
    println!("load before: {}; {pairs} pairs a row\n", load.join(" "));
    Ok(())
}

/// A row of the table, measured.
fn measured(row: &Row, pairs: usize) -> io::Result<String> {
    let pairs = if row.is_once { 1 } else { pairs };
    in_turn(&row.ours, &row.theirs, 1, 1)?;
    let runs = in_turn(&row.ours, &row.theirs, pairs, row.times)?;
    let of = |figure: &dyn Fn(&(Run, Run)) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(figure).collect();
        (median(&mut values), interval(&values))
    };
    let times = row.times as f64;
    let (ours, _) = of(&|(ours, _)| ours.wall / times);
    let (theirs, _) = of(&|(_, theirs)| theirs.wall / times);
    let (wall, (low, high)) = of(&|(ours, theirs)| ours.wall / theirs.wall);
    let (cpu, _) = of(&|(ours, theirs)| ours.cpu / theirs.cpu);
    let (memory, _) = of(&|(ours, _)| ours.memory_mib);
    let (their_memory, _) = of(&|(_, theirs)| theirs.memory_mib);
    let goals = row.goals.iter().map(|goal| match *goal {
        Goal::Time(most) => (format!("time {most}"), wall <= most),
        Goal::Memory(most) => (format!("memory {most}"), memory <= most * their_memory),
        Goal::MemoryMib(most) => (format!("{most} MiB"), memory <= most),
    });
    let (goals, reached): (Vec<_>, Vec<_>) = goals.unzip();
    let verdict = if reached.iter().all(|reached| *reached) {
        "reached"
    } else {
        "**missed**"
    };
    Ok(format!(
        "| {} | {} | {} | {wall:.2} ({low:.2} to {high:.2}) | {cpu:.2} | {memory:.0} / {their_memory:.0} | {} | {verdict} |",
        row.work,
        shown(ours),
        shown(theirs),
        goals.join(", "),
    ))
}

fn shown(seconds: f64) -> String {
    match seconds < 0.1 {
        true => format!("{:.1} ms", seconds * 1e3),
        false => format!("{seconds:.2} s"),
    }
}

/// The commands of the table.
struct Table {
    programs: PathBuf,
    inputs: Inputs,
    scratch: PathBuf,
}

const REGEX: &str = "(ERROR|WARN).*user[0-9]+";
const BY_USER: &str = "select count($line),avg(duration),user where status eq \"success\" \
                       group by user logformat csv";
const BY_HOST: &str = "from STATS select count($line),avg($goroutines),max(lifetimeConnections) \
                       group by hostname";

impl Table {
    fn rows(&self) -> Vec<Row> {
        let mut rows = vec![self.showing()];
        rows.extend(self.searches());
        rows.extend(self.queries());
        rows.push(self.start());
        rows.extend(self.memory());
        rows
    }

    fn program(&self, name: &str) -> String {
        self.programs.join(name).display().to_string()
    }

    fn showing(&self) -> Row {
        let log = text(&self.inputs.large_log);
        Row {
            work: "`dcat -plain` to a pipe, 1 GB".to_owned(),
            ours: pipeline(&[&[&self.program("dcat"), "-plain", &log], &["cat"]]),
            theirs: pipeline(&[&["cat", &log], &["cat"]]),
            goals: vec![Goal::Time(1.0), Goal::MemoryMib(16.0)],
            times: 1,
            is_once: false,
        }
    }

    fn searches(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (log, size) in [
            (&self.inputs.large_log, "1 GB"),
            (&self.inputs.log, "100 MB"),
        ] {
            let mut add = |work: &str, ours: &[&str], theirs: &[&str], most: f64| {
                rows.push(self.search(&format!("{work}, {size}"), log, ours, theirs, most));
            };
            add("`user999 `", &["user999 "], &["user999 "], 1.0);
            add(
                "`ERROR`, a quarter of the lines",
                &["ERROR"],
                &["ERROR"],
                1.0,
            );
            add("regex with an alternative", &[REGEX], &[REGEX], 0.6);
            let window = ["user999 ", "-before", "2", "-after", "3"];
            add(
                "`-before 2 -after 3`",
                &window,
                &["user999 ", "-B2", "-A3"],
                1.0,
            );
            add("`-invert`", &["ERROR", "-invert"], &["ERROR", "-v"], 1.0);
            add(
                "`-max 10` of many",
                &["ERROR", "-max", "10"],
                &["ERROR", "-m10"],
                1.0,
            );
            add(
                "`-max 10` of none",
                &["nosuch", "-max", "10"],
                &["nosuch", "-m10"],
                1.0,
            );
        }
        let mut alone = self.search("", &self.inputs.large_log, &[REGEX], &[REGEX], 1.0);
        alone.work = "regex with an alternative, 1 GB, one core".to_owned();
        for command in [&mut alone.ours, &mut alone.theirs] {
            let on_one_core = ["taskset", "-c", "0"].map(str::to_owned);
            command.0[0].splice(0..0, on_one_core);
        }
        rows.push(alone);
        for (log, reader) in [(&self.inputs.gzip, "zcat"), (&self.inputs.zstd, "zstdcat")] {
            let ours = ["-plain", "-regex", "ERROR", &text(log)];
            rows.push(Row {
                work: format!("`ERROR` through `{reader}`, 100 MB"),
                ours: pipeline(&[&[&[self.program("dgrep").as_str()], &ours[..]].concat()]),
                theirs: pipeline(&[&[reader, &text(log)], &["rg", "ERROR"]]),
                goals: vec![Goal::Time(1.0), Goal::MemoryMib(16.0)],
                times: 1,
                is_once: false,
            });
        }
        rows
    }

    fn search(&self, work: &str, log: &Path, ours: &[&str], theirs: &[&str], most: f64) -> Row {
        let (dgrep, log) = (self.program("dgrep"), text(log));
        Row {
            work: work.to_owned(),
            ours: pipeline(&[&[&[&dgrep, "-plain", &log, "-regex"], ours].concat()]),
            theirs: pipeline(&[&[&["rg"], theirs, &[&log]].concat()]),
            goals: vec![Goal::Time(most), Goal::MemoryMib(16.0)],
            times: 1,
            is_once: false,
        }
    }

    fn queries(&self) -> Vec<Row> {
        let dmap = self.program("dmap");
        let duckdb = |query: &str| {
            let run = format!("import duckdb; duckdb.sql(\"\"\"{query}\"\"\").show()");
            pipeline(&[&[PYTHON, "-c", &run]])
        };
        let (csv, groups) = (text(&self.inputs.csv), text(&self.inputs.groups));
        let (ours, theirs) = (
            self.scratch.join("ours.csv"),
            self.scratch.join("theirs.csv"),
        );
        let by_id = "select count($line),sum(value),id group by id logformat csv";
        let many = format!("{by_id} outfile \"{}\"", ours.display());
        let many_theirs = format!(
            "import duckdb; duckdb.sql(\"\"\"select count(*), sum(value), id from '{groups}' \
             group by id\"\"\").write_csv('{}')",
            theirs.display()
        );
        vec![
            Row {
                work: "`dmap` on CSV beside DuckDB, 100 MB".to_owned(),
                ours: pipeline(&[&[&dmap, "-files", &csv, "-query", BY_USER]]),
                theirs: duckdb(&format!(
                    "select count(*), avg(duration), user from '{csv}' \
                     where status = 'success' group by user"
                )),
                goals: vec![Goal::Time(1.0), Goal::MemoryMib(32.0)],
                times: 1,
                is_once: false,
            },
            Row {
                work: "`dmap` on records beside `mawk`, which only counts, 100 MB".to_owned(),
                ours: pipeline(&[&[
                    &dmap,
                    "-files",
                    &text(&self.inputs.records),
                    "-query",
                    BY_HOST,
                ]]),
                theirs: pipeline(&[&[
                    "mawk",
                    "-F|",
                    "{ n[$11]++ } END { for (host in n) print host, n[host] }",
                    &text(&self.inputs.records),
                ]]),
                goals: vec![Goal::Time(0.65), Goal::MemoryMib(32.0)],
                times: 1,
                is_once: false,
            },
            Row {
                work: "`dmap`, a million groups, beside DuckDB, 100 MB".to_owned(),
                ours: pipeline(&[&[&dmap, "-files", &groups, "-query", &many]]),
                theirs: pipeline(&[&[PYTHON, "-c", &many_theirs]]),
                goals: vec![Goal::Time(1.0), Goal::Memory(0.5)],
                times: 1,
                is_once: false,
            },
        ]
    }

    fn start(&self) -> Row {
        let empty = text(&self.inputs.empty);
        Row {
            work: "start, an empty file, beside `rg --version`".to_owned(),
            ours: pipeline(&[&[&self.program("dgrep"), "-regex", "ERROR", &empty]]),
            theirs: pipeline(&[&["rg", "--version"]]),
            goals: vec![Goal::Time(1.5)],
            times: 20,
            is_once: false,
        }
    }

    /// Ten gigabytes: ten files, a pipe, and one line. The peer is `cat` of the same, for the time to make
    /// sense.
    fn memory(&self) -> Vec<Row> {
        let large = text(&self.inputs.large_log);
        let ten = vec![large.as_str(); 10];
        let hole = text(&self.inputs.hole);
        let dcat = [self.program("dcat"), "-plain".to_owned()];
        let dgrep = ["dgrep", "-plain", "-regex", "user999 "].map(str::to_owned);
        let dgrep = [&[self.program("dgrep")], &dgrep[1..]].concat();
        let mut rows = Vec::new();
        for (name, ours) in [("dcat", &dcat[..]), ("dgrep", &dgrep[..])] {
            let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
            let (cat, piped) = ([&["cat"], &ten[..]].concat(), [&ours[..], &["-"]].concat());
            let mut add = |what: &str, ours: Pipeline, theirs: Pipeline| {
                rows.push(Row {
                    work: format!("`{name}`, {what}"),
                    ours,
                    theirs,
                    goals: vec![Goal::MemoryMib(16.0)],
                    times: 1,
                    is_once: true,
                });
            };
            let files = [&ours[..], &ten[..]].concat();
            add("10 GB in ten files", pipeline(&[&files]), pipeline(&[&cat]));
            let whole = pipeline(&[&cat, &["cat"]]);
            add("10 GB through a pipe", pipeline(&[&cat, &piped]), whole);
            let line = [&ours[..], &[&hole]].concat();
            add(
                "a line of 10 GiB",
                pipeline(&[&line]),
                pipeline(&[&["cat", &hole]]),
            );
        }
        rows
    }
}

fn pipeline(programs: &[&[&str]]) -> Pipeline {
    let words = |words: &&[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Pipeline(programs.iter().map(words).collect())
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
