//! Which profiles a gate is about: those of each program and kind by themselves.

use std::collections::BTreeMap;

use super::Input;
use super::gate::Gate;

/// The profiles that a gate is about, by program and kind.
pub(super) fn subjects<'a>(
    gate: &Gate,
    inputs: &'a [Input],
) -> BTreeMap<(String, String), Vec<&'a Input>> {
    let mut subjects: BTreeMap<(String, String), Vec<&Input>> = BTreeMap::new();
    for input in inputs {
        let is_named = gate
            .profile
            .as_ref()
            .is_none_or(|glob| glob.matches(&input.file));
        if is_named && gate.fits(input) {
            let subject = (input.tool.clone(), input.kind.clone());
            subjects.entry(subject).or_default().push(input);
        }
    }
    subjects
}

/// The profiles of a baseline that `new` can be compared with: those of the same kind and program.
/// Where files alone name the programs, and no two alike, the user knows better.
pub(super) fn alike<'a>(
    gate: &Gate,
    kind: &str,
    new: &[&Input],
    baseline: &'a [Input],
) -> Vec<&'a Input> {
    let is_kind = |input: &&Input| gate.fits(input) && input.kind == kind;
    let candidates = || baseline.iter().filter(is_kind);
    let is_program = |input: &&Input| new.iter().all(|new| new.tool == input.tool);
    let same: Vec<&Input> = candidates().filter(is_program).collect();
    if !same.is_empty() {
        return same;
    }
    let may_be = |input: &&Input| {
        new.iter()
            .all(|new| !(new.states_tool && input.states_tool))
    };
    candidates().filter(may_be).collect()
}

impl Gate {
    /// Whether a profile has what the gate measures.
    fn fits(&self, input: &Input) -> bool {
        report::choose_sample_type(&input.profile, &self.selection.sample_type).is_ok()
    }

    /// Why there is no subject.
    pub(super) fn nothing_fits(&self) -> String {
        let of_type = match self.selection.sample_type.as_str() {
            "" => String::new(),
            sample_type => format!(" with sample type {sample_type}"),
        };
        let named = self.profile.as_ref();
        let named = named.map_or(String::new(), |glob| format!(" called {}", glob.as_str()));
        format!("no profile{named}{of_type}")
    }
}
