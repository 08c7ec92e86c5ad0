//! The flags that select lines.

use clap::Args;

use crate::number::count;

/// Which lines to print, by a regular expression and the lines around a match.
#[derive(Args, Clone, Debug)]
pub struct PatternArgs {
    /// Regular expression; matches anywhere in the line
    #[arg(
        long,
        value_name = "REGEX",
        default_value = ".",
        hide_default_value = true
    )]
    pub regex: String,

    /// The same as -regex, and wins over it
    #[arg(
        long,
        value_name = "REGEX",
        default_value = "",
        hide_default_value = true
    )]
    pub grep: String,

    /// Print the lines that do not match
    #[arg(long)]
    pub invert: bool,

    /// Print this many lines before each match
    #[arg(long, value_name = "LINES", default_value = "0", value_parser = count)]
    pub before: u64,

    /// Print this many lines after each match
    #[arg(long, value_name = "LINES", default_value = "0", value_parser = count)]
    pub after: u64,

    /// Stop reading a file after this many matches, 0 for no limit
    #[arg(long, value_name = "MATCHES", default_value = "0", value_parser = count)]
    pub max: u64,
}

impl PatternArgs {
    /// The regular expression that counts, behind the name of its flag.
    #[must_use]
    pub fn pattern(&self) -> (&'static str, &str) {
        match self.grep.as_str() {
            "" => ("regex", &self.regex),
            _ => ("grep", &self.grep),
        }
    }
}
