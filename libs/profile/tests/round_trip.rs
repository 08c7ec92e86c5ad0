//! What is written is read back, field by field, however the fields are laid out.

use dtail_profile::{Label, Line, LocationId, MappingSpec, Profile, ProfileBuilder};
use proptest::collection::vec;
use proptest::prelude::*;

/// Requires every field of both profiles to be equal; equal ids name equal strings.
fn check_equal(read: &Profile, written: &Profile) {
    assert!(read.strings.iter().eq(written.strings.iter()));
    assert_eq!(read.sample_types, written.sample_types);
    assert_eq!(read.default_sample_type, written.default_sample_type);
    assert_eq!(
        (read.period_type, read.period),
        (written.period_type, written.period)
    );
    assert_eq!(read.time_nanos, written.time_nanos);
    assert_eq!(read.duration_nanos, written.duration_nanos);
    assert_eq!(read.drop_frames, written.drop_frames);
    assert_eq!(read.keep_frames, written.keep_frames);
    assert_eq!(read.comments, written.comments);
    assert_eq!(read.doc_url, written.doc_url);
    assert_eq!(read.mappings, written.mappings);
    assert_eq!(read.functions, written.functions);
    assert_eq!(read.locations, written.locations);
    assert_eq!(read.samples, written.samples);
}

/// A frame as the generator draws it: mapping, address, function name, line, column, inlined.
type Frame = (bool, u64, String, i64, i64, bool);
/// A sample as the generator draws it: frames, values, a text label and a number label.
type Row = (Vec<Frame>, [i64; 2], Option<String>, Option<(i64, bool)>);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let frame = (
        any::<bool>(),
        any::<u64>(),
        "\\PC{0,6}",
        any::<i64>(),
        0..3i64,
        any::<bool>(),
    );
    let number = proptest::option::of((any::<i64>(), any::<bool>()));
    let text = proptest::option::of("\\PC{0,6}");
    vec((vec(frame, 0..4), any::<[i64; 2]>(), text, number), 0..8)
}

fn header(builder: &mut ProfileBuilder, text: &str, numbers: [i64; 3]) {
    builder
        .sample_type("cpu", "nanoseconds")
        .sample_type("events", text);
    builder
        .default_sample_type(text)
        .period("cpu", text, numbers[0])
        .time(numbers[1], numbers[2]);
    builder
        .comment(text)
        .comment("# dtail.lines=1")
        .drop_frames(text, "keep")
        .doc_url(text);
}

fn location(builder: &mut ProfileBuilder, frame: &Frame) -> LocationId {
    let (mapped, address, name, line, column, inlined) = frame;
    let mapping = mapped.then(|| {
        builder.mapping(MappingSpec {
            start: address / 2,
            limit: *address,
            offset: 7,
            file: name,
            build_id: "b1",
            has_functions: true,
            has_filenames: *inlined,
            has_line_numbers: true,
            has_inline_frames: *inlined,
        })
    });
    let function = builder.function(name, "_Zsystem", "file.rs", *line);
    let caller = Line {
        function,
        line: *line,
        column: *column,
    };
    let callee = Line {
        function: builder.function("inner", "", name, 0),
        line: 1,
        column: 0,
    };
    let lines = [callee, caller];
    builder.location(
        mapping,
        *address,
        if *inlined { &lines } else { &lines[1..] },
    )
}

fn labels(builder: &mut ProfileBuilder, row: &Row) -> Vec<Label> {
    let text = row
        .2
        .iter()
        .map(|text| builder.text_label("thread", text))
        .collect::<Vec<_>>();
    let number = row.3.map(|(number, unit)| {
        builder.number_label("bytes", number, if unit { "bytes" } else { "" })
    });
    text.into_iter().chain(number).collect()
}

fn build(text: &str, numbers: [i64; 3], rows: &[Row]) -> Profile {
    let mut builder = ProfileBuilder::new();
    header(&mut builder, text, numbers);
    for row in rows {
        let stack: Vec<_> = row
            .0
            .iter()
            .map(|frame| location(&mut builder, frame))
            .collect();
        let labels = labels(&mut builder, row);
        builder.sample(&stack, &row.1, &labels);
    }
    builder.finish().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_field_survives(text in "\\PC{0,8}", numbers in any::<[i64; 3]>(), rows in rows()) {
        let mut written = build(&text, numbers, &rows);
        if let Some(first) = written.locations.ids().next() {
            written.locations.get_mut(first).is_folded = true;
            written.locations.get_mut(first).id = u64::MAX;
        }
        check_equal(&Profile::decode(&written.encode()).unwrap(), &written);
        check_equal(&Profile::decode(&written.encode_gzip()).unwrap(), &written);
    }

    #[test]
    fn any_bytes_give_a_profile_or_an_error(bytes in vec(any::<u8>(), 0..64)) {
        if let Ok(profile) = Profile::decode(&bytes) {
            profile.check().unwrap();
        }
    }

    #[test]
    fn a_changed_byte_gives_a_profile_or_an_error(
        rows in rows(), place in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = build("t", [1, 2, 3], &rows).encode();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(profile) = Profile::decode(&bytes) {
            profile.check().unwrap();
        }
    }
}
