//! Merging: the same bytes in whatever order and grouping, and what options do.

mod made;

use compare::{LabelBy, MergeOptions, Merging};
use dtail_profile::{Line, MappingSpec, Profile, ProfileBuilder};
use made::{cpu_profile, heap_profile};
use proptest::prelude::*;

fn merge_with(options: &MergeOptions, profiles: &[&Profile]) -> (Profile, Vec<String>) {
    let mut merging = Merging::new(options.clone());
    for profile in profiles {
        merging.add((*profile).clone()).unwrap();
    }
    let merged = merging.finish().unwrap();
    merged.profile.check().unwrap();
    (merged.profile, merged.notes)
}

fn merge(profiles: &[&Profile]) -> Profile {
    merge_with(&MergeOptions::default(), profiles).0
}

/// The sum of value number `index`.
fn total(profile: &Profile, index: usize) -> i64 {
    profile
        .samples
        .iter()
        .map(|sample| sample.values[index])
        .sum()
}

fn comments(profile: &Profile) -> Vec<&str> {
    profile
        .comments
        .iter()
        .map(|id| profile.text(*id))
        .collect()
}

const CPU: &[&str] = &["samples", "cpu"];

/// A profile of one process: where its program lay, when it ran, and frames by address and name.
fn process(start: u64, time: i64, host: usize, frames: &[(u64, usize, i64)]) -> Profile {
    process_of(CPU, Some("/bin/x"), start, time, host, frames)
}

/// The same for any sample types, and any program or none that is known.
fn process_of(
    types: &[&str],
    program: Option<&str>,
    start: u64,
    time: i64,
    host: usize,
    frames: &[(u64, usize, i64)],
) -> Profile {
    let mut builder = ProfileBuilder::new();
    for kind in types {
        let unit = if *kind == "samples" {
            "count"
        } else {
            "nanoseconds"
        };
        builder.sample_type(kind, unit);
    }
    builder.period("cpu", "nanoseconds", 10).time(time, 100);
    if host > 0 {
        builder.comment(&format!("# dtail.host=web{host}"));
    }
    builder.comment("# dtail.cpu_seconds=0.1");
    let program = program.map(|file| {
        builder.mapping(MappingSpec {
            start,
            limit: start + 0x2000,
            file,
            ..MappingSpec::default()
        })
    });
    for (address, name, value) in frames {
        let function = builder.function(&format!("f{name}"), "", "x.rs", 1);
        let line = Line {
            function,
            line: 2,
            column: 0,
        };
        let location = builder.location(program, start + address, &[line]);
        let label = builder.text_label("thread", &format!("t{}", name % 2));
        let values: Vec<i64> = (1..=types.len() as i64).map(|n| n * value).collect();
        builder.sample(&[location], &values, &[label]);
    }
    builder.finish().unwrap()
}

/// Sample types of programs that measure different things, in orders of their own.
const TYPES: &[&[&str]] = &[
    CPU,
    &["cpu", "samples"],
    &["samples", "wall", "cpu"],
    &["wall", "samples", "cpu", "idle"],
    &["idle", "cpu", "wall", "samples"],
];

prop_compose! {
    /// A process whose types are one of so many.
    fn any_process(types: usize)(
        types in 0..types,
        program in prop_oneof![Just(None), Just(Some("/bin/x")), Just(Some("/bin/y"))],
        start in (1..5u64).prop_map(|page| page << 20),
        time in 0..4i64,
        host in 0..3usize,
        frames in proptest::collection::vec((0..4u64, 0..4usize, -2..9i64), 0..12),
    ) -> Profile {
        process_of(TYPES[types], program, start, time, host, &frames)
    }
}

/// Checks that merging in any order and grouping gives the same bytes.
fn check_order_free(
    profiles: &[Profile],
    cut: usize,
    options: &MergeOptions,
) -> Result<(), TestCaseError> {
    let merge = |profiles: &[&Profile]| merge_with(options, profiles).0;
    let all: Vec<&Profile> = profiles.iter().collect();
    let whole = merge(&all).encode();
    let backward: Vec<&Profile> = all.iter().rev().copied().collect();
    prop_assert_eq!(&merge(&backward).encode(), &whole);
    let (head, tail) = all.split_at(cut.min(all.len()));
    if !head.is_empty() && !tail.is_empty() {
        prop_assert_eq!(&merge(&[&merge(head), &merge(tail)]).encode(), &whole);
        let one_by_one = tail
            .iter()
            .fold(merge(head), |sum, one| merge(&[&sum, one]));
        prop_assert_eq!(&one_by_one.encode(), &whole);
    }
    prop_assert_eq!(&merge(&[&merge(&all)]).encode(), &whole);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn neither_order_nor_grouping_changes_a_byte(
        profiles in proptest::collection::vec(any_process(1), 1..6),
        cut in 0..6usize,
    ) {
        check_order_free(&profiles, cut, &MergeOptions::default())?;
    }

    #[test]
    fn unlike_sample_types_and_labels_do_not_depend_on_the_order_either(
        profiles in proptest::collection::vec(any_process(TYPES.len()), 1..6),
        cut in 0..6usize,
        by in proptest::sample::select(vec![LabelBy::Host, LabelBy::Command, LabelBy::Build]),
    ) {
        let options = MergeOptions {
            labels: vec![("zone".to_owned(), "eu".to_owned())],
            by: Some(by),
            weight: None,
        };
        check_order_free(&profiles, cut, &options)?;
    }

    #[test]
    fn totals_add_up(profiles in proptest::collection::vec(any_process(1), 1..6)) {
        let merged = merge(&profiles.iter().collect::<Vec<_>>());
        for index in 0..2 {
            let sum: i64 = profiles.iter().map(|profile| total(profile, index)).sum();
            prop_assert_eq!(total(&merged, index), sum);
        }
    }
}

