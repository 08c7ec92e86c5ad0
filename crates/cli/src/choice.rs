//! The flags with a fixed set of values, written in any case.

use clap::ValueEnum;

/// When the output is coloured.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where diagnostics and, with `-log-payload`, the payload are copied to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Logger {
    /// Nowhere.
    None,
    /// No log file.
    #[default]
    Stdout,
    /// A file in `-logDir`.
    File,
    /// A file in `-logDir`, beside the normal output.
    Fout,
}

/// Which diagnostics are printed, from none to all.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd, ValueEnum)]
pub enum LogLevel {
    /// Nothing.
    None,
    /// What ends the program.
    Fatal,
    /// And what could not be done.
    Error,
    /// And what was done otherwise than expected.
    Warn,
    /// And what happens.
    #[default]
    Info,
    /// As `info`.
    Default,
    /// More than `info`.
    Verbose,
    /// For those who look for a fault.
    Debug,
    /// More than `debug`.
    Devel,
    /// More than `devel`.
    Trace,
    /// Everything.
    All,
}
