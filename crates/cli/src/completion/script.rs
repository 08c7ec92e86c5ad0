//! The scripts by which shells ask a program what fits.

/// The shells that there are scripts for, with their scripts; `PROGRAM` stands for the program.
const SCRIPTS: [(&str, &str); 3] = [
    ("bash", include_str!("script/bash")),
    ("zsh", include_str!("script/zsh")),
    ("fish", include_str!("script/fish")),
];

/// The names of the shells.
pub(crate) const SHELLS: [&str; 3] = [SCRIPTS[0].0, SCRIPTS[1].0, SCRIPTS[2].0];

/// The script of one of [`SHELLS`] for `program`.
pub(crate) fn script(shell: &str, program: &str) -> Option<String> {
    let (_, script) = SCRIPTS.iter().find(|(name, _)| *name == shell)?;
    Some(script.replace("PROGRAM", program))
}
