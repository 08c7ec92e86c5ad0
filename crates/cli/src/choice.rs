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

/// Where messages and, with `-log-payload`, the lines printed go to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Logger {
    /// Nowhere.
    None,
    /// To the terminal; messages, in spite of the name, to standard error.
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
    #[value(alias = "")]
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

/// How the result of a query looks on standard output.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Form {
    /// Aligned columns, for people.
    #[default]
    Table,
    /// Comma separated values, all rows.
    Csv,
    /// An array of objects, all rows.
    Json,
}
