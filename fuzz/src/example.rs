//! A small profile with something for every option: inlined frames, labels, two types, a mapping.

use dtail_profile::{Line, MappingSpec, Profile, ProfileBuilder};

pub fn profile() -> Profile {
    let mut builder = ProfileBuilder::new();
    builder
        .sample_type("samples", "count")
        .sample_type("cpu", "nanoseconds");
    builder
        .period("cpu", "nanoseconds", 10_000_000)
        .time(1_795_435_200_000_000_000, 1_000_000_000);
    builder.comment("an example").drop_frames("runtime", "main");
    let mapping = builder.mapping(MappingSpec {
        start: 0x1000,
        limit: 0x9000,
        file: "/bin/app",
        ..MappingSpec::default()
    });
    let names = [
        "main",
        "<T as Trait>::find",
        "std::io::read (inlined)",
        "_ZN3foo3barE",
        "größe",
    ];
    let mut stack = Vec::new();
    for (number, name) in (1..).zip(names) {
        let function = builder.function(name, name, "src/a.rs", number);
        let line = Line {
            function,
            line: number + 1,
            column: number,
        };
        let lines = vec![line; 1 + (number as usize) % 2];
        stack.insert(
            0,
            builder.location(Some(mapping), 0x1000 + 16 * number as u64, &lines),
        );
        let file = builder.text_label("file", "a.log");
        let size = builder.number_label("size", 1024 * number, "bytes");
        builder.sample(&stack, &[number, number * 10_000_000], &[file, size]);
    }
    builder.finish().expect("a sound profile")
}
