//! How long `dtail-tools pprof` takes over large profiles and over many, and how that grows.
//!
//! `cargo run --release --bin reading -- TOOLS [REFERENCE] [PAIRS]`: TOOLS is the program `dtail-tools`,
//! REFERENCE a pprof to be compared with, run in turn with ours. The profiles are made by the project's
//! own encoder, the same on every machine: one of 23,000 functions and 60,000 samples, one of ten times
//! the samples, one of ten times the functions too, 500 of two sizes, and an empty one, which shows what
//! the programs take for themselves. Each row has medians over the pairs; of the longest works there are
//! fewer. Another process makes the profiles: what a child has resident counts from what its parent had
//! when it began. What is being measured is said on standard error.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use benches::inputs::Random;
use benches::pairs::{Pipeline, Run, in_turn, median};
use dtail_profile::{Line, LocationId, MappingSpec, Profile, ProfileBuilder};

type Error = Box<dyn std::error::Error>;

/// Frames of a stack, at most.
const DEPTH_MAX: u64 = 36;
/// Locations in a function, on average.
const LOCATIONS_EACH: usize = 2;
/// Files that are merged in one run.
const MERGED: u64 = 500;

/// Profiles that one run reads.
struct Work {
    name: &'static str,
    files: u64,
    functions: usize,
    samples: usize,
    /// Pairs at most: a reference takes minutes over some.
    pairs_max: usize,
}

const WORKS: [Work; 6] = [
    Work {
        name: "empty",
        files: 1,
        functions: 0,
        samples: 0,
        pairs_max: usize::MAX,
    },
    Work {
        name: "60,000 samples",
        files: 1,
        functions: 23_000,
        samples: 60_000,
        pairs_max: usize::MAX,
    },
    Work {
        name: "600,000 samples of the same functions",
        files: 1,
        functions: 23_000,
        samples: 600_000,
        pairs_max: 5,
    },
    Work {
        name: "600,000 samples of 230,000 functions",
        files: 1,
        functions: 230_000,
        samples: 600_000,
        pairs_max: 5,
    },
    Work {
        name: "500 of 640 samples",
        files: MERGED,
        functions: 300,
        samples: 640,
        pairs_max: 5,
    },
    Work {
        name: "500 of 5,000 samples",
        files: MERGED,
        functions: 2_000,
        samples: 5_000,
        pairs_max: 2,
    },
];

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (tools, reference, pairs) = match arguments.as_slice() {
        [make, directory] if make == "make" => return Ok(make_profiles(Path::new(directory))?),
        [tools] => (tools, None, "7"),
        [tools, reference] => (tools, Some(reference), "7"),
        [tools, reference, pairs] => (tools, Some(reference), pairs.as_str()),
        _ => return Err("usage: reading TOOLS [REFERENCE] [PAIRS]".into()),
    };
    let pairs = pairs.parse::<usize>()?.max(1);
    let scratch = tempfile::tempdir()?;
    eprintln!("making profiles");
    let made = Command::new(env::current_exe()?)
        .arg("make")
        .arg(scratch.path())
        .output()?;
    let raw_bytes = String::from_utf8(made.stdout)?;
    println!(
        "| work | raw | wall | CPU | memory | memory / raw | wall / reference | memory / reference |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (work, raw_bytes) in WORKS.iter().zip(raw_bytes.lines()) {
        let ours = pipeline(&[tools, "pprof", "-top"], work, scratch.path());
        let theirs =
            reference.map(|reference| pipeline(&[reference, "-top"], work, scratch.path()));
        let pairs = pairs.min(work.pairs_max);
        eprintln!("{}: 1 to warm up, {pairs} measured", work.name);
        let runs = runs(&ours, theirs.as_ref(), pairs)?;
        println!(
            "{}",
            row(work.name, raw_bytes.parse()?, &runs, theirs.is_some())
        );
    }
    Ok(())
}

fn path(directory: &Path, work: &Work, number: u64) -> PathBuf {
    directory.join(format!(
        "{}-{}-{number:03}.prof",
        work.functions, work.samples
    ))
}

/// Writes all profiles, and for each work the bytes of its protobuf to standard output.
fn make_profiles(directory: &Path) -> io::Result<()> {
    for work in &WORKS {
        let mut raw_bytes = 0;
        for number in 0..work.files {
            let profile = profile(number, work.functions, work.samples);
            raw_bytes += profile.encode().len();
            fs::write(path(directory, work, number), profile.encode_gzip())?;
        }
        println!("{raw_bytes}");
    }
    Ok(())
}

