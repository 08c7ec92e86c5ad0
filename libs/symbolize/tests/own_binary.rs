//! The test program looks up its own functions: what it knows of itself must come out.

use std::any::type_name_of_val;
use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::os::unix::fs::FileExt;

use dtail_symbolize::{Frame, Mapping, Module, parse_maps};

mod shapes {
    use std::hint::black_box;

    pub(super) trait Area {
        fn area(&self) -> u64;
    }

    pub(super) struct Square(pub(super) u64);

    impl Area for Square {
        #[inline(never)]
        fn area(&self) -> u64 {
            black_box(self.0 * self.0)
        }
    }

    #[inline(never)]
    pub(super) fn generic<T: Copy + Into<u64>>(value: T) -> u64 {
        black_box(value.into())
    }

    #[inline(never)]
    pub(super) fn outermost(value: u64) -> u64 {
        black_box(middle(black_box(value)))
    }

    #[inline(always)]
    fn middle(value: u64) -> u64 {
        innermost(value) + 1
    }

    #[inline(always)]
    fn innermost(value: u64) -> u64 {
        let mut sum = 0;
        for number in 0..black_box(value) {
            sum ^= black_box(number * 3);
        }
        sum
    }
}

/// The bytes of this program, and where they are mapped.
struct Own {
    bytes: Vec<u8>,
    mappings: Vec<Mapping>,
}

impl Own {
    fn read() -> Own {
        let bytes = fs::read("/proc/self/exe").expect("Linux gives a process its own program");
        let maps = fs::read("/proc/self/maps").expect("Linux gives a process its own mappings");
        Own {
            bytes,
            mappings: parse_maps(&maps),
        }
    }

    fn module(&self) -> Module<'_> {
        Module::parse(&self.bytes).expect("a running program is a well-formed ELF file")
    }

    /// SVMA of the function at `address`.
    fn svma(&self, module: &Module<'_>, address: usize) -> u64 {
        let offset = self
            .mappings
            .iter()
            .find_map(|mapping| {
                mapping
                    .file_offset(address as u64)
                    .filter(|_| mapping.executable)
            })
            .expect("a function lies in an executable mapping");
        module
            .svma_of_offset(offset)
            .expect("a mapped offset is loaded")
    }
}

fn address(function: fn(u64) -> u64) -> usize {
    function as usize
}

/// What the function at `address` resolves to, at its first instruction.
fn resolve(address: usize) -> Vec<Frame> {
    let own = Own::read();
    let module = own.module();
    module.frames(own.svma(&module, address))
}

#[track_caller]
fn check(address: usize, name: &str, line: u32) {
    let frames = resolve(address);
    let frame = frames.last().expect("a function of the program is known");
    assert_eq!(frame.name, name);
    assert!(
        frame.system_name.starts_with("_R") || frame.system_name.starts_with("_ZN"),
        "{frame:?}"
    );
    assert!(frame.file.starts_with('/'), "{frame:?}");
    assert!(frame.file.ends_with("tests/own_binary.rs"), "{frame:?}");
    assert_eq!(frame.start_line, line, "{frame:?}");
    assert!((line..line + 3).contains(&frame.line), "{frame:?}");
}

/// Line of the only line of this file that contains `text`.
fn line_of(text: &str) -> u32 {
    let source = include_str!("own_binary.rs");
    let index = source
        .lines()
        .position(|line| line.contains(text))
        .expect("the text is there");
    u32::try_from(index + 1).expect("a short file")
}

#[test]
fn functions_have_name_file_and_line() {
    let function = shapes::outermost;
    let name = type_name_of_val(&function);
    check(address(function), name, line_of("pub(super) fn outermost("));
}

#[test]
fn functions_of_traits_name_type_and_trait() {
    let function: fn(&shapes::Square) -> u64 = <shapes::Square as shapes::Area>::area;
    let name = "<own_binary::shapes::Square as own_binary::shapes::Area>::area";
    assert_eq!(function(&shapes::Square(black_box(3))), 9);
    check(
        function as usize,
        name,
        line_of("    fn area(&self) -> u64 {"),
    );
}

#[test]
fn generic_functions_are_found() {
    let function: fn(u32) -> u64 = shapes::generic::<u32>;
    let frames = resolve(function as usize);
    let name = &frames
        .last()
        .expect("a function of the program is known")
        .name;
    assert!(name.starts_with("own_binary::shapes::generic"), "{name}");
}

