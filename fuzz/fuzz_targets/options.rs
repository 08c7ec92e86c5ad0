//! Options and expressions as they are typed: lines of `name=value`, applied to one profile.

#![no_main]

use std::sync::OnceLock;

use dtail_profile::Profile;
use libfuzzer_sys::fuzz_target;
use report::{Kind, NoFiles, Options, Report};

#[path = "../src/example.rs"]
mod example;

fuzz_target!(|text: &str| {
    static PROFILE: OnceLock<Profile> = OnceLock::new();
    let profile = PROFILE.get_or_init(example::profile);
    let mut options = Options::default();
    let mut kind = Kind::Top;
    for line in text.lines() {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        kind = match name {
            "tree" => Kind::Tree,
            "peek" => Kind::Peek(value.to_owned()),
            "list" => Kind::List(value.to_owned()),
            "disasm" => Kind::Disasm(value.to_owned()),
            "tags" => Kind::Tags,
            "dot" => Kind::Dot,
            "traces" => Kind::Traces,
            "folded" => Kind::Folded,
            _ => {
                let _ = options.set(name, value);
                continue;
            }
        };
    }
    if let Ok(report) = Report::new(profile.clone(), kind, &options) {
        let mut text = Vec::new();
        let _ = report.write(&NoFiles, &mut text);
    }
});
