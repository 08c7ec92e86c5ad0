//! Any bytes as the program that a profile was taken of, disassembled.

#![no_main]

use std::io;

use dtail_profile::{Line, MappingSpec, Profile, ProfileBuilder};
use libfuzzer_sys::fuzz_target;
use report::{Files, Kind, Options, Report};

/// A machine with one file, whatever it is called.
struct OneFile<'a>(&'a [u8]);

impl Files for OneFile<'_> {
    fn read(&self, _path: &str) -> io::Result<Vec<u8>> {
        Ok(self.0.to_vec())
    }

    fn current_directory(&self) -> io::Result<String> {
        Ok("/".to_owned())
    }
}

fn profile() -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let mapping = builder.mapping(MappingSpec {
        start: 0x1000,
        limit: 0x100_0000,
        file: "/bin/program",
        ..MappingSpec::default()
    });
    let function = builder.function("f", "f", "a.c", 1);
    let line = Line {
        function,
        line: 2,
        column: 0,
    };
    for address in [0x1000, 0x1010, 0x1131, 0x2000] {
        let location = builder.location(Some(mapping), address, &[line]);
        builder.sample(&[location], &[1], &[]);
    }
    builder.finish().expect("a sound profile")
}

fuzz_target!(|data: &[u8]| {
    for argument in [".", "0x1010"] {
        let kind = Kind::Disasm(argument.to_owned());
        let report = Report::new(profile(), kind, &Options::default()).expect("sound options");
        let _ = report.write(&OneFile(data), &mut Vec::new());
    }
});
