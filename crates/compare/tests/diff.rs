//! Differences: the algebra, what is matched, what is said, and every format.

mod made;

use compare::{Diff, Finding, Generics, Granularity, Metric, NameRules, Selection, diff};
use dtail_profile::Profile;
use made::{cpu_profile, heap_profile};
use proptest::prelude::*;

fn compare(old: &[&Profile], new: &[&Profile]) -> Diff {
    let owned = |profiles: &[&Profile]| profiles.iter().map(|p| (*p).clone()).collect();
    diff(owned(old), owned(new), &Selection::default()).unwrap()
}

/// Name, old and new value of every row by `metric`, in samples of 10 ms.
fn rows(diff: &Diff, metric: Metric) -> Vec<(&str, i128, i128)> {
    let rows = diff.rows.iter().map(|row| {
        let change = row.change(metric);
        (
            row.name.as_str(),
            change.old / 10_000_000,
            change.new / 10_000_000,
        )
    });
    rows.collect()
}

#[test]
fn rows_are_matched_by_name() {
    let old = cpu_profile(
        &[
            ("main;a::h0123456789abcdef", 30),
            ("main;b;b", 10),
            ("main;gone", 5),
        ],
        &[],
    );
    let new = cpu_profile(
        &[
            ("main;a::hfedcba9876543210", 40),
            ("main;b", 10),
            ("main;come", 7),
        ],
        &[],
    );
    let diff = compare(&[&old], &[&new]);
    let flat = [
        ("a", 30, 40),
        ("b", 10, 10),
        ("come", 0, 7),
        ("gone", 5, 0),
        ("main", 0, 0),
    ];
    assert_eq!(rows(&diff, Metric::Flat), flat);
    assert_eq!(rows(&diff, Metric::Cum)[4], ("main", 45, 57));
    let states: Vec<&str> = diff.rows.iter().map(|row| row.state()).collect();
    assert_eq!(states, ["both", "both", "new", "gone", "both"]);
}

#[test]
fn names_follow_the_rules_that_are_given() {
    let old = cpu_profile(&[("Vec<u8>::push", 3), ("old::f", 4)], &[]);
    let new = cpu_profile(&[("Vec<u16>::push", 5), ("part::f", 6)], &[]);
    let selection = Selection {
        names: NameRules {
            generics: Generics::Erase,
            renames: vec![("old::".to_owned(), "part::".to_owned())],
        },
        ..Selection::default()
    };
    let diff = diff(vec![old], vec![new], &selection).unwrap();
    assert_eq!(
        rows(&diff, Metric::Flat),
        [("Vec::push", 3, 5), ("part::f", 4, 6)]
    );
}

#[test]
fn rows_can_be_files_and_lines() {
    let profile = cpu_profile(&[("main;a", 3)], &[]);
    let check = |granularity, expected: &[&str]| {
        let selection = Selection {
            granularity,
            ..Selection::default()
        };
        let diff = diff(vec![profile.clone()], vec![profile.clone()], &selection).unwrap();
        let names: Vec<&str> = diff.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, expected);
    };
    check(Granularity::Files, &["src/main.rs"]);
    check(
        Granularity::Lines,
        &["a src/main.rs:2", "main src/main.rs:2"],
    );
    check(
        Granularity::FileFunctions,
        &["a src/main.rs", "main src/main.rs"],
    );
}

#[test]
fn what_it_amounts_to() {
    let base = cpu_profile(&[("main;a", 200), ("main;b", 800)], &[]);
    let near = cpu_profile(&[("main;a", 210), ("main;b", 790)], &[]);
    let far = cpu_profile(&[("main;a", 500), ("main;b", 800)], &[]);
    assert_eq!(compare(&[&base], &[&base]).finding(), Finding::Same);
    assert_eq!(compare(&[&base], &[&near]).finding(), Finding::WithinChance);
    assert_eq!(compare(&[&base], &[&far]).finding(), Finding::Different);
    // Twice the runs are no difference: values are means.
    assert_eq!(compare(&[&base], &[&base, &base]).finding(), Finding::Same);
}

#[test]
fn unlike_profiles_are_refused() {
    let (cpu, heap) = (
        cpu_profile(&[("main", 1)], &[]),
        heap_profile(&[("main", 1)]),
    );
    let error = diff(vec![cpu.clone()], vec![heap], &Selection::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "profiles of cpu/nanoseconds and of inuse_space/bytes cannot be compared"
    );
    assert!(diff(vec![cpu.clone()], vec![], &Selection::default()).is_err());
    let selection = Selection {
        sample_type: "nosuch".to_owned(),
        ..Selection::default()
    };
    assert!(diff(vec![cpu.clone()], vec![cpu], &selection).is_err());
}

