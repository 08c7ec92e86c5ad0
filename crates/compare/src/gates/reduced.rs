//! Profiles reduced to what gates look at, once for all gates that look alike.

use super::Input;
use crate::diff::unify;
use crate::run::{Measured, Names, Run, Selection};

/// The runs of some profiles, with the names they share.
pub(super) struct Reduced {
    pub(super) names: Names,
    pub(super) old: Vec<Run>,
    pub(super) new: Vec<Run>,
    pub(super) measured: Measured,
}

impl Reduced {
    /// Reduces profiles to what a selection looks at; the error says why that cannot be.
    pub(super) fn new(
        selection: &Selection,
        old: &[&Input],
        new: &[&Input],
    ) -> Result<Reduced, String> {
        let mut names = Names::default();
        let mut reduce = |inputs: &[&Input]| {
            let run = |input: &&Input| {
                let run = Run::new(input.profile.clone(), selection, &mut names);
                run.map_err(|error| format!("{}: {error}", input.file))
            };
            inputs.iter().map(run).collect::<Result<Vec<Run>, String>>()
        };
        let (mut old, mut new) = (reduce(old)?, reduce(new)?);
        let measured = unify(old.iter_mut().chain(&mut new)).map_err(|error| error.to_string())?;
        Ok(Reduced {
            names,
            old,
            new,
            measured,
        })
    }
}

/// Which profiles were reduced, and how.
type ReducedBy = (Selection, Vec<*const Input>, Vec<*const Input>);

/// What gates that look at the same profiles in the same way share.
#[derive(Default)]
pub(super) struct Reductions(Vec<(ReducedBy, Result<Reduced, String>)>);

impl Reductions {
    /// The profiles, reduced by `selection`.
    pub(super) fn get(
        &mut self,
        selection: &Selection,
        old: &[&Input],
        new: &[&Input],
    ) -> &Result<Reduced, String> {
        let which = |inputs: &[&Input]| -> Vec<*const Input> {
            let pointers = inputs.iter().map(|input| std::ptr::from_ref(*input));
            pointers.collect()
        };
        let key = (selection.clone(), which(old), which(new));
        let index = self.0.iter().position(|(known, _)| *known == key);
        let index = index.unwrap_or_else(|| {
            self.0.push((key, Reduced::new(selection, old, new)));
            self.0.len() - 1
        });
        &self.0[index].1
    }
}