#[test]
fn inlined_functions_come_first_and_under_their_full_path() {
    assert_eq!(shapes::outermost(1), 1);
    let own = Own::read();
    let module = own.module();
    let start = own.svma(&module, address(shapes::outermost));
    let names = |frames: &[Frame]| {
        frames
            .iter()
            .map(|frame| frame.name.clone())
            .collect::<Vec<_>>()
    };
    let path = |name: &str| format!("own_binary::shapes::{name}");
    let expected = ["innermost", "middle", "outermost"].map(path);
    let svmas: Vec<u64> = (start..start + 500).collect();
    let mut all = module.frames_of(&svmas).into_iter();
    let frames = all
        .find(|frames| names(frames) == expected)
        .expect("some instruction comes from the innermost function");
    assert_eq!(frames[1].line, line_of("innermost(value) + 1"));
    assert_eq!(frames[2].line, line_of("black_box(middle("));
    assert!(
        frames
            .iter()
            .all(|frame| frame.file.ends_with("tests/own_binary.rs")),
        "{frames:?}"
    );
    let starts = ["fn innermost(", "fn middle(", "pub(super) fn outermost("].map(line_of);
    assert_eq!(
        frames
            .iter()
            .map(|frame| frame.start_line)
            .collect::<Vec<_>>(),
        starts
    );
}

#[test]
fn the_name_is_never_the_symbol() {
    let own = Own::read();
    let module = own.module();
    let start = own.svma(&module, address(shapes::outermost));
    let svmas: Vec<u64> = (start..start + 20_000).step_by(7).collect();
    for frame in module.frames_of(&svmas).into_iter().flatten() {
        assert_ne!(frame.name, frame.system_name);
        assert!(!frame.name.is_empty());
    }
}

#[test]
fn a_build_id_is_found_where_the_linker_wrote_one() {
    let own = Own::read();
    if let Some(id) = own.module().build_id() {
        assert!(id.len() >= 8, "{id:?}");
    }
}

/// A file offset far behind the end of the file is loaded nowhere, and such an SVMA is nobody's.
#[test]
fn addresses_outside_are_unknown() {
    let own = Own::read();
    let module = own.module();
    assert_eq!(module.svma_of_offset(u64::MAX), None);
    assert_eq!(module.frames(u64::MAX), []);
    assert_eq!(module.frames(u64::MAX - 1), []);
}

/// Makes a section unfindable, as `strip` would, by renaming it wherever its name stands.
fn hide(bytes: &mut [u8], section: &[u8]) {
    let starts: Vec<usize> = (0..bytes.len() - section.len())
        .filter(|&at| bytes[at..].starts_with(section))
        .collect();
    assert!(!starts.is_empty(), "the section is there");
    for start in starts {
        bytes[start + 1] = b'-';
    }
}

#[test]
fn without_debug_information_names_come_from_the_symbols() {
    let mut own = Own::read();
    hide(&mut own.bytes, b".debug_info\0");
    let module = own.module();
    assert!(!module.has_debug_info());
    let frames = module.frames(own.svma(&module, address(shapes::outermost)));
    let [frame] = frames.as_slice() else {
        panic!("one symbol, so one frame: {frames:?}")
    };
    assert_eq!(frame.name, "own_binary::shapes::outermost");
    assert_eq!(
        (frame.file.as_str(), frame.line, frame.start_line),
        ("", 0, 0)
    );
}

/// The vDSO is in no file; its bytes come from memory. Some kernels and emulators have none.
#[test]
fn the_vdso_is_a_module_too() {
    let own = Own::read();
    let Some(vdso) = own.mappings.iter().find(|mapping| mapping.path == "[vdso]") else {
        return;
    };
    let mut bytes = vec![0; usize::try_from(vdso.limit - vdso.start).expect("a few pages")];
    let memory = fs::File::open("/proc/self/mem").expect("Linux gives a process its own memory");
    memory
        .read_exact_at(&mut bytes, vdso.start)
        .expect("the vDSO is readable");
    let module = Module::parse(&bytes).expect("the vDSO is an ELF file");
    let names: BTreeSet<String> = (vdso.start..vdso.limit)
        .filter_map(|address| module.svma_of_offset(vdso.file_offset(address)?))
        .flat_map(|svma| module.frames(svma))
        .map(|frame| frame.name)
        .collect();
    assert!(
        names.iter().any(|name| name.contains("clock_gettime")),
        "{names:?}"
    );
}