/// Two sides of three runs, one of whose functions doubles.
fn sample() -> Diff {
    let old = [300, 310, 290].map(|n| {
        cpu_profile(
            &[("main;a|b", n), ("main;c<T>", 700), ("main;gone", 40)],
            &[],
        )
    });
    let new = [610, 590, 600].map(|n| {
        cpu_profile(
            &[("main;a|b", n), ("main;c<T>", 700), ("main;come", 7)],
            &[],
        )
    });
    compare(&old.each_ref(), &new.each_ref())
}

#[test]
fn the_table() {
    let text = sample().text(Metric::Flat, 2, |name, _| name.to_owned());
    assert_eq!(text, include_str!("golden/diff.txt"));
    let same = cpu_profile(&[("main", 10)], &[]);
    let text = compare(&[&same], &[&same]).text(Metric::Flat, 9, |name, _| name.to_owned());
    assert_eq!(
        text,
        "Type: cpu\nOld: 1 run, 10 samples\nNew: 1 run, 10 samples\nTotal: 100ms -> 100ms (0, x1.000)\nFinding: no difference\n"
    );
}

#[test]
fn markdown() {
    assert_eq!(
        sample().markdown(Metric::Cum, 9),
        include_str!("golden/diff.md")
    );
}

#[test]
fn json() {
    assert_eq!(sample().json(), include_str!("golden/diff.json"));
}

#[test]
fn folded_stacks_have_two_columns() {
    let mut text = Vec::new();
    sample().write_folded(&mut text).unwrap();
    assert_eq!(
        String::from_utf8(text).unwrap(),
        include_str!("golden/diff.folded")
    );
}

const NAMES: [&str; 5] = ["main", "a", "b", "c", "d"];

prop_compose! {
    /// A profile of stacks of up to four frames.
    fn any_profile()(
        stacks in proptest::collection::vec((proptest::collection::vec(0..5usize, 0..4), 0..50i64), 0..12),
    ) -> Profile {
        let stacks: Vec<(String, i64)> = stacks
            .iter()
            .map(|(frames, ticks)| {
                let names: Vec<&str> = frames.iter().map(|frame| NAMES[*frame]).collect();
                (names.join(";"), *ticks)
            })
            .collect();
        let stacks: Vec<(&str, i64)> = stacks.iter().map(|(s, n)| (s.as_str(), *n)).collect();
        cpu_profile(&stacks, &[])
    }
}

fn any_side() -> impl Strategy<Value = Vec<Profile>> {
    proptest::collection::vec(any_profile(), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_add_up_to_the_total(old in any_side(), new in any_side()) {
        let diff = diff(old, new, &Selection::default()).unwrap();
        let sum = |of: fn(&compare::Change) -> i128| -> i128 {
            diff.rows.iter().map(|row| of(&row.flat)).sum()
        };
        prop_assert_eq!(sum(|change| change.old), diff.old.total);
        prop_assert_eq!(sum(|change| change.new), diff.new.total);
        let points: f64 = diff.rows.iter().map(|row| diff.points(&row.flat)).sum();
        let whole = f64::from(u8::from(diff.new.total != 0)) - f64::from(u8::from(diff.old.total != 0));
        prop_assert!((points - whole).abs() < 1e-9);
    }

    #[test]
    fn a_side_against_itself_is_no_difference(side in any_side()) {
        let diff = diff(side.clone(), side, &Selection::default()).unwrap();
        prop_assert_eq!(diff.finding(), Finding::Same);
        let text = diff.text(Metric::Flat, 9, |name, _| name.to_owned());
        prop_assert!(text.ends_with("\nFinding: no difference\n"));
    }

    #[test]
    fn sides_change_places(old in any_side(), new in any_side()) {
        let forward = diff(old.clone(), new.clone(), &Selection::default()).unwrap();
        let backward = diff(new, old, &Selection::default()).unwrap();
        prop_assert_eq!(forward.finding(), backward.finding());
        for (there, back) in forward.rows.iter().zip(&backward.rows) {
            prop_assert_eq!(&there.name, &back.name);
            for metric in [Metric::Flat, Metric::Cum] {
                let (there, back) = (there.change(metric), back.change(metric));
                prop_assert_eq!(forward.difference(there), -backward.difference(back));
                prop_assert_eq!(forward.points(there), -backward.points(back));
                if let (Some(there), Some(back)) = (there.odds, back.odds) {
                    prop_assert!((there.interval.0 + back.interval.1).abs() < 1e-9);
                    prop_assert!((there.p - back.p).abs() < 1e-9);
                }
            }
        }
    }
}
