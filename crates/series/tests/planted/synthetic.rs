//! A program of 40 functions, and its profiles of 60 days with what is planted in them.
//!
//! The functions have shares from a fifth to less than a hundredth; each costs 5 % more or less from run to
//! run, and is sampled. They are called through ten others, in a tree below `main`.

use std::ops::Range;

use dtail_profile::{Line, LocationId, Profile, ProfileBuilder};
use series::{Library, Origin};

use crate::random::Random;

pub(crate) const DAYS: usize = 60;
const FUNCTIONS: usize = 40;
const CALLERS: usize = 10;
const RUN_DEVIATION: f64 = 0.05;
const PERIOD_NS: i64 = 10_000_000;
const BYTES_A_SAMPLE: i64 = 512 * 1024;
const FIRST_DAY: i64 = 1_790_000_000_000_000_000;
const DAY: i64 = 86_400_000_000_000;

/// Something that a function does: it costs `share` of the usual total more on `days`.
#[derive(Clone, Debug)]
pub(crate) struct Plant {
    pub(crate) function: usize,
    pub(crate) days: Range<usize>,
    pub(crate) share: f64,
}

/// How the profiles are taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    pub(crate) seed: u64,
    /// Mean samples of a CPU profile.
    pub(crate) samples: f64,
}

/// A function that costs nothing unless it is planted.
pub(crate) const ABSENT: usize = FUNCTIONS;

/// The share of each function on a day on which nothing happens.
pub(crate) fn usual_share(function: usize) -> f64 {
    if function == ABSENT {
        return 0.0;
    }
    let weight = |function: usize| 1.0 / (function as f64 + 4.0);
    weight(function) / (0..FUNCTIONS).map(weight).sum::<f64>()
}

pub(crate) fn name(function: usize) -> String {
    format!("work::f{function}")
}

/// A CPU profile a day.
pub(crate) fn cpu_days(setup: Setup, plants: &[Plant]) -> Vec<Profile> {
    let mut random = Random::new(setup.seed);
    let day = |day: usize| {
        let mut builder = builder(day, &[("samples", "count"), ("cpu", "nanoseconds")]);
        builder.period("cpu", "nanoseconds", PERIOD_NS);
        for function in 0..=ABSENT {
            let planted = plants
                .iter()
                .filter(|p| p.function == function && p.days.contains(&day));
            let planted: f64 = planted.map(|plant| plant.share).sum();
            let run = 1.0 + RUN_DEVIATION * random.normal();
            let share = usual_share(function) * run.max(0.0) + planted;
            let ticks = random.poisson(share.max(0.0) * setup.samples) as i64;
            let stack = stack(&mut builder, function, None);
            builder.sample(&stack, &[ticks, ticks * PERIOD_NS], &[]);
        }
        finished(builder)
    };
    (0..DAYS).map(day).collect()
}

/// A profile of the memory in use at the end of each day: 64 MB in all, of which the function that leaks
/// holds on to so many more bytes each day.
pub(crate) fn memory_days(setup: Setup, leak: Option<(usize, f64)>) -> Vec<Profile> {
    let mut random = Random::new(setup.seed + 1_000_000);
    let day = |day: usize| {
        let mut builder = builder(day, &[("inuse_objects", "count"), ("inuse_space", "bytes")]);
        builder
            .period("space", "bytes", BYTES_A_SAMPLE)
            .default_sample_type("inuse_space");
        for function in 0..FUNCTIONS {
            let leaked = leak.filter(|(leaking, _)| *leaking == function);
            let leaked = leaked.map_or(0.0, |(_, bytes)| bytes * day as f64);
            let run = 1.0 + RUN_DEVIATION * random.normal();
            let bytes = 64e6 * usual_share(function) * run.max(0.0) + leaked;
            let sampled = random.poisson(bytes / BYTES_A_SAMPLE as f64) as i64;
            let stack = stack(&mut builder, function, Some("alloc::vec::Vec::push"));
            builder.sample(&stack, &[sampled, sampled * BYTES_A_SAMPLE], &[]);
        }
        finished(builder)
    };
    (0..DAYS).map(day).collect()
}

fn builder(day: usize, types: &[(&str, &str)]) -> ProfileBuilder {
    let mut builder = ProfileBuilder::new();
    for (kind, unit) in types {
        builder.sample_type(kind, unit);
    }
    builder.time(FIRST_DAY + day as i64 * DAY, 0);
    builder.comment("# dtail.command=work -profile -profiledir p input");
    builder.comment(&format!("# dtail.git=r{day}"));
    builder
}

/// Leaf first: the function, its caller and `main`, and what it calls in turn.
fn stack(builder: &mut ProfileBuilder, function: usize, leaf: Option<&str>) -> Vec<LocationId> {
    let caller = format!("call::c{}", function % CALLERS);
    let names = [
        leaf.map(str::to_owned),
        Some(name(function)),
        Some(caller),
        Some("main".to_owned()),
    ];
    names
        .into_iter()
        .flatten()
        .map(|name| {
            let function = builder.function(&name, "", "work.rs", 1);
            builder.location(
                None,
                0,
                &[Line {
                    function,
                    line: 1,
                    column: 0,
                }],
            )
        })
        .collect()
}

/// Through the encoder and back, as a file would.
fn finished(builder: ProfileBuilder) -> Profile {
    let bytes = builder.finish().unwrap().encode_gzip();
    Profile::decode(&bytes).unwrap()
}

/// The library of these profiles, each kind under file names that are in no order.
pub(crate) fn library(kinds: Vec<(&str, Vec<Profile>)>) -> Library {
    let mut library = Library::new();
    for (kind, days) in kinds {
        for (day, profile) in days.into_iter().enumerate().rev() {
            let origin = Origin {
                source: format!("{:02}-{kind}", (day * 37) % DAYS),
                tool: "work".to_owned(),
                kind: kind.to_owned(),
                time_nanos: 0,
            };
            library.add(profile, origin).unwrap();
        }
    }
    library
}
