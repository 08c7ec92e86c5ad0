//! How much is looked up about the addresses of a profile.

/// Where names come from when profiles are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Symbolize {
    /// From debug information, of the files themselves or of separate ones that are installed
    /// (`/usr/lib/debug`): functions with inlined ones, files and lines. Where there is none, from
    /// the symbol tables. Takes some tens of milliseconds.
    #[default]
    Full,
    /// From the symbol tables: functions only. Takes a few milliseconds.
    Symbols,
    /// Not at all: addresses and build ids, from which pprof can find names later if it has the files.
    None,
}
