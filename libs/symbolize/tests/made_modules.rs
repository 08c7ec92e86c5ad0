//! Modules made byte by byte, for what no compiler here writes: short names, symbols that disagree
//! with the debug information, damage.

use dtail_symbolize::{Frame, Module};
use gimli::write::{
    Address, AttributeValue, DwarfUnit, EndianVec, LineProgram, LineString, Sections, UnitEntryId,
};
use gimli::{Encoding, LineEncoding};
use object::write::{Object, Symbol, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, SectionKind, SymbolFlags, SymbolKind, SymbolScope,
};
use proptest::prelude::*;

const ENCODING: Encoding = Encoding {
    format: gimli::Format::Dwarf32,
    version: 4,
    address_size: 8,
};

/// A symbol of a function: name, start, size.
type SymbolSpec = (&'static str, u64, u64);

/// A function of the debug information: name and linkage name, start, size, declared at, what is
/// inlined at its front. Empty names are left out.
struct FunctionSpec {
    name: &'static str,
    linkage_name: &'static str,
    start: u64,
    size: u64,
    declared_at: u64,
    inlined: Vec<FunctionSpec>,
}

fn function(name: &'static str, start: u64, size: u64) -> FunctionSpec {
    FunctionSpec {
        name,
        linkage_name: "",
        start,
        size,
        declared_at: 0,
        inlined: Vec::new(),
    }
}

/// An object file with these symbols and functions; every address 0..100 is on line 1000 + address
/// of `src/made.rs`, compiled in `/build`.
fn made(symbols: &[SymbolSpec], functions: &[FunctionSpec]) -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    let text = object.add_section(Vec::new(), b".text".to_vec(), SectionKind::Text);
    object.append_section_data(text, &[0x90; 100], 16);
    for &(name, value, size) in symbols {
        object.add_symbol(Symbol {
            name: name.into(),
            value,
            size,
            kind: SymbolKind::Text,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Section(text),
            flags: SymbolFlags::None,
        });
    }
    if !functions.is_empty() {
        add_debug_information(&mut object, functions);
    }
    object.write().expect("a small object file")
}

fn add_debug_information(object: &mut Object<'_>, functions: &[FunctionSpec]) {
    let mut dwarf = DwarfUnit::new(ENCODING);
    dwarf.unit.line_program = line_program();
    let root = dwarf.unit.root();
    let attributes = [
        (
            gimli::DW_AT_comp_dir,
            AttributeValue::String(b"/build".to_vec()),
        ),
        (
            gimli::DW_AT_low_pc,
            AttributeValue::Address(Address::Constant(0)),
        ),
        (gimli::DW_AT_high_pc, AttributeValue::Udata(100)),
        (
            gimli::DW_AT_language,
            AttributeValue::Language(gimli::DW_LANG_Rust),
        ),
        (gimli::DW_AT_stmt_list, AttributeValue::LineProgramRef),
    ];
    for (name, value) in attributes {
        dwarf.unit.get_mut(root).set(name, value);
    }
    for function in functions {
        add_function(&mut dwarf, root, function, gimli::DW_TAG_subprogram);
    }
    let mut sections = Sections::new(EndianVec::new(gimli::LittleEndian));
    dwarf.write(&mut sections).expect("a small unit");
    let add = |id: gimli::SectionId, data: &EndianVec<_>| {
        let section = object.add_section(Vec::new(), id.name().into(), SectionKind::Debug);
        object.append_section_data(section, data.slice(), 1);
        Ok::<_, gimli::write::Error>(())
    };
    sections.for_each(add).expect("sections are only copied");
}

fn line_program() -> LineProgram {
    let text = |text: &str| LineString::String(text.into());
    let directory = text("/build");
    let mut lines = LineProgram::new(
        ENCODING,
        LineEncoding::default(),
        directory,
        None,
        text("m.rs"),
        None,
    );
    let directory = lines.add_directory(text("src"));
    let file = lines.add_file(text("made.rs"), directory, None);
    lines.begin_sequence(Some(Address::Constant(0)));
    for address in 0..100 {
        lines.row().address_offset = address;
        lines.row().line = 1000 + address;
        lines.row().file = file;
        lines.generate_row();
    }
    lines.end_sequence(100);
    lines
}

fn add_function(
    dwarf: &mut DwarfUnit,
    parent: UnitEntryId,
    spec: &FunctionSpec,
    tag: gimli::DwTag,
) {
    let id = dwarf.unit.add(parent, tag);
    let entry = dwarf.unit.get_mut(id);
    entry.set(
        gimli::DW_AT_low_pc,
        AttributeValue::Address(Address::Constant(spec.start)),
    );
    entry.set(gimli::DW_AT_high_pc, AttributeValue::Udata(spec.size));
    if spec.declared_at != 0 {
        entry.set(
            gimli::DW_AT_decl_line,
            AttributeValue::Udata(spec.declared_at),
        );
    }
    let names = [
        (gimli::DW_AT_name, spec.name),
        (gimli::DW_AT_linkage_name, spec.linkage_name),
    ];
    for (attribute, name) in names.into_iter().filter(|(_, name)| !name.is_empty()) {
        entry.set(attribute, AttributeValue::String(name.into()));
    }
    if tag == gimli::DW_TAG_inlined_subroutine {
        entry.set(
            gimli::DW_AT_call_line,
            AttributeValue::Udata(spec.start + 500),
        );
    }
    for inlined in &spec.inlined {
        add_function(dwarf, id, inlined, gimli::DW_TAG_inlined_subroutine);
    }
}

