//! What `check` refuses, and what the builder makes one row of.

use dtail_profile::{
    FunctionId, Label, Line, LocationId, MappingId, MappingSpec, Profile, ProfileBuilder, Samples,
};

/// A valid profile with one row in every table.
fn valid() -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let mapping = builder.mapping(MappingSpec {
        file: "/bin/x",
        ..MappingSpec::default()
    });
    let function = builder.function("main", "", "main.rs", 1);
    let location = builder.location(
        Some(mapping),
        1,
        &[Line {
            function,
            line: 2,
            column: 0,
        }],
    );
    builder.sample(&[location], &[5], &[]);
    builder.finish().unwrap()
}

/// Requires the valid profile to be refused after `damage`, with this message.
fn check(expected: &str, damage: impl FnOnce(&mut Profile)) {
    let mut profile = valid();
    profile.check().unwrap();
    damage(&mut profile);
    assert_eq!(profile.check().unwrap_err().to_string(), expected);
}

#[test]
fn broken_rules_are_named() {
    let first = LocationId::new(0);
    check("samples without a sample type", |p| p.sample_types.clear());
    check("samples have 1 values for 2 sample types", |p| {
        p.sample_types.push(p.period_type);
    });
    check("mapping with the reserved id 0", |p| p.mappings[0].id = 0);
    check("function with the reserved id 0", |p| p.functions[0].id = 0);
    check("location with the reserved id 0", |p| {
        p.locations.get_mut(first).id = 0;
    });
    check("second function with id 1", |p| {
        p.functions.push(p.functions[0]);
    });
    check("no mapping in row 7", |p| {
        p.locations.get_mut(first).mapping = Some(MappingId::new(7));
    });
    check("no function in row 7", |p| {
        p.locations.lines_mut(first)[0].function = FunctionId::new(7);
    });
    check("no location in row 7", |p| {
        p.samples.push(&[LocationId::new(7)], &[1], &[]);
    });
    let foreign = {
        let mut builder = ProfileBuilder::new();
        (0..20)
            .map(|n| builder.text_label("key", &n.to_string()))
            .last()
            .unwrap()
    };
    check(&format!("no string in row {}", foreign.text.index()), |p| {
        p.samples.push(
            &[],
            &[1],
            &[Label {
                key: p.comments.first().copied().unwrap_or_default(),
                ..foreign
            }],
        );
    });
}

#[test]
fn equal_rows_are_one() {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let function = builder.function("f", "_f", "a.rs", 1);
    assert_eq!(builder.function("f", "_f", "a.rs", 1), function);
    for other in [
        ("g", "_f", "a.rs", 1),
        ("f", "_g", "a.rs", 1),
        ("f", "_f", "b.rs", 1),
        ("f", "_f", "a.rs", 2),
    ] {
        assert_ne!(
            builder.function(other.0, other.1, other.2, other.3),
            function
        );
    }
    let line = Line {
        function,
        line: 1,
        column: 0,
    };
    let location = builder.location(None, 8, &[line]);
    assert_eq!(builder.location(None, 8, &[line]), location);
    assert_ne!(builder.location(None, 9, &[line]), location);
    assert_ne!(builder.location(None, 8, &[line, line]), location);
}

#[test]
fn labels_of_few_samples_stay_with_them() {
    let label = Label {
        number: 3,
        ..Label::default()
    };
    let mut samples = Samples::with_width(1);
    samples.push(&[], &[1], &[]);
    samples.push(&[], &[2], &[label, label]);
    samples.push(&[], &[3], &[]);
    let labels: Vec<usize> = samples.iter().map(|sample| sample.labels.len()).collect();
    assert_eq!(labels, [0, 2, 0]);
    assert_eq!(samples.get(1).values, [2]);
}
