//! Adding profiles up: what counts as equal, what the header says, and the algebra.

use std::collections::BTreeMap;

use dtail_profile::{Line, MappingSpec, Profile, ProfileBuilder, merge};
use proptest::prelude::*;

/// A profile with one sample a frame: function name, address, value.
fn profile(start: u64, time: i64, frames: &[(&str, u64, i64)]) -> Profile {
    let mut builder = ProfileBuilder::new();
    builder
        .sample_type("cpu", "nanoseconds")
        .period("cpu", "nanoseconds", 10)
        .time(time, 100);
    builder.comment("same").comment(&format!("at {time}"));
    let limit = start + 0x2000;
    let spec = MappingSpec {
        start,
        limit,
        file: "/bin/x",
        build_id: "b",
        ..Default::default()
    };
    let mapping = builder.mapping(spec);
    for (name, address, value) in frames {
        let line = Line {
            function: builder.function(name, "", "x.rs", 1),
            line: 2,
            column: 0,
        };
        let location = builder.location(Some(mapping), start + address, &[line]);
        let label = builder.text_label("thread", "t1");
        builder.sample(&[location], &[*value], &[label]);
    }
    builder.finish().unwrap()
}

/// Value by function name and address within the mapping.
fn totals(profile: &Profile) -> BTreeMap<(String, u64), i64> {
    let mut totals = BTreeMap::new();
    for sample in profile.samples.iter() {
        let location = profile.locations.get(sample.stack[0]);
        let line = profile.locations.lines(sample.stack[0])[0];
        let name = profile
            .text(profile.function(line.function).name)
            .to_owned();
        let start = location
            .mapping
            .map_or(0, |mapping| profile.mapping(mapping).start);
        *totals.entry((name, location.address - start)).or_default() += sample.values[0];
    }
    totals
}

fn check(profiles: &[&Profile], expected: &[(&str, u64, i64)]) -> Profile {
    let merged = merge(profiles.iter().copied()).unwrap();
    merged.check().unwrap();
    let expected = expected
        .iter()
        .map(|(name, address, value)| ((name.to_string(), *address), *value));
    assert_eq!(totals(&merged), expected.collect());
    merged
}

#[test]
fn equal_stacks_add_up_wherever_the_file_was_mapped() {
    let first = profile(0x1000, 50, &[("a", 1, 3), ("b", 2, 4)]);
    let second = profile(0x9000, 20, &[("b", 2, 5), ("b", 3, 6)]);
    let merged = check(&[&first, &second], &[("a", 1, 3), ("b", 2, 9), ("b", 3, 6)]);
    assert_eq!((merged.samples.len(), merged.locations.len()), (3, 3));
    assert_eq!((merged.mappings.len(), merged.functions.len()), (1, 2));
    assert_eq!(
        (merged.time_nanos, merged.duration_nanos, merged.period),
        (20, 200, 10)
    );
    let comments: Vec<&str> = merged.comments.iter().map(|id| merged.text(*id)).collect();
    assert_eq!(comments, ["same", "at 50", "at 20"]);
}

#[test]
fn what_cancels_out_leaves_no_trace() {
    let first = profile(0x1000, 1, &[("a", 1, 3), ("b", 2, 4), ("c", 3, 0)]);
    let second = profile(0x1000, 1, &[("b", 2, -4)]);
    let merged = check(&[&first, &second], &[("a", 1, 3)]);
    assert_eq!((merged.functions.len(), merged.locations.len()), (1, 1));
}

#[test]
fn a_label_that_says_nothing_makes_no_difference() {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let nothing = builder.number_label("a", 0, "");
    let zero = builder.number_label("a", 0, "bytes");
    builder
        .sample(&[], &[1], &[nothing])
        .sample(&[], &[2], &[])
        .sample(&[], &[4], &[zero]);
    let merged = merge([&builder.finish().unwrap()]).unwrap();
    let values = merged.samples.iter().map(|sample| sample.values[0]);
    assert_eq!(values.collect::<Vec<i64>>(), [3, 4]);
}

#[test]
fn the_order_of_labels_does_not_count() {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let labels = [
        builder.text_label("a", "x"),
        builder.number_label("b", 1, "bytes"),
    ];
    let [first, second] = labels;
    builder
        .sample(&[], &[1], &[first, second])
        .sample(&[], &[2], &[second, first]);
    builder.sample(&[], &[4], &[first]);
    let merged = merge([&builder.finish().unwrap()]).unwrap();
    let values: Vec<i64> = merged
        .samples
        .iter()
        .map(|sample| sample.values[0])
        .collect();
    assert_eq!(values, [3, 4]);
}