#[track_caller]
fn check(
    symbols: &[SymbolSpec],
    functions: &[FunctionSpec],
    svma: u64,
    expected: &[(&str, &str, u32)],
) {
    let bytes = made(symbols, functions);
    let frames = Module::parse(&bytes)
        .expect("what was made is well-formed")
        .frames(svma);
    let found: Vec<_> = frames
        .iter()
        .map(|f| (f.name.as_str(), f.system_name.as_str(), f.line))
        .collect();
    assert_eq!(found, expected);
}

const SYMBOL: &str = "_ZN5krate6module3foo17h0123456789abcdefE";
const PATH: &str = "krate::module::foo";

#[test]
fn linkage_names_are_demangled() {
    let functions = [FunctionSpec {
        linkage_name: SYMBOL,
        ..function("foo", 10, 20)
    }];
    check(&[], &functions, 15, &[(PATH, SYMBOL, 1015)]);
}

#[test]
fn a_short_name_gives_way_to_the_path_of_the_symbol() {
    check(
        &[(SYMBOL, 10, 20)],
        &[function("foo", 10, 20)],
        15,
        &[(PATH, SYMBOL, 1015)],
    );
}

#[test]
fn a_short_name_stays_where_the_symbol_says_no_more() {
    let functions = [function("real_name", 10, 20)];
    check(
        &[("alias", 10, 20)],
        &functions,
        15,
        &[("real_name", "", 1015)],
    );
    check(
        &[(SYMBOL, 10, 5)],
        &functions,
        15,
        &[("real_name", "", 1015)],
    );
}

#[test]
fn only_the_outermost_of_inlined_functions_is_the_symbol() {
    let inner = function("inner", 12, 5);
    let functions = [FunctionSpec {
        inlined: vec![inner],
        ..function("foo", 10, 20)
    }];
    let expected = [("inner", "", 1014), (PATH, SYMBOL, 512)];
    check(&[(SYMBOL, 10, 20)], &functions, 14, &expected);
}

#[test]
fn a_line_without_a_function_takes_its_name_from_the_symbol() {
    let functions = [function("elsewhere", 90, 5)];
    check(&[(SYMBOL, 10, 20)], &functions, 15, &[(PATH, SYMBOL, 1015)]);
    check(&[], &functions, 15, &[]);
}

#[test]
fn without_debug_information_the_symbol_answers_within_its_size() {
    let symbols = [(SYMBOL, 10, 20), ("start", 50, 0)];
    check(&symbols, &[], 9, &[]);
    check(&symbols, &[], 10, &[(PATH, SYMBOL, 0)]);
    check(&symbols, &[], 29, &[(PATH, SYMBOL, 0)]);
    check(&symbols, &[], 30, &[]);
    check(&symbols, &[], 50, &[]);
}

#[test]
fn the_symbol_table_can_be_asked_alone() {
    let inner = FunctionSpec {
        linkage_name: SYMBOL,
        ..function("inner", 12, 5)
    };
    let outer = FunctionSpec {
        inlined: vec![inner],
        ..function("outer", 10, 20)
    };
    let bytes = made(&[("outer_symbol", 10, 20)], &[outer]);
    let module = Module::parse(&bytes).expect("what was made is well-formed");
    let expected = Frame {
        name: "outer_symbol".to_owned(),
        ..Frame::default()
    };
    assert_eq!(module.symbol_frames(14), [expected]);
    assert_eq!(module.symbol_frames(30), []);
}

#[test]
fn relative_files_are_below_the_directory_of_the_compilation() {
    let functions = [FunctionSpec {
        declared_at: 7,
        ..function("foo", 10, 20)
    }];
    let bytes = made(&[], &functions);
    let expected = Frame {
        name: "foo".to_owned(),
        file: "/build/src/made.rs".to_owned(),
        line: 1015,
        start_line: 7,
        ..Frame::default()
    };
    assert_eq!(
        Module::parse(&bytes).expect("well-formed").frames(15),
        [expected]
    );
}

#[test]
fn debug_information_is_seen_when_it_is_there() {
    let has = |bytes: &[u8]| Module::parse(bytes).expect("well-formed").has_debug_info();
    assert!(has(&made(&[], &[function("foo", 10, 20)])));
    assert!(!has(&made(&[("foo", 10, 20)], &[])));
}

/// Asks a damaged module everything; it may answer anything, but it must answer.
fn ask_everything(bytes: &[u8]) {
    let Ok(module) = Module::parse(bytes) else {
        return;
    };
    let _ = (
        module.build_id(),
        module.debug_link(),
        module.has_debug_info(),
    );
    for address in (0..120).chain([u64::MAX - 1, u64::MAX]) {
        let _ = module.svma_of_offset(address);
        for frame in module.frames(address) {
            assert!(!frame.name.is_empty());
            assert_ne!(frame.name, frame.system_name);
        }
    }
}

fn sample_module() -> Vec<u8> {
    let inner = FunctionSpec {
        linkage_name: SYMBOL,
        ..function("inner", 12, 5)
    };
    let outer = FunctionSpec {
        inlined: vec![inner],
        declared_at: 3,
        ..function("foo", 10, 20)
    };
    made(
        &[(SYMBOL, 10, 20), ("bar", 40, 10)],
        &[outer, function("bar", 40, 10)],
    )
}

#[test]
fn a_module_cut_off_anywhere_is_harmless() {
    let bytes = sample_module();
    for length in 0..bytes.len() {
        ask_everything(&bytes[..length]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_damaged_module_is_harmless(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut bytes = sample_module();
        for (index, byte) in damage {
            *index.get_mut(&mut bytes) = byte;
        }
        ask_everything(&bytes);
    }
}
