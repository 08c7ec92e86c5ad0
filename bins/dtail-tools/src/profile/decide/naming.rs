//! Flags that say how functions of two builds are matched.

use clap::{Args, ValueEnum};
use compare::{Generics, NameRules};

use super::fault::Fault;

/// Keep or erase.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(super) enum GenericsChoice {
    /// Each instance of a generic function is a row of its own.
    #[default]
    Keep,
    /// All instances are one row.
    Erase,
}

/// The flags.
#[derive(Args, Clone, Debug)]
pub(super) struct NamingArgs {
    /// What OLD is called now; a name ending in :: stands for all names that begin with it
    #[arg(long, value_name = "OLD=NOW", action = clap::ArgAction::Append)]
    rename: Vec<String>,

    /// Generic arguments in names: keep or erase [default: keep]
    #[arg(long, value_name = "HOW")]
    generics: Option<GenericsChoice>,
}

impl NamingArgs {
    /// The rules that the flags state.
    pub(super) fn rules(&self) -> Result<NameRules, Fault> {
        let pair = |text: &String| match text.split_once('=') {
            Some((from, to)) if !from.is_empty() && !to.is_empty() => {
                Ok((from.to_owned(), to.to_owned()))
            }
            _ => Err(Fault::Usage(format!("-rename: '{text}' is not OLD=NOW"))),
        };
        Ok(NameRules {
            generics: match self.generics.unwrap_or_default() {
                GenericsChoice::Keep => Generics::Keep,
                GenericsChoice::Erase => Generics::Erase,
            },
            renames: self.rename.iter().map(pair).collect::<Result<_, _>>()?,
        })
    }
}
