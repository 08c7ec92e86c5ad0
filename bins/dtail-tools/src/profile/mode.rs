//! The modes of `dtail-tools profile`.

use super::decide;
use crate::spelling;

/// What `dtail-tools profile` is asked to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    /// Profile the three programs on small inputs; list and analyse the result.
    Quick,
    /// The same with more workloads and larger inputs.
    Full,
    /// The same with the queries of dmap only.
    Dmap,
    /// One line for each profile of a directory.
    List,
    /// What a profile says, and how far to trust it.
    Analyze,
}

/// Modes by the names that `-mode` and the sub-commands know.
const MODES: &[(&str, Mode)] = &[
    ("quick", Mode::Quick),
    ("full", Mode::Full),
    ("dmap", Mode::Dmap),
    ("list", Mode::List),
    ("analyze", Mode::Analyze),
];

/// Names that are reserved for modes to come.
const PLANNED: &[&str] = &["live", "collect"];

/// The names of the modes, those of sub-commands with flags of their own among them.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    MODES.iter().map(|(name, _)| *name).chain(decide::names())
}

impl Mode {
    /// The mode of this name.
    ///
    /// # Errors
    /// One line that says whether the mode is unknown or not built yet.
    pub(crate) fn named(name: &str) -> Result<Mode, String> {
        if let Some((_, mode)) = MODES.iter().find(|(known, _)| *known == name) {
            return Ok(*mode);
        }
        if PLANNED.contains(&name) {
            return Err(format!("mode '{name}' is not built yet"));
        }
        if decide::names().any(|known| known == name) {
            return Err(format!(
                "'{name}' stands before its flags: profile {name} ..."
            ));
        }
        let names: Vec<&str> = names().collect();
        let suggestion = spelling::suggestion(name, &names);
        Err(format!(
            "unknown mode '{name}'{suggestion} (the modes are {})",
            names.join(", ")
        ))
    }

    /// The name of this mode.
    pub(crate) fn name(self) -> &'static str {
        let found = MODES.iter().find(|(_, mode)| *mode == self);
        found.expect("every mode stands in the table").0
    }

    /// Whether files are named behind this mode.
    pub(crate) fn takes_files(self) -> bool {
        self == Mode::Analyze
    }

    /// Whether this mode runs programs.
    pub(crate) fn runs_programs(self) -> bool {
        matches!(self, Mode::Quick | Mode::Full | Mode::Dmap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_mode_or_a_clear_refusal() {
        for (name, mode) in MODES {
            assert_eq!(Mode::named(name), Ok(*mode));
            assert_eq!(mode.name(), *name);
        }
        assert_eq!(
            Mode::named("live").unwrap_err(),
            "mode 'live' is not built yet"
        );
        let message = Mode::named("analyse").unwrap_err();
        assert!(
            message.starts_with("unknown mode 'analyse'; did you mean 'analyze'?"),
            "{message}"
        );
    }
}