/// A profile of one sample in each of two mappings of these files and sizes, the second used first.
fn mapped(files: [&str; 2], size: u64, period: i64) -> Profile {
    let mut builder = ProfileBuilder::new();
    builder
        .sample_type("cpu", "nanoseconds")
        .period("cpu", "nanoseconds", period);
    let mappings = files.map(|file| {
        builder.mapping(MappingSpec {
            start: 0x10_0000,
            limit: 0x10_0000 + size,
            file,
            ..Default::default()
        })
    });
    for mapping in mappings.into_iter().rev() {
        let location = builder.location(Some(mapping), 0x10_0010, &[]);
        builder.sample(&[location], &[1], &[]);
    }
    builder.finish().unwrap()
}

#[test]
fn the_program_stays_first_and_small_differences_of_size_do_not_count() {
    let first = mapped(["app", "libc"], 0x1801, 10);
    let second = mapped(["app", "libc"], 0x1fff, 30);
    let third = mapped(["app", "libm"], 0x2001, 20);
    let merged = merge([&first, &second, &third]).unwrap();
    let mappings = merged.mappings.iter();
    let mappings: Vec<_> = mappings
        .map(|mapping| (merged.text(mapping.file), mapping.limit - mapping.start))
        .collect();
    let expected = [
        ("app", 0x1801),
        ("libc", 0x1801),
        ("app", 0x2001),
        ("libm", 0x2001),
    ];
    assert_eq!(mappings.len(), expected.len());
    assert_eq!(mappings[..2], expected[..2]);
    assert!(expected.iter().all(|mapping| mappings.contains(mapping)));
    assert_eq!((merged.period, merged.samples.len()), (30, 4));
}

#[test]
fn folded_code_is_a_location_of_its_own() {
    let plain = profile(0x1000, 1, &[("a", 1, 3)]);
    let mut folded = plain.clone();
    let id = folded.samples.stack(0)[0];
    folded.locations.get_mut(id).is_folded = true;
    let merged = merge([&plain, &folded, &folded]).unwrap();
    let is_folded: Vec<bool> = merged.locations.iter().map(|(_, l)| l.is_folded).collect();
    assert_eq!(is_folded, [false, true]);
    let values = merged.samples.iter().map(|sample| sample.values[0]);
    assert_eq!(values.collect::<Vec<i64>>(), [3, 6]);
}

#[test]
fn unlike_types_are_refused() {
    let first = profile(0, 1, &[]);
    let mut builder = ProfileBuilder::new();
    builder
        .sample_type("cpu", "seconds")
        .period("cpu", "nanoseconds", 10);
    let other = builder.finish().unwrap();
    let error = merge([&first, &other]).unwrap_err().to_string();
    assert_eq!(
        error,
        "incompatible sample types: cpu/nanoseconds and cpu/seconds"
    );
    assert_eq!(merge([]).unwrap_err().to_string(), "no profiles to merge");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn totals_depend_on_neither_order_nor_grouping(
        frames in proptest::collection::vec((0..4usize, 0..4u64, -3..4i64), 0..24),
    ) {
        let names = ["a", "b", "c", "d"];
        let frames: Vec<_> = frames.iter().map(|(n, a, v)| (names[*n], *a, *v)).collect();
        let parts: Vec<Profile> =
            frames.chunks(8).map(|part| profile(0x1000, 1, part)).chain([profile(0, 1, &[])]).collect();
        let mut expected = BTreeMap::new();
        for (name, address, value) in &frames {
            *expected.entry((name.to_string(), *address)).or_insert(0) += value;
        }
        expected.retain(|_, value| *value != 0);
        let forward = merge(&parts).unwrap();
        let backward = merge(parts.iter().rev()).unwrap();
        let (head, tail) = parts.split_at(parts.len() / 2);
        let grouped = match head {
            [] => merge(tail).unwrap(),
            _ => merge([&merge(head).unwrap(), &merge(tail).unwrap()]).unwrap(),
        };
        for merged in [forward, backward, grouped] {
            prop_assert_eq!(totals(&merged), expected.clone());
        }
    }
}
