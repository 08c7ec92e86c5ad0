//! The functions of an ELF file's symbol tables, by address.
//!
//! The last resort where there is no debug information: names without files and lines. A symbol
//! answers only for the bytes it claims, so that the code behind the last known function is
//! unknown rather than credited to it.

use object::LittleEndian;
use object::elf;
use object::read::elf::{ElfFile64, Sym, SymbolTable};

/// Functions of `.symtab` and `.dynsym`, sorted by address.
#[derive(Debug)]
pub(crate) struct Symbols<'data> {
    functions: Vec<Function<'data>>,
}

#[derive(Debug, Clone, Copy)]
struct Function<'data> {
    start: u64,
    /// Address behind the last byte.
    limit: u64,
    /// Highest `limit` of this function and all before it.
    limit_so_far: u64,
    preference: Preference,
    name: &'data [u8],
}

/// Which of the names of an address to show, the least first: the public one, with the fewest
/// underscores in front, and the shortest.
type Preference = (Binding, usize, usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Global,
    Weak,
    Local,
}

impl<'data> Symbols<'data> {
    pub(crate) fn of_elf(elf: &ElfFile64<'data, LittleEndian>) -> Symbols<'data> {
        let mut functions = functions(elf.elf_symbol_table());
        functions.extend(self::functions(elf.elf_dynamic_symbol_table()));
        Symbols::of_functions(functions)
    }

    fn of_functions(mut functions: Vec<Function<'data>>) -> Symbols<'data> {
        functions.sort_unstable_by_key(|f| (f.start, f.limit, std::cmp::Reverse(f.preference)));
        let mut limit_so_far = 0;
        for function in &mut functions {
            limit_so_far = function.limit.max(limit_so_far);
            function.limit_so_far = limit_so_far;
        }
        Symbols { functions }
    }

    /// Name of the function whose bytes contain `svma`; of several, the one that starts last.
    pub(crate) fn name(&self, svma: u64) -> Option<&'data [u8]> {
        let end = self
            .functions
            .partition_point(|function| function.start <= svma);
        self.functions[..end]
            .iter()
            .rev()
            .take_while(|function| function.limit_so_far > svma)
            .find(|function| function.limit > svma)
            .map(|function| function.name)
    }
}

fn functions<'data>(
    table: &SymbolTable<'data, elf::FileHeader64<LittleEndian>>,
) -> Vec<Function<'data>> {
    table
        .iter()
        .filter_map(|symbol| function(table, symbol))
        .collect()
}

/// The function that `symbol` defines; `None` for data, sections and imports.
fn function<'data>(
    table: &SymbolTable<'data, elf::FileHeader64<LittleEndian>>,
    symbol: &'data elf::Sym64<LittleEndian>,
) -> Option<Function<'data>> {
    let is_code = matches!(symbol.st_type(), elf::STT_FUNC | elf::STT_GNU_IFUNC);
    if !is_code || symbol.is_undefined(LittleEndian) {
        return None;
    }
    let name = table
        .symbol_name(LittleEndian, symbol)
        .ok()
        .filter(|name| !name.is_empty())?;
    let start = symbol.st_value(LittleEndian);
    let limit = start.saturating_add(symbol.st_size(LittleEndian));
    let preference = preference(symbol.st_bind(), name);
    (start < limit).then_some(Function {
        start,
        limit,
        limit_so_far: limit,
        preference,
        name,
    })
}

fn preference(binding: elf::SymbolBind, name: &[u8]) -> Preference {
    let binding = match binding {
        elf::STB_LOCAL => Binding::Local,
        elf::STB_WEAK => Binding::Weak,
        _ => Binding::Global,
    };
    let underscores = name.iter().take_while(|&&byte| byte == b'_').count();
    (binding, underscores, name.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Spec = (u64, u64, elf::SymbolBind, &'static str);

    fn symbols(specs: &[Spec]) -> Symbols<'static> {
        let function = |&(start, size, binding, name): &Spec| Function {
            start,
            limit: start + size,
            limit_so_far: 0,
            preference: preference(binding, name.as_bytes()),
            name: name.as_bytes(),
        };
        Symbols::of_functions(specs.iter().map(function).collect())
    }

    #[track_caller]
    fn check(specs: &[Spec], expected: &[(u64, Option<&str>)]) {
        let symbols = symbols(specs);
        for &(svma, name) in expected {
            assert_eq!(symbols.name(svma), name.map(str::as_bytes), "at {svma}");
        }
    }

    #[test]
    fn a_symbol_answers_only_for_its_own_bytes() {
        check(
            &[(10, 5, elf::STB_GLOBAL, "a"), (20, 5, elf::STB_GLOBAL, "b")],
            &[
                (9, None),
                (10, Some("a")),
                (14, Some("a")),
                (15, None),
                (19, None),
                (24, Some("b")),
            ],
        );
    }

    #[test]
    fn an_enclosing_symbol_answers_behind_the_enclosed_one() {
        check(
            &[
                (10, 20, elf::STB_GLOBAL, "outer"),
                (12, 3, elf::STB_GLOBAL, "inner"),
            ],
            &[
                (11, Some("outer")),
                (12, Some("inner")),
                (15, Some("outer")),
                (30, None),
            ],
        );
    }

    #[test]
    fn of_several_names_the_public_and_plain_one_is_shown() {
        let aliases = [
            (10, 5, elf::STB_LOCAL, "_a"),
            (10, 5, elf::STB_GLOBAL, "__libc_malloc"),
            (10, 5, elf::STB_GLOBAL, "malloc"),
            (10, 5, elf::STB_WEAK, "b"),
        ];
        check(&aliases, &[(12, Some("malloc"))]);
    }

    #[test]
    fn without_symbols_nothing_is_known() {
        check(&[], &[(0, None), (u64::MAX, None)]);
    }

    proptest! {
        #[test]
        fn the_answer_is_that_of_a_linear_search(
            ranges in proptest::collection::vec((0..60u64, 1..20u64), 0..20), svma in 0..90u64,
        ) {
            const NAMES: [&str; 20] = [
                "a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
                "k", "l", "m", "n", "o", "p", "q", "r", "s", "t",
            ];
            let specs: Vec<Spec> = ranges
                .iter()
                .zip(NAMES)
                .map(|(&(start, size), name)| (start, size, elf::STB_GLOBAL, name))
                .collect();
            let start_of = |name: &[u8]| {
                specs.iter().find(|spec| spec.3.as_bytes() == name).map(|spec| (spec.0, spec.1))
            };
            let last_start =
                ranges.iter().filter(|r| r.0 <= svma && svma < r.0 + r.1).map(|r| r.0).max();
            let found = symbols(&specs).name(svma).and_then(start_of);
            prop_assert_eq!(found.map(|range| range.0), last_start);
            prop_assert!(found.is_none_or(|(start, size)| start <= svma && svma < start + size));
        }
    }
}
