//! How true CPU profiles are: ours, and pprof-rs in the same run.
//!
//! `cargo run --release --bin accuracy [SECONDS]` (default 10 a case). Each case runs in a process of its
//! own, since both profilers want the same signal. Totals are the profile's CPU time over what the kernel
//! counted between start and stop; `seen` is the part of it on stacks with the function that worked.
//!
//! What a sample costs is counted in the handler itself, and depends on what the program leaves it of the
//! caches: the case of hot ones works in a few kilobytes, that of cold ones reads 64 MiB between two samples.

use std::env;
use std::process::Command;
use std::time::Duration;

use benches::usage::cpu_of_process;
use benches::workload::{
    burn, busy_threads, calls_clock, calls_malloc, calls_memcpy, hog, short_threads, sweeps_memory,
};
use dtail_profile::Profile;
use dtail_profiling::Profiler;

type Error = Box<dyn std::error::Error>;

struct Case {
    name: &'static str,
    rate_hz: u32,
    work: fn(Duration),
    /// The function that must be on the stacks.
    function: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "1 thread, 100 Hz",
        rate_hz: 100,
        work: |t| busy_threads(1, t),
        function: "hog",
    },
    Case {
        name: "2 threads, 100 Hz",
        rate_hz: 100,
        work: |t| busy_threads(2, t),
        function: "hog",
    },
    Case {
        name: "4 threads, 100 Hz",
        rate_hz: 100,
        work: |t| busy_threads(4, t),
        function: "hog",
    },
    Case {
        name: "16 threads, 100 Hz",
        rate_hz: 100,
        work: |t| busy_threads(16, t),
        function: "hog",
    },
    Case {
        name: "2 threads, 250 Hz",
        rate_hz: 250,
        work: |t| busy_threads(2, t),
        function: "hog",
    },
    Case {
        name: "2 threads, 1000 Hz",
        rate_hz: 1000,
        work: |t| busy_threads(2, t),
        function: "hog",
    },
    Case {
        name: "threads of 3 ms, 100 Hz",
        rate_hz: 100,
        work: short_threads,
        function: "hog",
    },
    Case {
        name: "caller of memcpy",
        rate_hz: 250,
        work: |t| burn(t, calls_memcpy),
        function: "calls_memcpy",
    },
    Case {
        name: "caller of malloc, free",
        rate_hz: 250,
        work: |t| burn(t, calls_malloc),
        function: "calls_malloc",
    },
    Case {
        name: "caller of clock_gettime",
        rate_hz: 250,
        work: |t| burn(t, calls_clock),
        function: "calls_clock",
    },
    Case {
        name: "handler, caches hot",
        rate_hz: 250,
        work: |t| burn(t, hog),
        function: "hog",
    },
    Case {
        name: "handler, caches cold",
        rate_hz: 250,
        work: |t| burn(t, sweeps_memory),
        function: "sweeps_memory",
    },
];

/// What a case gave: profile over kernel, and the part on the right stacks.
struct Outcome {
    total: f64,
    seen: f64,
    /// Nanoseconds that a sample took in the handler, median and 99th percentile.
    cost: Option<(String, String)>,
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [case, profiler, seconds] = arguments.as_slice() {
        let case = &CASES[case.parse::<usize>()?];
        return child(case, profiler, Duration::from_secs_f64(seconds.parse()?));
    }
    if let [slope, seconds] = arguments.as_slice()
        && slope == "slope"
    {
        return causality(Duration::from_secs_f64(seconds.parse()?));
    }
    let seconds = arguments.first().map_or("10", String::as_str);
    println!(
        "{:<26} {:>8} {:>8} {:>16}   {:>8} {:>8}",
        "", "ours", "", "handler ns", "pprof-rs", ""
    );
    println!(
        "{:<26} {:>8} {:>8} {:>16}   {:>8} {:>8}",
        "case", "total", "seen", "median/p99", "total", "seen"
    );
    for (index, case) in CASES.iter().enumerate() {
        let ours = run(index, "ours", seconds)?;
        let theirs = run(index, "pprof-rs", seconds)?;
        println!("{:<26} {ours}   {theirs}", case.name);
    }
    let output = Command::new(env::current_exe()?)
        .args(["slope", seconds])
        .output()?;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

/// Plants known costs in `planted` beside a constant `constant`, and prints the slope of the measured cost
/// against the planted one (least squares), which is 1 for a profiler that tells the truth.
fn causality(time: Duration) -> Result<(), Error> {
    const CONSTANT: u32 = 4;
    let case = Case {
        name: "",
        rate_hz: 250,
        work: |_| (),
        function: "::planted",
    };
    let mut points = Vec::new();
    for units in [2, 4, 6, 8] {
        let part = f64::from(units) / f64::from(units + CONSTANT);
        let work = |time| {
            std::thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        burn(time, || {
                            planted(units);
                            constant(CONSTANT);
                        });
                    });
                }
            });
        };
        points.push((part, profile(&case, time, work)?.seen));
    }
    let n = points.len() as f64;
    let mean = points
        .iter()
        .fold((0.0, 0.0), |m, p| (m.0 + p.0 / n, m.1 + p.1 / n));
    let (products, squares) = points.iter().fold((0.0, 0.0), |(products, squares), p| {
        (
            products + (p.0 - mean.0) * (p.1 - mean.1),
            squares + (p.0 - mean.0).powi(2),
        )
    });
    println!(
        "{:<26} {:>8.4}",
        "slope of planted cost",
        products / squares
    );
    Ok(())
}

