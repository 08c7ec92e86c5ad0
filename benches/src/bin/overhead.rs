//! What profiling costs the programs, in CPU time.
//!
//! `cargo run --release --bin overhead -- PROGRAMS LOG CSV [PAIRS]`: PROGRAMS is the directory of dgrep and
//! dmap, LOG and CSV are inputs of some seconds' work. Runs with and without the profile alternate; what
//! starting and stopping cost is told apart. Prints the median of the pairs' ratios and the 95 % confidence
//! interval of that median (order statistics).

use std::env;
use std::path::Path;
use std::process::Command;

use benches::pairs::{interval, median};
use benches::usage::cpu_of_command;
use dtail_profile::Profile;

type Error = Box<dyn std::error::Error>;

const PROFILES: &[(&str, &[&str])] = &[
    ("CPU at 100 Hz", &["-cpuprofile"]),
    (
        "CPU at 1000 Hz",
        &["-cpuprofile", "-cpuprofilerate", "1000"],
    ),
    ("memory at 512 KiB", &["-memprofile"]),
];

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [programs, log, csv, rest @ ..] = arguments.as_slice() else {
        return Err("usage: overhead PROGRAMS LOG CSV [PAIRS]".into());
    };
    let pairs = rest.first().map_or(Ok(30), |text| text.parse())?;
    let query = "select count($line),avg(duration) group by user logformat csv";
    let jobs: [(&str, &[&str], &str); 2] = [
        (
            "dgrep",
            &["-plain", "-regex", "(ERROR|WARN).*user[0-9]+"],
            log,
        ),
        ("dmap", &["-plain", "-query", query], csv),
    ];
    println!(
        "{:<8} {:<18} {:>16} {:>28}",
        "program", "profile", "start and stop", "CPU between, with / without"
    );
    for (program, flags, input) in jobs {
        for (name, profile) in PROFILES {
            let path = Path::new(programs).join(program);
            let line = compare(&path, flags, input, profile, pairs)?;
            println!("{program:<8} {name:<18} {line}");
        }
    }
    Ok(())
}

/// The CPU time between start and stop stands in the profile; that of the program without a profile is
/// what its process used, less what it takes to start and end on an empty file.
fn compare(
    program: &Path,
    flags: &[&str],
    input: &str,
    profile: &[&str],
    pairs: usize,
) -> Result<String, Error> {
    let directory = tempfile::tempdir()?;
    let empty = directory.path().join("empty");
    std::fs::write(&empty, "")?;
    let plain = |input: &Path| cpu_of_command(Command::new(program).args(flags).arg(input));
    let mut bare = (0..pairs)
        .map(|_| Ok(plain(&empty)?.as_secs_f64()))
        .collect::<Result<Vec<_>, Error>>()?;
    let bare = median(&mut bare);
    let (mut ratios, mut ends) = (Vec::new(), Vec::new());
    for pair in 0..pairs {
        let profiles = directory.path().join(pair.to_string());
        let mut command = Command::new(program);
        command
            .args(flags)
            .args(profile)
            .arg("-quiet")
            .arg("-profiledir")
            .arg(&profiles);
        let all = cpu_of_command(command.arg(input))?.as_secs_f64();
        let between = cpu_seconds(&profiles)?;
        let without = plain(Path::new(input))?.as_secs_f64() - bare;
        ratios.push(between / without);
        ends.push(all - between - bare);
    }
    let (middle, ends) = (median(&mut ratios), median(&mut ends));
    let (low, high) = interval(&ratios);
    Ok(format!(
        "{:>13.1} ms {middle:>12.4} ({low:.4} to {high:.4})",
        ends * 1e3
    ))
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
