//! Where nodes and edges become too small to be shown: what is exactly as large as the cutoff stays.

use dtail_profile::{Line, LocationId, Profile, ProfileBuilder};
use report::{Kind, NoFiles, Options, Report, top};

/// 100 ns in all, of which 10 in `small` and 9 in `tiny`, both called by `main`.
fn profile() -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let mut location = |name: &str| {
        let function = builder.function(name, "", "main.rs", 1);
        let line = Line {
            function,
            line: 1,
            column: 0,
        };
        builder.location(None, 0, &[line])
    };
    let [main, small, tiny] = ["main", "small", "tiny"].map(&mut location);
    let samples: [(&[LocationId], i64); 3] =
        [(&[main], 81), (&[small, main], 10), (&[tiny, main], 9)];
    for (stack, value) in samples {
        builder.sample(stack, &[value], &[]);
    }
    builder.finish().unwrap()
}

fn names(node_fraction: f64) -> Vec<String> {
    let options = Options {
        node_fraction,
        ..Options::default()
    };
    let rows = top(&profile(), &options).unwrap().rows;
    rows.into_iter().map(|row| row.name).collect()
}

#[test]
fn a_node_as_large_as_the_cutoff_stays() {
    assert_eq!(names(0.09), ["main", "small", "tiny"]);
    assert_eq!(names(0.10), ["main", "small"]);
    assert_eq!(names(0.11), ["main"]);
}

#[test]
fn an_edge_as_heavy_as_the_cutoff_stays() {
    let edges = |edge_fraction| {
        let options = Options {
            edge_fraction,
            node_fraction: 0.0,
            ..Options::default()
        };
        let mut text = Vec::new();
        let report = Report::new(profile(), Kind::Dot, &options).unwrap();
        report.write(&NoFiles, &mut text).unwrap();
        String::from_utf8(text).unwrap().matches(" -> N").count()
    };
    assert_eq!([0.09, 0.10, 0.11].map(edges), [2, 1, 0]);
}
