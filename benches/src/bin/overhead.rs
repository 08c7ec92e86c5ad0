//! What profiling costs the programs, in CPU time.
//!
//! `cargo run --release --bin overhead -- PROGRAMS LOG CSV [ROUNDS]`: PROGRAMS is the directory of dgrep and
//! dmap, LOG and CSV are inputs of some seconds' work; `FILE*4` is a file that is read four times. A round
//! runs a program without a profile and with each of them, beginning with another one each time; what
//! starting and stopping cost is told apart. Prints the median of the rounds' ratios and the 95 % confidence
//! interval of that median (order statistics), which needs about 30 rounds to be worth something. The first
//! line of a program is a second run without a profile: what it differs from 1 is the machine's own noise.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use benches::pairs::{interval, median};
use benches::usage::cpu_of_command;
use dtail_profile::Profile;

type Error = Box<dyn std::error::Error>;

const PROFILES: &[(&str, &[&str])] = &[
    ("none, once more", &[]),
    ("CPU at 100 Hz", &["-cpuprofile"]),
    (
        "CPU at 1000 Hz",
        &["-cpuprofile", "-cpuprofilerate", "1000"],
    ),
    ("memory at 512 KiB", &["-memprofile"]),
];

/// A program with its flags and inputs.
struct Job {
    program: PathBuf,
    flags: Vec<String>,
    inputs: Vec<String>,
}

/// What the runs of one profile gave.
#[derive(Default)]
struct Outcome {
    /// CPU time between start and stop over that of the run without a profile in the same round.
    ratios: Vec<f64>,
    /// Seconds of CPU time before the start and after the stop.
    ends: Vec<f64>,
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [programs, log, csv, rest @ ..] = arguments.as_slice() else {
        return Err("usage: overhead PROGRAMS LOG CSV [ROUNDS]".into());
    };
    let rounds = rest.first().map_or(Ok(30), |text| text.parse())?;
    let query = "select count($line),avg(duration) group by user logformat csv";
    let regex = "(ERROR|WARN).*user[0-9]+";
    println!(
        "{:<8} {:<18} {:>16} {:>28}",
        "program", "profile", "start and stop", "CPU between, with / without"
    );
    for (name, flags, input) in [
        ("dgrep", ["-plain", "-regex", regex], log),
        ("dmap", ["-plain", "-query", query], csv),
    ] {
        let job = Job {
            program: Path::new(programs).join(name),
            flags: flags.map(str::to_owned).to_vec(),
            inputs: repeated(input)?,
        };
        for ((profile, _), mut outcome) in PROFILES.iter().zip(compare(&job, rounds)?) {
            println!("{name:<8} {profile:<18} {}", outcome.line());
        }
    }
    Ok(())
}

/// `FILE` or `FILE*TIMES`.
fn repeated(input: &str) -> Result<Vec<String>, Error> {
    let (file, times) = match input.rsplit_once('*') {
        Some((file, times)) => (file, times.parse()?),
        None => (input, 1),
    };
    Ok(vec![file.to_owned(); times])
}

/// The CPU time between start and stop stands in the profile; that of the program without a profile is
/// what its process used, less what it takes to start and end on an empty file.
fn compare(job: &Job, rounds: usize) -> Result<Vec<Outcome>, Error> {
    let directory = tempfile::tempdir()?;
    let empty = directory.path().join("empty");
    std::fs::write(&empty, "")?;
    let mut bare = (0..rounds.max(10))
        .map(|_| Ok(cpu_of_command(job.command().arg(&empty))?.as_secs_f64()))
        .collect::<Result<Vec<_>, Error>>()?;
    let bare = median(&mut bare);
    let mut outcomes: Vec<Outcome> = PROFILES.iter().map(|_| Outcome::default()).collect();
    for round in 0..rounds {
        let mut without = 0.0;
        let mut with = vec![(0.0, 0.0); PROFILES.len()];
        for turn in 0..=PROFILES.len() {
            let turn = (round + turn) % (PROFILES.len() + 1);
            let profiles = directory.path().join(format!("{round}-{turn}"));
            match PROFILES.get(turn) {
                None => without = job.seconds(&[], &profiles)? - bare,
                Some((_, [])) => with[turn] = (job.seconds(&[], &profiles)? - bare, 0.0),
                Some((_, flags)) => {
                    let all = job.seconds(flags, &profiles)?;
                    let between = cpu_seconds(&profiles)?;
                    with[turn] = (between, all - between - bare);
                }
            }
        }
        for (outcome, (between, ends)) in outcomes.iter_mut().zip(with) {
            outcome.ratios.push(between / without);
            outcome.ends.push(ends);
        }
    }
    Ok(outcomes)
}

impl Job {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.flags);
        command
    }

    /// CPU time of a run with these flags of the profiler, which writes to `profiles`.
    fn seconds(&self, flags: &[&str], profiles: &Path) -> Result<f64, Error> {
        let mut command = self.command();
        command.args(flags).arg("-quiet");
        command.arg("-profiledir").arg(profiles);
        Ok(cpu_of_command(command.args(&self.inputs))?.as_secs_f64())
    }
}

impl Outcome {
    fn line(&mut self) -> String {
        let (middle, ends) = (median(&mut self.ratios), median(&mut self.ends));
        let (low, high) = interval(&self.ratios);
        format!(
            "{:>13.1} ms {middle:>12.4} ({low:.4} to {high:.4})",
            ends * 1e3
        )
    }
}

/// The fact of this name in any profile of a directory: all of a run have the same.
fn cpu_seconds(directory: &Path) -> Result<f64, Error> {
    let file = std::fs::read_dir(directory)?.next().ok_or("no profile")??;
    let profile = Profile::decode(&std::fs::read(file.path())?)?;
    let mut comments = profile
        .comments
        .iter()
        .map(|comment| profile.text(*comment));
    let fact = comments.find_map(|comment| comment.strip_prefix("# dtail.cpu_seconds="));
    Ok(fact.ok_or("no CPU time in the profile")?.parse()?)
}
