//! The test program's own debug information, read here and by `addr2line`, which reads all of it before
//! the first question: both must say the same of addresses all over the code.

use std::fs;

use addr2line::{Context, Frame as Expected};
use dtail_symbolize::{Frame, Module};
use gimli::{EndianSlice, LittleEndian};
use object::{Object, ObjectSection};

type Reader<'d> = EndianSlice<'d, LittleEndian>;

/// How many addresses are compared.
const ADDRESSES: u64 = 3000;

/// Every frame by system name or name, file, line and column.
type Row = (String, String, u32, u32);

fn rows(frames: &[Frame]) -> Vec<Row> {
    let name = |frame: &Frame| match frame.system_name.as_str() {
        "" => frame.name.clone(),
        mangled => mangled.to_owned(),
    };
    let row = |f: &Frame| (name(f), f.file.clone(), f.line, f.column);
    frames.iter().map(row).collect()
}

fn expected_row(frame: &Expected<'_, Reader<'_>>) -> Row {
    let name = frame.function.as_ref();
    let name = name.map_or("".into(), |function| function.name.to_string_lossy());
    let at = frame.location.as_ref();
    (
        name.into_owned(),
        at.and_then(|at| at.file).unwrap_or_default().to_owned(),
        at.and_then(|at| at.line).unwrap_or_default(),
        at.and_then(|at| at.column).unwrap_or_default(),
    )
}

fn expected(context: &Context<Reader<'_>>, svma: u64) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Ok(mut frames) = context.find_frames(svma).skip_all_loads() {
        while let Ok(Some(frame)) = frames.next() {
            rows.push(expected_row(&frame));
        }
    }
    rows
}

#[test]
fn frames_are_those_of_addr2line() {
    let bytes = fs::read("/proc/self/exe").expect("Linux gives a process its own program");
    let file = object::File::parse(bytes.as_slice()).expect("an ELF file");
    let section = |name: &str| file.section_by_name(name).and_then(|s| s.data().ok());
    let load = |id: gimli::SectionId| {
        let data = section(id.name()).unwrap_or_default();
        Ok::<_, gimli::Error>(EndianSlice::new(data, LittleEndian))
    };
    let dwarf = gimli::Dwarf::load(load).expect("sections");
    let context = Context::from_dwarf(dwarf).expect("debug information");
    let text = file.section_by_name(".text").expect("code");
    let step = text.size().div_ceil(ADDRESSES);
    let svmas: Vec<u64> = (0..ADDRESSES).map(|n| text.address() + n * step).collect();
    let module = Module::parse(&bytes).expect("an ELF file");
    let mut compared = 0;
    for (svma, frames) in svmas.iter().zip(module.frames_of(&svmas)) {
        let mut expected = expected(&context, *svma);
        expected.retain(|(name, ..)| !name.is_empty());
        if expected.is_empty() {
            continue;
        }
        assert_eq!(rows(&frames), expected, "at {svma:#x}");
        compared += 1;
    }
    assert!(compared > ADDRESSES / 2, "{compared}");
}
