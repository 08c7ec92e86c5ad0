//! Profiles made for tests, as inputs of gates.

#![allow(dead_code, reason = "each test uses a part")]

use compare::Input;
use dtail_profile::{Line, LocationId, Profile, ProfileBuilder};

/// A CPU profile of one sample for each stack, such as `main;read` (root first), of 10 ms a tick.
pub(crate) fn cpu_profile(stacks: &[(&str, i64)], comments: &[&str]) -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("samples", "count");
    builder.sample_type("cpu", "nanoseconds");
    builder.period("cpu", "nanoseconds", 10_000_000);
    for comment in comments.iter().filter(|comment| !comment.is_empty()) {
        builder.comment(comment);
    }
    add(&mut builder, stacks, |ticks| {
        vec![ticks, ticks * 10_000_000]
    });
    builder.finish().unwrap()
}

/// A memory profile of the bytes in use, one sample in 512 kB.
pub(crate) fn heap_profile(stacks: &[(&str, i64)]) -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("inuse_objects", "count");
    builder.sample_type("inuse_space", "bytes");
    builder.period("space", "bytes", 524_288);
    add(&mut builder, stacks, |bytes| vec![bytes / 1024, bytes]);
    builder.finish().unwrap()
}

/// A CPU profile of dgrep.
pub(crate) fn cpu(stacks: &[(&str, i64)], comments: &[&str]) -> Input {
    input("cpu", cpu_profile(stacks, comments))
}

/// A memory profile of dgrep.
pub(crate) fn heap(stacks: &[(&str, i64)]) -> Input {
    input("mem", heap_profile(stacks))
}

fn input(kind: &str, profile: Profile) -> Input {
    Input {
        file: format!("dgrep_{kind}_20261123_120000.prof"),
        tool: "dgrep".to_owned(),
        states_tool: true,
        kind: kind.to_owned(),
        profile,
    }
}

fn add(builder: &mut ProfileBuilder, stacks: &[(&str, i64)], values: impl Fn(i64) -> Vec<i64>) {
    for (stack, value) in stacks {
        let leaf_first: Vec<LocationId> =
            stack.rsplit(';').map(|name| frame(builder, name)).collect();
        builder.sample(&leaf_first, &values(*value), &[]);
    }
}

fn frame(builder: &mut ProfileBuilder, name: &str) -> LocationId {
    let function = builder.function(name, "", "src/main.rs", 1);
    let line = Line {
        function,
        line: 2,
        column: 0,
    };
    builder.location(None, 0, &[line])
}
