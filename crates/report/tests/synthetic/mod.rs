//! Profiles made to have the corners of the format: recursion, inlining, frames without function,
//! equal names in different files, labels of both kinds, dropped frames, negative and zero values.

use dtail_profile::{Label, Line, LocationId, MappingSpec, Profile, ProfileBuilder};

/// The profiles by name.
pub(crate) fn all() -> Vec<(&'static str, Profile)> {
    vec![
        ("cpu", cpu(1)),
        ("cpu_later", cpu(2)),
        ("heap", heap()),
        ("odd", odd()),
    ]
}

/// Numbers that look random and never change.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) % limit
    }
}

/// Functions of a Rust program: name, symbol, file, first line.
const FUNCTIONS: [(&str, &str, &str, i64); 14] = [
    ("app::main", "", "/build/app/src/main.rs", 3),
    (
        "app::parse",
        "_ZN3app5parse17h0123456789abcdefE",
        "/build/app/src/parse.rs",
        10,
    ),
    ("app::parse", "", "/build/app/src/other.rs", 20),
    (
        "<app::Line as core::fmt::Display>::fmt",
        "",
        "/build/app/src/./line.rs",
        30,
    ),
    (
        "<T as app::Shape>::area",
        "<T as app::Shape>::area",
        "src/../shape.rs",
        40,
    ),
    ("app::walk", "", "/build/app/src/walk.rs", 50),
    (
        "alloc::vec::Vec<T,A>::push",
        "",
        "/rustc/1/library/alloc/src/vec/mod.rs",
        1000,
    ),
    (
        "core::str::<impl str>::find",
        "",
        "/rustc/1/library/core/src/str/mod.rs",
        900,
    ),
    (
        "regex::meta::Regex::is_match",
        "",
        "/deps/regex/src/meta.rs",
        60,
    ),
    (
        "main.(*Server).handle[...]",
        "",
        "/go/src/github.com/x/y/v2/server.go",
        70,
    ),
    (
        "github.com/x/y/v2/z.Run.func1",
        "",
        "/go/src/github.com/x/y/v2/z.go",
        80,
    ),
    ("std::map<int, Foo>::operator()(int)", "", "map.cc", 90),
    ("memcpy", "memcpy", "", 0),
    ("app::tiny", "", "/build/app/src/tiny.rs", 5),
];

struct Maker {
    builder: ProfileBuilder,
    sequence: Sequence,
    mapping: Option<dtail_profile::MappingId>,
}

impl Maker {
    fn new(seed: u64) -> Maker {
        Maker {
            builder: ProfileBuilder::new(),
            sequence: Sequence(seed),
            mapping: None,
        }
    }

    fn map(&mut self, file: &str, build_id: &str, start: u64) {
        let spec = MappingSpec {
            start,
            limit: start + 0x10_0000,
            offset: 0x1000,
            file,
            build_id,
            has_functions: true,
            has_filenames: true,
            has_line_numbers: true,
            has_inline_frames: true,
        };
        self.mapping = Some(self.builder.mapping(spec));
    }

    fn line(&mut self, function: usize, line: i64) -> Line {
        let (name, system_name, file, start) = FUNCTIONS[function];
        let function = self.builder.function(name, system_name, file, start);
        Line {
            function,
            line: start + line,
            column: line % 3,
        }
    }

    /// A location whose lines are these functions, innermost first; the address follows from them.
    fn location(&mut self, functions: &[usize], line: i64) -> LocationId {
        let lines: Vec<Line> = functions
            .iter()
            .map(|index| self.line(*index, line))
            .collect();
        let place = functions
            .iter()
            .fold(7, |sum, index| sum * 31 + *index as u64);
        let address = 0x40_0000 + place % 0x1_0000 * 16 + line as u64;
        self.builder.location(self.mapping, address, &lines)
    }

    /// A stack of up to `depth` frames below main, leaf first; some inlined, some recursive.
    fn stack(&mut self, depth: u64) -> Vec<LocationId> {
        let mut stack = vec![self.location(&[0], 4)];
        for _ in 0..self.sequence.below(depth) {
            let function = 1 + self.sequence.below(12) as usize;
            let line = self.sequence.below(3) as i64;
            let inlined = self.sequence.below(3) == 0;
            let location = if inlined {
                self.location(&[1 + (function + 4) % 12, function], line)
            } else {
                self.location(&[function], line)
            };
            stack.push(location);
            if function == 5 {
                stack.push(location);
            }
        }
        stack.reverse();
        stack
    }

