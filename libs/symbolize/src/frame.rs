//! A function at a line, and the two spellings of its name.

/// One function on the stack at one address: the physical function or one inlined into it.
///
/// Texts are empty and numbers 0 where nothing is known, as in the pprof format.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Name in full, demangled, without the hash of the symbol:
    /// `<alloc::vec::Vec<u8> as core::clone::Clone>::clone`.
    pub name: String,
    /// The mangled symbol that `name` was read from, or empty for names that were not mangled. Never
    /// equal to `name`: readers of pprof files would take that for a mangled name and shorten it.
    pub system_name: String,
    /// Absolute path of the source file that `line` is in.
    pub file: String,
    /// Line of the instruction, or of the call for the caller of an inlined function; from 1.
    pub line: u32,
    /// Column within the line, from 1.
    pub column: u32,
    /// Line at which the function is declared, from 1.
    pub start_line: u32,
}

impl Frame {
    /// A frame that has only the names that `symbol` gives.
    pub(crate) fn of_symbol(symbol: &[u8]) -> Frame {
        let mut frame = Frame::default();
        frame.rename(symbol);
        frame
    }

    /// Takes both names from `symbol`, mangled or plain.
    pub(crate) fn rename(&mut self, symbol: &[u8]) {
        let symbol = String::from_utf8_lossy(symbol);
        (self.name, self.system_name) = match demangle(&symbol) {
            Some(name) => (name, symbol.into_owned()),
            None => (plain(&symbol).to_owned(), String::new()),
        };
    }

    /// Whether the name was obtained from a mangled symbol of Rust, and so is the full path.
    pub(crate) fn has_full_path(&self) -> bool {
        !self.system_name.is_empty()
    }
}

/// The name in full of a mangled symbol of Rust; `None` for any other text.
fn demangle(symbol: &str) -> Option<String> {
    let name = rustc_demangle::try_demangle(symbol).ok()?;
    Some(format!("{name:#}"))
}

/// A symbol of C without its version: `malloc@@GLIBC_2.2.5` is `malloc`.
fn plain(symbol: &str) -> &str {
    match symbol.find('@') {
        None | Some(0) => symbol,
        Some(at) => &symbol[..at],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(symbol: &str, name: &str, system_name: &str) {
        let frame = Frame::of_symbol(symbol.as_bytes());
        assert_eq!(
            (frame.name.as_str(), frame.system_name.as_str()),
            (name, system_name)
        );
    }

    #[test]
    fn legacy_symbols_lose_their_hash() {
        let symbol = "_ZN4core3fmt9Formatter3pad17h0123456789abcdefE";
        check(symbol, "core::fmt::Formatter::pad", symbol);
    }

    #[test]
    fn v0_symbols_lose_their_crate_disambiguators() {
        let symbol = "_RNvCs1234_7mycrate3foo";
        check(symbol, "mycrate::foo", symbol);
    }

    #[test]
    fn trait_implementations_keep_type_and_trait() {
        let symbol = "_ZN58_$LT$alloc..string..String$u20$as$u20$core..fmt..Write$GT$9write_str17h0123456789abcdefE";
        check(
            symbol,
            "<alloc::string::String as core::fmt::Write>::write_str",
            symbol,
        );
    }

    #[test]
    fn symbols_of_c_have_no_second_name() {
        check("malloc", "malloc", "");
        check("", "", "");
        check("@", "@", "");
    }

    #[test]
    fn versions_are_cut_off() {
        check("malloc@@GLIBC_2.2.5", "malloc", "");
    }

    #[test]
    fn symbols_of_cpp_stay_mangled() {
        check("_ZN3foo3barEv", "_ZN3foo3barEv", "");
    }
}
