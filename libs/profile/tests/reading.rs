//! A profile that is read from a source is the one that is decoded from its bytes, and its damage is the
//! same, whatever the source gives at a time. What the source itself cannot do is told apart.

use std::io::{self, BufReader, Read};

use dtail_profile::{MappingSpec, Profile, ProfileBuilder, ReadError};

/// A profile whose protobuf takes several of the pieces in which profiles are read.
fn large() -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let mapping = builder.mapping(MappingSpec::default());
    let locations: Vec<_> = (0..5000)
        .map(|n| builder.location(Some(mapping), 1 << 40 | n, &[]))
        .collect();
    for (n, window) in locations.windows(30).cycle().take(12_000).enumerate() {
        builder.sample(window, &[n as i64], &[]);
    }
    builder.finish().unwrap()
}

/// What came of it, in a form that can be compared.
fn outcome(result: Result<Profile, impl ToString>) -> Result<Vec<u8>, String> {
    result
        .map(|profile| profile.encode())
        .map_err(|error| error.to_string())
}

/// Requires `bytes` to be read as they are decoded; whether they are a profile.
#[track_caller]
fn check(bytes: &[u8]) -> bool {
    let expected = outcome(Profile::decode(bytes));
    for buffer_bytes in [1, 4095, 1 << 16, 1 << 24] {
        let source = BufReader::with_capacity(buffer_bytes, bytes);
        let read = outcome(Profile::read(source));
        assert!(read == expected, "{:?} {:?}", read.err(), expected.err());
    }
    expected.is_ok()
}

#[test]
fn reading_gives_what_decoding_gives() {
    let profile = large();
    let raw = profile.encode();
    assert!(raw.len() > 1 << 19, "{} bytes are one piece", raw.len());
    assert!(check(&raw) && check(&profile.encode_gzip()));
}

#[test]
fn damage_is_named_alike() {
    let (raw, gzip) = (large().encode(), large().encode_gzip());
    for end in [0, 1, 2, 100, raw.len() / 2, raw.len() - 1] {
        assert!(!check(&raw[..end]), "cut at {end}");
    }
    for end in [2, 100, gzip.len() / 2, gzip.len() - 1] {
        assert!(!check(&gzip[..end]), "cut at {end}");
    }
    for place in [100, raw.len() / 3, raw.len() - 100] {
        let damaged = [&raw[..place], &[0xff; 50], &raw[place + 50..]].concat();
        assert!(!check(&damaged), "damaged at {place}");
    }
}

struct Fails;

impl Read for Fails {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is gone"))
    }
}

#[test]
fn a_source_that_fails_is_no_damage() {
    let (raw, gzip) = (large().encode(), large().encode_gzip());
    for bytes in [&raw[..], &gzip[..]] {
        for given in [0, 1, 2, 1000, bytes.len() / 2] {
            let source = BufReader::new(bytes[..given].chain(Fails));
            let error = Profile::read(source).unwrap_err();
            assert!(matches!(error, ReadError::Source(_)), "{given}: {error}");
            assert_eq!(error.to_string(), "the disk is gone");
        }
    }
}