#[inline(never)]
fn planted(units: u32) {
    (0..units).for_each(|_| hog());
}

#[inline(never)]
fn constant(units: u32) {
    // Not the same code as `planted`: the compiler would make one function of the two.
    (0..std::hint::black_box(units)).for_each(|_| hog());
}

fn run(case: usize, profiler: &str, seconds: &str) -> Result<String, Error> {
    let mut command = Command::new(env::current_exe()?);
    let output = command
        .args([&case.to_string(), profiler, seconds])
        .output()?;
    if !output.status.success() {
        return Ok(format!("{:>17}", output.status.to_string()));
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned())
}

fn child(case: &Case, profiler: &str, time: Duration) -> Result<(), Error> {
    let outcome = if profiler == "ours" {
        ours(case, time)?
    } else {
        pprof_rs(case, time)?
    };
    print!("{:>8.4} {:>8.4}", outcome.total, outcome.seen);
    if let Some((median, p99)) = outcome.cost {
        print!(" {:>16}", format!("{median}/{p99}"));
    }
    println!();
    Ok(())
}

fn ours(case: &Case, time: Duration) -> Result<Outcome, Error> {
    profile(case, time, case.work)
}

fn profile(case: &Case, time: Duration, work: impl FnOnce(Duration)) -> Result<Outcome, Error> {
    let directory = tempfile::tempdir()?;
    let builder = Profiler::builder("bench").dir(directory.path());
    let profiler = builder.cpu(true).cpu_rate_hz(case.rate_hz).start()?;
    let before = cpu_of_process();
    work(time);
    let used = cpu_of_process() - before;
    let report = profiler.stop();
    let file = report.files().first().ok_or("no profile")?;
    let profile = Profile::decode(&std::fs::read(file.path())?)?;
    let (mut total, mut seen) = (0, 0);
    for sample in profile.samples.iter() {
        let nanos = sample.values.last().copied().unwrap_or(0);
        let mut lines = sample
            .stack
            .iter()
            .flat_map(|location| profile.locations.lines(*location));
        let is_in = lines.any(|l| {
            profile
                .text(profile.function(l.function).name)
                .ends_with(case.function)
        });
        total += nanos;
        seen += if is_in { nanos } else { 0 };
    }
    let used = used.as_nanos() as f64;
    let cost = fact(&profile, "handler_ns_median").zip(fact(&profile, "handler_ns_p99"));
    Ok(Outcome {
        total: total as f64 / used,
        seen: seen as f64 / used,
        cost,
    })
}

fn fact(profile: &Profile, key: &str) -> Option<String> {
    let start = format!("# dtail.{key}=");
    let mut comments = profile
        .comments
        .iter()
        .map(|comment| profile.text(*comment));
    comments.find_map(|comment| comment.strip_prefix(&start).map(str::to_owned))
}

fn pprof_rs(case: &Case, time: Duration) -> Result<Outcome, Error> {
    let rate_hz = i32::try_from(case.rate_hz)?;
    let guard = pprof::ProfilerGuardBuilder::default()
        .frequency(rate_hz)
        .build()?;
    let before = cpu_of_process();
    (case.work)(time);
    let used = (cpu_of_process() - before).as_secs_f64();
    let report = guard.report().build()?;
    let (mut total, mut seen) = (0, 0);
    for (stack, count) in &report.data {
        let mut symbols = stack.frames.iter().flatten();
        total += count;
        seen += if symbols.any(|symbol| symbol.name().ends_with(case.function)) {
            *count
        } else {
            0
        };
    }
    let of_used = |count: isize| count as f64 / f64::from(case.rate_hz) / used;
    Ok(Outcome {
        total: of_used(total),
        seen: of_used(seen),
        cost: None,
    })
}
