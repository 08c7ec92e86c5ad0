//! The inputs of the speed table: logs and CSV files of a fixed content, made once.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Bytes of each input but the large log.
const SIZE: u64 = 100 << 20;

/// Copies of the log in the large one.
const COPIES: usize = 10;

const LEVELS: [&str; 4] = ["INFO", "DEBUG", "WARN", "ERROR"];
const ACTIONS: [&str; 10] = [
    "login", "logout", "query", "update", "delete", "create", "read", "write", "sync", "backup",
];

/// Where the inputs are.
#[derive(Debug)]
pub struct Inputs {
    /// The log, 100 MB.
    pub log: PathBuf,
    /// Ten copies of it, 1 GB.
    pub large_log: PathBuf,
    /// The log through gzip.
    pub gzip: PathBuf,
    /// The log through zstd.
    pub zstd: PathBuf,
    /// Records of the default format.
    pub records: PathBuf,
    /// `timestamp,user,action,duration,status`.
    pub csv: PathBuf,
    /// `id,value`, with a million ids.
    pub groups: PathBuf,
    /// Nothing.
    pub empty: PathBuf,
    /// One line of 10 GiB, which takes no room.
    pub hole: PathBuf,
}

impl Inputs {
    /// The inputs in `directory`; those that are missing are made.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn in_directory(directory: &Path) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let made = |name: &str, make: &dyn Fn(&Path) -> io::Result<()>| {
            let path = directory.join(name);
            let unfinished = directory.join(format!(".{name}.unfinished"));
            if !path.exists() {
                make(&unfinished)?;
                fs::rename(&unfinished, &path)?;
            }
            io::Result::Ok(path)
        };
        let log = made("medium.log", &|path| lines(path, "", app_line))?;
        let csv_header = "timestamp,user,action,duration,status\n";
        Ok(Inputs {
            large_log: made("large.log", &|path| copies(&log, path))?,
            gzip: made("medium.log.gz", &|path| filtered("gzip", &log, path))?,
            zstd: made("medium.log.zst", &|path| filtered("zstd", &log, path))?,
            records: made("stats.log", &|path| lines(path, "", record))?,
            csv: made("data.csv", &|path| lines(path, csv_header, csv_line))?,
            groups: made("groups.csv", &|path| lines(path, "id,value\n", group_line))?,
            empty: made("empty.log", &|path| File::create(path).map(drop))?,
            hole: made("hole.log", &|path| File::create(path)?.set_len(10 << 30))?,
            log,
        })
    }
}

/// Pseudo-random numbers, the same on every machine (splitmix64).
pub struct Random(pub u64);

impl Random {
    /// A number from 0 on, less than `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len() as u64) as usize]
    }

    fn status(&mut self) -> &'static str {
        if self.below(10) > 0 {
            "success"
        } else {
            "failure"
        }
    }
}

type Line = fn(&mut String, u64, &mut Random) -> std::fmt::Result;

fn lines(path: &Path, header: &str, line: Line) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let (mut random, mut text, mut written) = (Random(42), header.to_owned(), 0);
    for number in 1.. {
        line(&mut text, number, &mut random).map_err(io::Error::other)?;
        out.write_all(text.as_bytes())?;
        written += text.len() as u64;
        if written >= SIZE {
            break;
        }
        text.clear();
    }
    out.flush()
}

fn time(number: u64) -> [u64; 5] {
    let (seconds, minutes, hours) = (number % 60, number / 60 % 60, number / 3600 % 24);
    let (day, month) = (number / 86_400 % 28 + 1, number / 2_600_000 % 12 + 1);
    [month, day, hours, minutes, seconds]
}

fn app_line(text: &mut String, number: u64, random: &mut Random) -> std::fmt::Result {
    let [month, day, hour, minute, second] = time(number);
    let (level, user) = (random.one_of(&LEVELS), random.below(1000));
    let (action, duration) = (random.one_of(&ACTIONS), 100 + random.below(5001));
    let status = random.status();
    write!(
        text,
        "[2026-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}] {level} - "
    )?;
    write!(text, "User user{user} performed {action} action ")?;
    writeln!(text, "(duration: {duration}ms, status: {status})")
}

fn record(text: &mut String, number: u64, random: &mut Random) -> std::fmt::Result {
    let [month, day, hour, minute, second] = time(number);
    write!(
        text,
        "INFO|{month:02}{day:02}-{hour:02}{minute:02}{second:02}|"
    )?;
    let (pid, goroutines, calls) = (
        1 + random.below(999),
        5 + random.below(96),
        random.below(50),
    );
    let (load, host) = (random.below(400), random.below(50));
    write!(text, "{pid}|stats.go:56|8|{goroutines}|{calls}|")?;
    write!(
        text,
        "{}.{:02}|471h0m21s|MAPREDUCE:STATS|",
        load / 100,
        load % 100
    )?;
    let (now, ever) = (random.below(100), random.below(10_000));
    writeln!(
        text,
        "hostname=server{host:02}|currentConnections={now}|lifetimeConnections={ever}"
    )
}

fn csv_line(text: &mut String, number: u64, random: &mut Random) -> std::fmt::Result {
    let [month, day, hour, minute, second] = time(number);
    let (user, action) = (random.below(1000), random.one_of(&ACTIONS));
    let (duration, status) = (100 + random.below(5001), random.status());
    write!(
        text,
        "2026-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02},"
    )?;
    writeln!(text, "user{user},{action},{duration},{status}")
}

fn group_line(text: &mut String, _: u64, random: &mut Random) -> std::fmt::Result {
    writeln!(
        text,
        "id{:06},{}",
        random.below(1_000_000),
        random.below(10_000)
    )
}

fn copies(from: &Path, to: &Path) -> io::Result<()> {
    let mut out = File::create(to)?;
    for _ in 0..COPIES {
        io::copy(&mut File::open(from)?, &mut out)?;
    }
    Ok(())
}

/// What `program -c` makes of a file.
fn filtered(program: &str, from: &Path, to: &Path) -> io::Result<()> {
    let mut command = Command::new(program);
    command.arg("-c").arg(from).stdout(File::create(to)?);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(io::Error::other(format!("{program}: {status}"))),
        Err(error) => Err(io::Error::new(error.kind(), format!("{program}: {error}"))),
    }
}
