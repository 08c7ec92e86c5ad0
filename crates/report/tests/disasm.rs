//! Machine code of this very test program.

use std::hint::black_box;
use std::{env, fs, io};

use dtail_profile::{Line, MappingSpec, Profile, ProfileBuilder};
use object::{Architecture, Object, ObjectSegment, ObjectSymbol};
use report::{Files, Kind, Options, Report};

/// Where the program is said to be mapped.
const START: u64 = 0x5000_0000;

struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn current_directory(&self) -> io::Result<String> {
        Ok("/".to_owned())
    }
}

/// The function whose code is shown.
#[inline(never)]
fn spin_for_disasm(limit: u64) -> u64 {
    (0..limit).fold(0, |sum, step| sum ^ black_box(step))
}

/// The program's path and bytes; `None` where its machine code cannot be shown.
fn program() -> Option<(String, Vec<u8>)> {
    black_box(spin_for_disasm(black_box(3)));
    let path = env::current_exe()
        .unwrap()
        .into_os_string()
        .into_string()
        .unwrap();
    let bytes = fs::read(&path).unwrap();
    let architecture = object::File::parse(&*bytes).unwrap().architecture();
    (architecture == Architecture::X86_64).then_some((path, bytes))
}

/// The address of the function as the program states it.
fn start(binary: &object::File<'_>) -> u64 {
    let is_wanted = |name: &str| name.contains("spin_for_disasm") && !name.contains("closure");
    let mut symbols = binary.symbols();
    let symbol = symbols.find(|symbol| symbol.name().is_ok_and(is_wanted));
    symbol.unwrap().address()
}

/// A profile with 30 ms at the function's first and 10 ms at its second byte.
fn profile(path: &str, bytes: &[u8]) -> Profile {
    profile_of(path, bytes, "tests/disasm.rs", 30)
}

fn profile_of(path: &str, bytes: &[u8], file: &str, line: i64) -> Profile {
    let binary = object::File::parse(bytes).unwrap();
    let start = start(&binary);
    let holds = |segment: &object::Segment<'_, '_>| {
        (segment.address()..segment.address() + segment.size()).contains(&start)
    };
    let segment = binary.segments().find(holds).unwrap();
    let (offset, size) = segment.file_range();
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let limit = START + size;
    let mapping = builder.mapping(MappingSpec {
        start: START,
        limit,
        offset,
        file: path,
        ..Default::default()
    });
    let function = builder.function("disasm::spin_for_disasm", "", file, 1);
    for (byte, value) in [(0, 30_000_000), (1, 10_000_000)] {
        let address = START + start - segment.address() + byte;
        let line = Line {
            function,
            line,
            column: 0,
        };
        let location = builder.location(Some(mapping), address, &[line]);
        builder.sample(&[location], &[value], &[]);
    }
    builder.finish().unwrap()
}

fn disasm(profile: Profile, wanted: &str, options: &Options) -> Result<String, report::Error> {
    let mut text = Vec::new();
    let report = Report::new(profile, Kind::Disasm(wanted.to_owned()), options)?;
    report.write(&Disk, &mut text)?;
    Ok(String::from_utf8(text).unwrap())
}

#[test]
fn instructions_carry_their_samples() {
    let Some((path, bytes)) = program() else {
        return;
    };
    let profile = profile(&path, &bytes);
    let address = format!(
        "{:#x}",
        profile.locations.get(profile.samples.stack(0)[0]).address
    );
    for wanted in ["spin_for_disasm$", &address] {
        let text = disasm(profile.clone(), wanted, &Options::default()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Total: 40ms");
        assert!(lines[1].starts_with("ROUTINE ======================== disasm::spin_for_disasm"));
        assert_eq!(
            lines[2],
            "      40ms       40ms (flat, cum)   100% of Total"
        );
        let sum: u64 = lines[3..]
            .iter()
            .filter_map(|line| {
                line.split_whitespace()
                    .next()?
                    .strip_suffix("ms")?
                    .parse::<u64>()
                    .ok()
            })
            .sum();
        assert_eq!(sum, 40, "{text}");
        assert!(
            text.contains(";disasm::spin_for_disasm disasm.rs:30\n"),
            "{text}"
        );
        assert!(text.contains("%rsp") && text.contains("ret"), "{text}");
    }
    let intel = Options {
        intel_syntax: true,
        ..Options::default()
    };
    assert!(
        !disasm(profile, "spin_for_disasm$", &intel)
            .unwrap()
            .contains("%rsp")
    );
}

#[test]
fn what_cannot_be_shown_is_said() {
    let Some((path, bytes)) = program() else {
        return;
    };
    let error = disasm(
        profile(&path, &bytes),
        "no_such_function",
        &Options::default(),
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "no matches found for regexp: no_such_function"
    );
    let error = disasm(
        profile("/no/such/program", &bytes),
        "spin",
        &Options::default(),
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "/no/such/program: no such file or directory"
    );
}

#[test]
fn source_and_machine_code_are_one_page() {
    let Some((path, bytes)) = program() else {
        return;
    };
    let module = dtail_symbolize::Module::parse(&bytes).unwrap();
    let frames = module.frames(start(&object::File::parse(&*bytes).unwrap()));
    let (here, line) = (frames[0].file.as_str(), frames[0].line);
    let source = fs::read_to_string(here).unwrap();
    let source = source.lines().nth(line as usize - 1).unwrap();
    let page = |wanted: &str| {
        let kind = Kind::WebList(wanted.to_owned());
        let report = Report::new(
            profile_of(&path, &bytes, here, i64::from(line)),
            kind,
            &Options::default(),
        )?;
        let mut text = Vec::new();
        report.write(&Disk, &mut text)?;
        Ok::<String, report::Error>(String::from_utf8(text).unwrap())
    };
    let text = page("spin_for_disasm$").unwrap();
    assert!(text.starts_with("<!DOCTYPE html>") && text.ends_with("</body></html>\n"));
    for foreign in ["<script", "src=", "href=", "://"] {
        assert!(!text.contains(foreign), "{foreign}");
    }
    // The line with the samples opens and shows instructions, one of which has some.
    let opening = format!("<summary>{}</summary>", source.replace('>', "&gt;"));
    let code = text
        .split(&opening)
        .nth(1)
        .expect("the line has machine code");
    let code = code.split("</pre>").next().unwrap();
    assert!(code.contains("30ms       30ms"), "{code}");
    assert!(text.contains("cum 40ms (100% of 40ms)"), "{text}");
    assert_eq!(
        page("no_such_function").unwrap_err().to_string(),
        "no matches found for regexp: no_such_function"
    );
}
