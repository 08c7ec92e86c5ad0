//! Every report of any profile: text or an error, never a panic.

#![no_main]

use dtail_profile::Profile;
use libfuzzer_sys::fuzz_target;
use report::{Demangle, Kind, LoadOptions, NoFiles, Options, Report};

const PLAIN: [Kind; 14] = [
    Kind::Top,
    Kind::Tree,
    Kind::Traces,
    Kind::Tags,
    Kind::Raw,
    Kind::Comments,
    Kind::Dot,
    Kind::Svg,
    Kind::Callgrind,
    Kind::Folded,
    Kind::Speedscope,
    Kind::Firefox,
    Kind::Proto,
    Kind::TopProto,
];

const ABOUT: [fn(String) -> Kind; 4] = [Kind::Peek, Kind::List, Kind::Disasm, Kind::WebList];

fuzz_target!(|data: &[u8]| {
    let Ok(profile) = Profile::decode(data) else {
        return;
    };
    let load = LoadOptions {
        demangle: Some(Demangle::default()),
        ..LoadOptions::default()
    };
    // With itself as the base too: values are then subtracted.
    let bases = data.first().is_some_and(|byte| byte % 2 == 0);
    let bases = bases.then(|| profile.clone()).into_iter().collect();
    let Ok((profile, _)) = report::load(vec![profile], bases, &load) else {
        return;
    };
    let about = ABOUT.map(|kind| kind(".".to_owned()));
    for kind in PLAIN.into_iter().chain(about) {
        if let Ok(report) = Report::new(profile.clone(), kind, &Options::default()) {
            let mut text = Vec::new();
            let _ = report.write(&NoFiles, &mut text);
        }
    }
});