/// A CPU profile: few functions near the root, many near the leaves, some calls inlined.
fn profile(seed: u64, functions: usize, samples: usize) -> Profile {
    let mut random = Random(seed + 1);
    let mut builder = ProfileBuilder::new();
    builder
        .sample_type("samples", "count")
        .sample_type("cpu", "nanoseconds")
        .period("cpu", "nanoseconds", 10_000_000)
        .time(1_795_435_200_000_000_000, 60_000_000_000);
    let locations = locations(&mut builder, functions);
    let mut stack: Vec<LocationId> = Vec::new();
    for _ in 0..samples {
        let depth = 3 + random.below(DEPTH_MAX - 2);
        stack.clear();
        stack.extend((0..depth).map(|frame| {
            let reach = (locations.len() as u64 * (depth - frame) / depth).max(1);
            locations[random.below(reach) as usize]
        }));
        let ticks = 1 + random.below(4) as i64;
        let thread = builder.text_label("thread", &format!("worker-{}", random.below(8)));
        builder.sample(&stack, &[ticks, ticks * 10_000_000], &[thread]);
    }
    builder.finish().expect("a sound profile")
}

fn locations(builder: &mut ProfileBuilder, functions: usize) -> Vec<LocationId> {
    let start = 0x40_0000;
    let mapping = builder.mapping(MappingSpec {
        start,
        limit: start + 0x1000_0000,
        file: "/usr/bin/app",
        build_id: "0123456789abcdef",
        has_functions: true,
        has_filenames: true,
        has_line_numbers: true,
        has_inline_frames: true,
        ..MappingSpec::default()
    });
    let mut caller = None;
    let mut locations = Vec::with_capacity(functions * LOCATIONS_EACH);
    for number in 0..functions {
        let name = format!(
            "app::module{}::Type{}::method{number}",
            number % 97,
            number % 1009
        );
        let file = format!("src/module{}/file{}.rs", number % 97, number % 1009);
        let function = builder.function(&name, "", &file, 10);
        for index in 0..LOCATIONS_EACH {
            let line = Line {
                function,
                line: 11 + index as i64,
                column: 0,
            };
            let inlined_into = caller.filter(|_| number % 3 == 0);
            let lines: Vec<Line> = [line].into_iter().chain(inlined_into).collect();
            let address = start + (locations.len() as u64) * 16;
            locations.push(builder.location(Some(mapping), address, &lines));
            caller = Some(line);
        }
    }
    locations
}

fn pipeline(words: &[&str], work: &Work, directory: &Path) -> Pipeline {
    let words = words.iter().map(|word| (*word).to_owned());
    let files = (0..work.files).map(|number| path(directory, work, number).display().to_string());
    Pipeline(vec![words.chain(files).collect()])
}

/// Measured after one run that warms the page cache.
fn runs(ours: &Pipeline, theirs: Option<&Pipeline>, pairs: usize) -> io::Result<Vec<(Run, Run)>> {
    let Some(theirs) = theirs else {
        ours.run(1)?;
        return (0..pairs)
            .map(|_| Ok((ours.run(1)?, Run::default())))
            .collect();
    };
    in_turn(ours, theirs, 1, 1)?;
    in_turn(ours, theirs, pairs, 1)
}

fn row(work: &str, raw_bytes: u64, runs: &[(Run, Run)], is_compared: bool) -> String {
    let of = |figure: &dyn Fn(&(Run, Run)) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(figure).collect();
        median(&mut values)
    };
    let raw_mib = raw_bytes as f64 / f64::from(1 << 20);
    let memory = of(&|(ours, _)| ours.memory_mib);
    // Beside an empty profile, a program is of any size.
    let of_raw = match raw_mib >= 1.0 {
        true => format!("{:.1}", memory / raw_mib),
        false => String::new(),
    };
    let ratio = |figure: &dyn Fn(&(Run, Run)) -> f64| match is_compared {
        true => format!("{:.2}", of(figure)),
        false => String::new(),
    };
    format!(
        "| {work} | {raw_mib:.1} MiB | {:.2} s | {:.2} s | {memory:.0} MiB | {of_raw} | {} | {} |",
        of(&|(ours, _)| ours.wall),
        of(&|(ours, _)| ours.cpu),
        ratio(&|(ours, theirs)| ours.wall / theirs.wall),
        ratio(&|(ours, theirs)| ours.memory_mib / theirs.memory_mib),
    )
}