    fn labels(&mut self) -> Vec<Label> {
        let mut labels = Vec::new();
        let worker = self.sequence.below(4);
        if worker > 0 {
            labels.push(
                self.builder
                    .text_label("thread", &format!("worker-{worker}")),
            );
        }
        if self.sequence.below(3) == 0 {
            let bytes = 1 << self.sequence.below(20);
            labels.push(self.builder.number_label("bytes", bytes, "bytes"));
        }
        if self.sequence.below(5) == 0 {
            let number = self.sequence.below(9) as i64 - 4;
            labels.push(self.builder.number_label("depth", number, ""));
        }
        labels
    }
}

/// A CPU profile of a Rust program with frames to drop and frames that only an address knows.
fn cpu(seed: u64) -> Profile {
    let mut maker = Maker::new(seed);
    let builder = &mut maker.builder;
    builder
        .sample_type("samples", "count")
        .sample_type("cpu", "nanoseconds");
    builder.period("cpu", "nanoseconds", 10_000_000);
    builder.time(1_780_000_000_123_456_789 + seed as i64, 2_500_000_000);
    builder.comment("a comment").comment("# dtail.lines=1000");
    builder
        .drop_frames("memcpy|.*::find", "core::.*")
        .doc_url("https://example.com/cpu");
    maker.map("/opt/bin/app", "0a1b2c3d", 0x40_0000);
    let tiny = [maker.location(&[13], 1), maker.location(&[0], 4)];
    for _ in 0..160 {
        let (stack, labels) = (maker.stack(9), maker.labels());
        let count = 1 + maker.sequence.below(6) as i64;
        maker
            .builder
            .sample(&stack, &[count, count * 10_000_000], &labels);
    }
    maker.builder.sample(&tiny, &[1, 10_000], &[]);
    maker.map("/lib/libc.so.6", "", 0x7f00_0000);
    let unknown = maker.builder.location(maker.mapping, 0x7f00_1234, &[]);
    let nowhere = maker.builder.location(None, 0xdead_0000, &[]);
    maker
        .builder
        .sample(&[unknown, tiny[1]], &[9, 90_000_000], &[]);
    maker
        .builder
        .sample(&[nowhere, tiny[1]], &[4, 40_000_000], &[]);
    maker.builder.finish().unwrap()
}

/// A heap profile: four sample types with a default, sizes as labels.
fn heap() -> Profile {
    let mut maker = Maker::new(3);
    let builder = &mut maker.builder;
    for kind in ["alloc", "inuse"] {
        builder.sample_type(&format!("{kind}_objects"), "count");
        builder.sample_type(&format!("{kind}_space"), "bytes");
    }
    builder
        .default_sample_type("alloc_space")
        .period("space", "bytes", 524_288);
    builder.time(1_780_000_000_000_000_000, 0);
    maker.map("/opt/bin/app", "0a1b2c3d", 0x40_0000);
    for _ in 0..60 {
        let stack = maker.stack(7);
        let size = 1 << (3 + maker.sequence.below(22));
        let objects = 1 + maker.sequence.below(50) as i64;
        let kept = maker.sequence.below(objects as u64 + 1) as i64;
        let values = [objects, objects * size, kept, kept * size];
        let label = maker.builder.number_label("bytes", size, "");
        maker.builder.sample(&stack, &values, &[label]);
    }
    maker.builder.finish().unwrap()
}

/// Units nobody knows, values of either sign and of none, an empty stack, no mapping at all.
fn odd() -> Profile {
    let mut maker = Maker::new(4);
    let builder = &mut maker.builder;
    builder
        .sample_type("events", "count")
        .sample_type("latency", "milliseconds");
    builder
        .sample_type("weird", "bananas")
        .time(0, 61_000_000_000);
    for _ in 0..24 {
        let (stack, labels) = (maker.stack(5), maker.labels());
        let value = maker.sequence.below(2000) as i64 - 900;
        maker
            .builder
            .sample(&stack, &[value, value * 3, -value], &labels);
    }
    let stack = maker.stack(5);
    maker.builder.sample(&stack, &[0, 0, 0], &[]);
    maker.builder.sample(&[], &[3, 3, 3], &[]);
    maker
        .builder
        .sample(&stack, &[1 << 40, 3 << 40, -(1 << 40)], &[]);
    maker.builder.finish().unwrap()
}
