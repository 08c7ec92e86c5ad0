//! Names for addresses of this very test program.

use std::hint::black_box;
use std::{env, fs, io};

use dtail_profile::{Line, MappingSpec, Profile, ProfileBuilder};
use object::{Object, ObjectSegment, ObjectSymbol};
use report::{Files, Options, Symbolization, symbolize, top};

const START: u64 = 0x5000_0000;
const PROGRAM: &str = "/somewhere/else/program";

/// This program under some path, and nothing else.
struct At(&'static str);

/// This program, its debug information under names that nobody reads.
struct WithoutLines;

impl Files for WithoutLines {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut bytes = At(PROGRAM).read(path)?;
        for start in 0..bytes.len() - 7 {
            if bytes[start..].starts_with(b".debug_") {
                bytes[start + 1] = b'x';
            }
        }
        Ok(bytes)
    }

    fn current_directory(&self) -> io::Result<String> {
        At(PROGRAM).current_directory()
    }
}

impl Files for At {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == self.0 {
            fs::read(env::current_exe()?)
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn current_directory(&self) -> io::Result<String> {
        Ok("/".to_owned())
    }
}

#[inline(never)]
fn address_without_a_name(limit: u64) -> u64 {
    (0..limit).fold(0, |sum, step| sum ^ black_box(step))
}

#[inline(always)]
fn inlined(limit: u64) -> u64 {
    black_box(limit) + 1
}

#[inline(never)]
fn address_of_a_caller(limit: u64) -> u64 {
    inlined(limit) * 3
}

/// A profile of one sample at the function's address, which says nothing of its name.
fn profile(build_id: &str) -> Profile {
    profile_with(build_id, None)
}

/// A profile of one sample at the function's address, in a function of this file.
fn profile_with(build_id: &str, file_name: Option<&str>) -> Profile {
    black_box(address_without_a_name(black_box(3)));
    profile_of("address_without_a_name", 1, build_id, file_name)
}

/// A profile of a sample at each of the first `most` addresses of a function.
fn profile_of(function: &str, most: u64, build_id: &str, file_name: Option<&str>) -> Profile {
    let bytes = fs::read(env::current_exe().unwrap()).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let is_wanted = |name: &str| name.contains(function) && !name.contains("closure");
    let mut symbols = file.symbols();
    let symbol = symbols
        .find(|symbol| symbol.name().is_ok_and(is_wanted))
        .unwrap();
    let holds = |segment: &object::Segment<'_, '_>| {
        (segment.address()..segment.address() + segment.size()).contains(&symbol.address())
    };
    let segment = file.segments().find(holds).unwrap();
    let (offset, size) = segment.file_range();
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let mapping = builder.mapping(MappingSpec {
        start: START,
        limit: START + size,
        offset,
        file: PROGRAM,
        build_id,
        ..Default::default()
    });
    let address = START + symbol.address() - segment.address();
    let lines = file_name.map(|file_name| Line {
        function: builder.function("stated", "", file_name, 0),
        line: 7,
        column: 0,
    });
    for address in address..address + symbol.size().clamp(1, most) {
        let location = builder.location(Some(mapping), address, lines.as_slice());
        builder.sample(&[location], &[10], &[]);
    }
    builder.finish().unwrap()
}

fn check(at: &'static str, build_id: &str, options: &Symbolization, name: &str, warning: &str) {
    let mut profile = profile(build_id);
    let warnings = symbolize(&mut profile, &At(at), options);
    let rows = top(&profile, &Options::default()).unwrap().rows;
    assert!(rows[0].name.contains(name), "{} {warnings:?}", rows[0].name);
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    let said = warnings.join("\n");
    assert!(
        said.contains(warning) && said.is_empty() == warning.is_empty(),
        "{said}"
    );
}

const NAME: &str = "symbolization::address_without_a_name";

#[test]
fn binaries_are_found_by_path_name_and_build_id() {
    let plain = Symbolization::default();
    let with_path = Symbolization {
        search_path: "/no:/bins".to_owned(),
        ..plain.clone()
    };
    let with_program = Symbolization {
        program: "/given".to_owned(),
        ..plain.clone()
    };
    let only_symbols = Symbolization {
        only_symbols: true,
        ..plain.clone()
    };
    check(PROGRAM, "", &plain, NAME, "");
    check(PROGRAM, "", &only_symbols, NAME, "");
    check("/given", "", &with_program, NAME, "");
    check("/bins/program", "", &with_path, NAME, "");
    check("/bins/somewhere/else/program", "", &with_path, NAME, "");
}

#[test]
fn lines_come_from_debug_information_alone() {
    let lines = |only_symbols| {
        let mut profile = profile("");
        let options = Symbolization {
            only_symbols,
            ..Symbolization::default()
        };
        symbolize(&mut profile, &At(PROGRAM), &options);
        let location = profile.samples.stack(0)[0];
        let line = profile.locations.lines(location).last().unwrap().line;
        assert!(profile.mappings[0].has_functions);
        assert_eq!(profile.mappings[0].has_line_numbers, line > 0);
        line
    };
    assert!(lines(false) > 0);
    assert_eq!(lines(true), 0);
}

/// The reference's own reader of binaries puts one frame for each address; ours keeps what the
/// compiler inlined, as the profiles it is asked about do.
#[test]
fn names_looked_up_again_keep_inlined_calls() {
    black_box(address_of_a_caller(black_box(3)));
    let mut profile = profile_of("address_of_a_caller", u64::MAX, "", Some("a.rs"));
    let options = Symbolization {
        force: true,
        ..Symbolization::default()
    };
    assert_eq!(symbolize(&mut profile, &At(PROGRAM), &options), []);
    let mut chains = profile.locations.iter().map(|(id, _)| {
        let lines = profile.locations.lines(id).iter();
        let name = |line: &Line| profile.text(profile.functions[line.function.index()].name);
        lines.map(name).collect::<Vec<_>>()
    });
    let expected = [
        "symbolization::inlined",
        "symbolization::address_of_a_caller",
    ];
    assert!(
        chains.any(|chain| chain.ends_with(&expected)),
        "no inlined call"
    );
}

#[test]
fn names_without_lines_do_not_take_the_place_of_lines() {
    let found = |file_name: &str| {
        let mut profile = profile_with("", Some(file_name));
        let options = Symbolization {
            force: true,
            ..Symbolization::default()
        };
        symbolize(&mut profile, &WithoutLines, &options);
        let rows = top(&profile, &Options::default()).unwrap().rows;
        rows.into_iter().next().unwrap().name
    };
    assert_eq!(found("a.go"), "stated");
    assert!(found("").contains(NAME));
}

#[test]
fn a_build_id_leads_to_the_binary_and_keeps_others_out() {
    let bytes = fs::read(env::current_exe().unwrap()).unwrap();
    let module = dtail_symbolize::Module::parse(&bytes).unwrap();
    let id: String = module
        .build_id()
        .unwrap()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let debug_file = format!("/usr/lib/debug/.build-id/{}/{}.debug", &id[..2], &id[2..]);
    let plain = Symbolization::default();
    check(debug_file.leak(), &id, &plain, NAME, "");
    check(PROGRAM, &id, &plain, NAME, "");
    check(
        PROGRAM,
        "abcdef",
        &plain,
        "[program]",
        "another build than the profile's abcdef",
    );
    check(
        "/nowhere",
        &id,
        &plain,
        "[program]",
        "which cannot be read: give the program",
    );
}