#[test]
fn headers_are_joined() {
    let merged = merge(&[
        &process(0x9000, 0, 2, &[(1, 1, 5)]),
        &process(0x4000, 7, 1, &[(1, 1, 6)]),
    ]);
    assert_eq!(
        (
            merged.time_nanos,
            merged.duration_nanos,
            merged.samples.len()
        ),
        (7, 200, 1)
    );
    assert_eq!(merged.mappings[0].start, 0x4000);
    assert_eq!(
        merged.locations.get(merged.samples.stack(0)[0]).address,
        0x4001
    );
    let stated = [
        "# dtail.cpu_seconds=0.2",
        "# dtail.host=web1",
        "# dtail.host=web2",
    ];
    assert_eq!(comments(&merged), stated);
    assert_eq!(merged.text(merged.default_sample_type), "cpu");
}

#[test]
fn unlike_sample_types_leave_what_all_have() {
    let mut builder = ProfileBuilder::new();
    builder
        .sample_type("cpu", "microseconds")
        .sample_type("wall", "nanoseconds");
    builder.period("cpu", "microseconds", 10_000);
    builder.sample(&[], &[3, 9], &[]);
    let other = builder.finish().unwrap();
    let cpu = cpu_profile(&[("main", 2)], &[]);
    for profiles in [[&cpu, &other], [&other, &cpu]] {
        let (merged, notes) = merge_with(&MergeOptions::default(), &profiles);
        assert_eq!(merged.sample_types.len(), 1);
        assert_eq!(merged.text(merged.sample_types[0].unit), "nanoseconds");
        assert_eq!(total(&merged, 0), 20_003_000);
        let said = "samples, wall left out: not every profile has that sample type";
        assert_eq!(notes, [said]);
    }
    let mut merging = Merging::new(MergeOptions::default());
    merging.add(cpu).unwrap();
    let error = merging.add(heap_profile(&[("main", 1024)])).unwrap_err();
    assert_eq!(error.to_string(), "profiles have no common sample type");
}

#[test]
fn labels_say_which_source() {
    let options = MergeOptions {
        labels: vec![("zone".to_owned(), "eu".to_owned())],
        by: Some(LabelBy::Host),
        weight: Some(2.5),
    };
    let first = process(0x1000, 1, 1, &[(1, 1, 4)]);
    let second = process(0x1000, 1, 2, &[(1, 1, 6)]);
    let (merged, _) = merge_with(&options, &[&first, &second]);
    let label = |sample: dtail_profile::Sample<'_>| {
        let text = |id| merged.text(id).to_owned();
        let labels = sample.labels.iter();
        labels
            .map(|label| (text(label.key), text(label.text)))
            .collect::<Vec<_>>()
    };
    let said = |host: &str| {
        [("host", host), ("thread", "t1"), ("zone", "eu")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
    };
    let samples: Vec<_> = merged.samples.iter().collect();
    assert_eq!(
        (label(samples[0]), samples[0].values),
        (said("web1").to_vec(), &[10, 20][..])
    );
    assert_eq!(
        (label(samples[1]), samples[1].values),
        (said("web2").to_vec(), &[15, 30][..])
    );
    assert_eq!(comments(&merged)[0], "# dtail.cpu_seconds=0.5");
}

#[test]
fn sources_are_labelled_by_build_and_command() {
    let check = |by, comments: &[&str], expected: &str| {
        let options = MergeOptions {
            by: Some(by),
            ..MergeOptions::default()
        };
        let (merged, _) = merge_with(&options, &[&cpu_profile(&[("main", 1)], comments)]);
        let label = merged.samples.labels(0)[0];
        assert_eq!(merged.text(label.text), expected);
    };
    let build = [
        "# dtail.version=0.1.0",
        "# dtail.build_profile=release",
        "# dtail.git=abc",
    ];
    check(LabelBy::Build, &build, "abc release");
    check(LabelBy::Build, &build[..2], "0.1.0 release");
    check(LabelBy::Build, &[], "unknown");
    check(
        LabelBy::Command,
        &["# dtail.command=dgrep -regex x"],
        "dgrep -regex x",
    );
}

/// Ten thousand sources of the same program leave no more behind than a hundred.
#[test]
fn memory_is_bounded_by_what_differs() {
    let after = |sources: i64| {
        let mut merging = Merging::new(MergeOptions::default());
        for source in 0..sources {
            let start = 0x1000 * (source as u64 % 50);
            let mut profile = process(start, 1 + source, 1, &[(1, 1, 1), (2, 2, 1), (3, 3, 1)]);
            let pid = profile
                .strings
                .intern(&format!("# dtail.pid={}", 100_000 + source));
            profile.comments.push(pid);
            merging.add(profile).unwrap();
        }
        let merged = merging.finish().unwrap().profile;
        assert_eq!(total(&merged, 0), 3 * sources);
        let sizes = [
            merged.strings.len(),
            merged.samples.len(),
            merged.locations.len(),
        ];
        (sizes, merged.mappings.len(), merged.functions.len())
    };
    assert_eq!(after(10_000), after(100));
}
