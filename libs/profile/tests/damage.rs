//! Damaged input: one error that names the byte; and odd but legal input, which is read.

use dtail_profile::{DecodeProblem, Layer, Profile};

/// A field of bytes: tag, length, bytes. Everything here is shorter than 128 bytes.
fn bytes(number: u8, content: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, content.len() as u8], content].concat()
}

/// A small valid profile: one sample type `a`/`b`, one function `f`, location 3, value 5.
fn valid() -> Vec<Vec<u8>> {
    vec![
        bytes(6, b""),
        bytes(6, b"a"),
        bytes(6, b"b"),
        bytes(6, b"f"),
        bytes(1, &[0x08, 1, 0x10, 2]),
        bytes(5, &[0x08, 9, 0x10, 3]),
        bytes(4, &[0x08, 3, 0x18, 0x40, 0x22, 4, 0x08, 9, 0x10, 7]),
        bytes(2, &[0x0a, 1, 3, 0x12, 1, 5]),
    ]
}

fn with(extra: &[u8]) -> Vec<u8> {
    [valid().concat(), extra.to_vec()].concat()
}

/// Requires `input` to be refused at `offset` of `layer` with a message that contains `message`.
fn check(input: &[u8], layer: Layer, offset: usize, message: &str) {
    let error = Profile::decode(input).expect_err(message);
    assert_eq!((error.layer(), error.offset()), (layer, offset), "{error}");
    assert!(error.to_string().contains(message), "{error}");
}

#[test]
fn the_plain_profile_is_read() {
    let profile = Profile::decode(&valid().concat()).unwrap();
    assert_eq!(profile.samples.values(0), [5]);
    let line = profile.locations.lines(profile.samples.stack(0)[0])[0];
    assert_eq!(
        (
            profile.text(profile.function(line.function).name),
            line.line
        ),
        ("f", 7)
    );
}

#[test]
fn damage_is_named_with_its_byte() {
    let end = valid().concat().len();
    let cases: [(&[u8], usize, &str); 13] = [
        (&[0x48], end + 1, "varint without end"),
        (&[0x48, 0xff, 0xff, 0xff], end + 1, "varint without end"),
        (
            &[0x48, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
            end + 1,
            "without end",
        ),
        (&[0x12, 0x7f, 0], end, "length beyond the end"),
        (&[0x79, 0, 0], end, "length beyond the end"),
        (&[0x0b], end, "unknown wire type 3"),
        (&[0x10, 5], end, "wrong wire type for sample"),
        (&[0x32, 2, b'x', 0xff], end + 3, "string is not UTF-8"),
        (&[0x38, 4], end, "no string 4"),
        (&[0x22, 0], end, "location with the reserved id 0"),
        (&[0x2a, 2, 0x08, 9], end, "second function with id 9"),
        (
            &[0x12, 6, 0x0a, 1, 8, 0x12, 1, 5],
            end + 2,
            "no location with id 8",
        ),
        (
            &[0x12, 3, 0x0a, 1, 3],
            end,
            "sample has 0 values for 1 sample types",
        ),
    ];
    for (extra, offset, message) in cases {
        check(&with(extra), Layer::Protobuf, offset, message);
    }
    check(
        &with(&[0x22, 4, 0x08, 4, 0x22, 0]),
        Layer::Protobuf,
        end + 4,
        "no function with id 0",
    );
    check(
        &with(&[0x48, 1, 0x48, 2]),
        Layer::Protobuf,
        end + 2,
        "a second profile",
    );
    check(b"", Layer::Protobuf, 0, "empty");
    check(&bytes(6, b"a"), Layer::Protobuf, 0, "string 0");
    let without_types = [bytes(6, b""), bytes(2, &[])].concat();
    check(
        &without_types,
        Layer::Protobuf,
        2,
        "samples without a sample type",
    );
    check(&bytes(1, &[]), Layer::Protobuf, 2, "string 0");
}

#[test]
fn damaged_gzip_is_named_with_its_byte() {
    let profile = Profile::decode(&valid().concat()).unwrap();
    let packed = profile.encode_gzip();
    for length in 2..packed.len() {
        let error = Profile::decode(&packed[..length]).expect_err("a part is no profile");
        assert_eq!(error.layer(), Layer::Gzip, "{length}: {error}");
        assert_eq!(
            error.problem(),
            &DecodeProblem::GzipTruncated,
            "{length}: {error}"
        );
    }
    let mut wrong_sum = packed.clone();
    let last = packed.len() - 5;
    wrong_sum[last] ^= 1;
    assert_eq!(
        Profile::decode(&wrong_sum).unwrap_err().layer(),
        Layer::Gzip
    );
}

#[test]
fn layouts_that_differ_mean_the_same() {
    let plain = Profile::decode(&valid().concat()).unwrap();
    let reversed: Vec<u8> = {
        let fields = valid();
        [&fields[7..], &fields[5..7], &fields[..5]]
            .concat()
            .concat()
    };
    let unpacked = [valid()[..7].concat(), bytes(2, &[0x08, 3, 0x10, 5])].concat();
    // Field 99 as varint and bytes, field 20 as fixed numbers of eight and four bytes.
    let unknown = with(&[
        0x98, 6, 1, 0x9a, 6, 1, 0, 0xa1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0xa5, 1, 1, 2, 3, 4,
    ]);
    for input in [reversed, unpacked, unknown] {
        let read = Profile::decode(&input).unwrap();
        assert_eq!(read.samples, plain.samples);
        assert_eq!(read.locations, plain.locations);
        assert_eq!(read.encode(), plain.encode());
    }
}

#[test]
fn members_of_gzip_are_read_as_one() {
    let fields = valid();
    let (strings, rest) = fields.split_at(4);
    let members = [gzip(&strings.concat()), gzip(&rest.concat())].concat();
    assert_eq!(Profile::decode(&members).unwrap().samples.len(), 1);
}

#[test]
fn a_location_may_name_a_mapping_that_is_not_there() {
    let read = Profile::decode(&with(&[0x22, 4, 0x08, 4, 0x10, 77])).unwrap();
    assert!(
        read.locations
            .iter()
            .all(|(_, location)| location.mapping.is_none())
    );
}

fn gzip(raw: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(raw).unwrap();
    encoder.finish().unwrap()
}
