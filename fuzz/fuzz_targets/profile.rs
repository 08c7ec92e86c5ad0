//! A profile that can be read is sound, and what is written of it reads as the same.

#![no_main]

use dtail_profile::Profile;
use libfuzzer_sys::fuzz_target;
use report::{Kind, NoFiles, Options, Report};

/// All that a profile says, as text.
fn raw(profile: Profile) -> Vec<u8> {
    let report = Report::new(profile, Kind::Raw, &Options::default()).expect("raw has no options");
    let mut text = Vec::new();
    report
        .write(&NoFiles, &mut text)
        .expect("memory never fails");
    text
}

fuzz_target!(|data: &[u8]| {
    let Ok(profile) = Profile::decode(data) else {
        return;
    };
    profile.check().expect("what was read is sound");
    let written = profile.encode();
    let again = Profile::decode(&written).expect("what was written can be read");
    assert_eq!(written, again.encode());
    if !profile.sample_types.is_empty() {
        assert_eq!(raw(profile), raw(again));
    }
});
