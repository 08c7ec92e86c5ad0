//! From decoded files to the one profile that reports are made of.
//!
//! Sources are merged, bases merged and subtracted, names demangled, uninteresting frames dropped:
//! what every reader does before the first report.

use dtail_profile::{
    Label, Mapping, MappingId, MergeError, Merger, Profile, Samples, StringId, ValueType,
};

use crate::error::Error;
use crate::filter::{Warning, remove_uninteresting};
use crate::labels::{BASE_KEY, is_number};
use crate::measurement::{convertible, scale};
use crate::names::{Demangle, demangle};
use crate::number::to_integer;

/// How profiles are put together.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Percentages refer to the base: `-diff_base` rather than `-base`.
    pub is_diff: bool,
    /// Scale the sources to the totals of the base.
    pub normalize: bool,
    /// What becomes of mangled names; `None` leaves all names alone.
    pub demangle: Option<Demangle>,
    /// Start again from the symbols, even where names look demangled.
    pub force_demangle: bool,
    /// A comment to add.
    pub comment: String,
    /// Path of the program, instead of that in the profiles.
    pub program: String,
    /// Build id of the program, where the profiles have none.
    pub build_id: String,
}

/// Merges `sources`, takes `bases` off, and makes names fit to be read.
///
/// # Errors
///
/// When there is no source, or the profiles measure different things.
pub fn load(
    sources: Vec<Profile>,
    bases: Vec<Profile>,
    options: &LoadOptions,
) -> Result<(Profile, Vec<Warning>), Error> {
    let mut warnings = Vec::new();
    let mut profile = combine(sources, options)?;
    if !bases.is_empty() {
        let base = combine(bases, options)?;
        profile = subtract(profile, base, options)?;
    }
    demangle(&mut profile, options.demangle, options.force_demangle);
    remove_uninteresting(&mut profile, &mut warnings);
    if !options.comment.is_empty() {
        let comment = profile.strings.intern(&options.comment);
        profile.comments.push(comment);
    }
    Ok((profile, warnings))
}

/// Merges profiles that are to be read as one. Groups of profiles may be merged first, and then the
/// results: that gives the same profile.
///
/// # Errors
///
/// When there is no profile, or the profiles measure different things.
pub fn combine(
    profiles: impl IntoIterator<Item = Profile>,
    options: &LoadOptions,
) -> Result<Profile, Error> {
    let mut combiner = Combiner::new(options);
    for profile in profiles {
        combiner.push(profile)?;
    }
    combiner.finish()
}

/// Merges profiles as they come, so that only the sum is kept of those that measure the same.
#[derive(Debug)]
pub struct Combiner<'a> {
    options: &'a LoadOptions,
    first: Option<Profile>,
    /// The first and all that measure the same, from the second on.
    merger: Option<Merger>,
    /// From the first on that measures something else.
    others: Vec<Profile>,
}

impl<'a> Combiner<'a> {
    /// No profile yet.
    pub fn new(options: &'a LoadOptions) -> Combiner<'a> {
        Combiner {
            options,
            first: None,
            merger: None,
            others: Vec::new(),
        }
    }

    /// Adds a profile.
    ///
    /// # Errors
    ///
    /// When its period has a type of its own.
    pub fn push(&mut self, mut profile: Profile) -> Result<(), Error> {
        set_program(&mut profile, self.options);
        let Some(first) = &mut self.first else {
            self.first = Some(profile);
            return Ok(());
        };
        let is_like = dtail_profile::check_mergeable(first, &profile).is_ok();
        if !is_like || first.sample_types.is_empty() || !self.others.is_empty() {
            self.others.push(profile);
            return Ok(());
        }
        if self.merger.is_none() {
            unify(std::slice::from_mut(first))?;
        }
        unify(std::slice::from_mut(&mut profile))?;
        let merger = self.merger.get_or_insert_with(|| Merger::new(first));
        merger.push(&profile);
        Ok(())
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// When there is no profile, or the profiles measure different things.
    pub fn finish(self) -> Result<Profile, Error> {
        let merged = self.merger.map(Merger::finish).or(self.first);
        merge_compatible(merged.into_iter().chain(self.others).collect())
    }
}

/// Gives every profile a first mapping, and that the name and build id asked for.
fn set_program(profile: &mut Profile, options: &LoadOptions) {
    if profile.mappings.is_empty() {
        profile.mappings.push(Mapping {
            id: 1,
            ..Mapping::default()
        });
        for id in profile.locations.ids() {
            profile.locations.get_mut(id).mapping = Some(MappingId::new(0));
        }
    }
    let (file, build_id) = (
        profile.strings.intern(&options.program),
        profile.strings.intern(&options.build_id),
    );
    let program = &mut profile.mappings[0];
    if !file.is_empty() {
        program.file = file;
    }
    if program.build_id.is_empty() {
        program.build_id = build_id;
    }
}

/// Merges profiles that need not have the same sample types: those that all have remain, in the
/// finest of their units. A single profile is taken as it is.
fn merge_compatible(mut profiles: Vec<Profile>) -> Result<Profile, Error> {
    if profiles.len() == 1 {
        keep_common_types(&mut profiles)?;
        return Ok(profiles.swap_remove(0));
    }
    unify(&mut profiles)?;
    dtail_profile::merge(&profiles).map_err(Error::Merge)
}

/// Gives profiles the same sample types and units.
fn unify(profiles: &mut [Profile]) -> Result<(), Error> {
    keep_common_types(profiles)?;
    scale_to_finest(profiles)
}

/// Keeps the sample types that all profiles have.
fn keep_common_types(profiles: &mut [Profile]) -> Result<(), Error> {
    let Some(first) = profiles.first() else {
        return Err(Error::Merge(MergeError::Nothing));
    };
    let mut common: Vec<String> = names(first).map(str::to_owned).collect();
    // A name that one profile has twice says nothing about which of the two is meant.
    common.retain(|name| {
        let same = profiles
            .iter()
            .flat_map(names)
            .filter(|other| other == name);
        same.count() == profiles.len()
    });
    if common.is_empty() {
        return Err(Error::NoCommonSampleType);
    }
    for profile in profiles {
        keep_sample_types(profile, &common);
    }
    Ok(())
}

/// The names of the sample types.
fn names(profile: &Profile) -> impl Iterator<Item = &str> {
    profile.sample_types.iter().map(|t| profile.text(t.kind))
}

/// Keeps the named sample types, in the order of `names`.
fn keep_sample_types(profile: &mut Profile, names: &[String]) {
    let positions: Vec<usize> = names
        .iter()
        .filter_map(|name| {
            profile
                .sample_types
                .iter()
                .position(|t| profile.text(t.kind) == name.as_str())
        })
        .collect();
    if positions.iter().copied().eq(0..profile.sample_types.len()) {
        return;
    }
    let default = profile.text(profile.default_sample_type);
    if !names.iter().any(|name| name == default) {
        profile.default_sample_type = profile.strings.intern(&names[0]);
    }
    profile.sample_types = positions
        .iter()
        .map(|index| profile.sample_types[*index])
        .collect();
    let mut samples = Samples::with_width(positions.len());
    let mut values = Vec::new();
    for sample in profile.samples.iter() {
        values.clear();
        values.extend(positions.iter().map(|index| sample.values[*index]));
        samples.push(sample.stack, &values, sample.labels);
    }
    profile.samples = samples;
}

/// Converts period and values of all profiles to the finest unit that any has.
fn scale_to_finest(profiles: &mut [Profile]) -> Result<(), Error> {
    let period = finest(profiles, |profile| profile.period_type)?;
    let types = profiles[0].sample_types.len();
    let units = (0..types)
        .map(|index| finest(profiles, |profile| profile.sample_types[index]))
        .collect::<Result<Vec<String>, Error>>()?;
    for profile in profiles {
        let from = profile.text(profile.period_type.unit);
        profile.period = to_integer(scale(profile.period, from, &period).value);
        profile.period_type.unit = profile.strings.intern(&period);
        let mut ratios = Vec::new();
        for (index, unit) in units.iter().enumerate() {
            ratios.push(scale(1, profile.text(profile.sample_types[index].unit), unit).value);
            profile.sample_types[index].unit = profile.strings.intern(unit);
        }
        multiply(profile, &ratios);
    }
    Ok(())
}

/// The finest unit of one type over all profiles.
fn finest(profiles: &[Profile], of: impl Fn(&Profile) -> ValueType) -> Result<String, Error> {
    let singular = |profile: &Profile, id: StringId| {
        let text = profile.text(id);
        text.strip_suffix('s').unwrap_or(text).to_owned()
    };
    let first = of(&profiles[0]);
    let kind = singular(&profiles[0], first.kind);
    let mut unit = profiles[0].text(first.unit).to_owned();
    for profile in &profiles[1..] {
        let other = of(profile);
        let other_unit = profile.text(other.unit);
        if singular(profile, other.kind) != kind || !convertible(&unit, other_unit) {
            let text = |profile: &Profile, t: ValueType| {
                format!("{}/{}", profile.text(t.kind), profile.text(t.unit))
            };
            let (first, other) = (text(&profiles[0], first), text(profile, other));
            return Err(Error::Merge(MergeError::Incompatible {
                what: "value",
                first,
                other,
            }));
        }
        if scale(1, other_unit, &unit).value < 1.0 {
            other_unit.clone_into(&mut unit);
        }
    }
    Ok(unit)
}

/// Multiplies each value by the ratio of its sample type and rounds it; samples of which nothing
/// is left by that are dropped.
fn multiply(profile: &mut Profile, ratios: &[f64]) {
    if ratios.iter().all(|ratio| *ratio == 1.0) {
        return;
    }
    let mut samples = Samples::with_width(ratios.len());
    for sample in profile.samples.iter() {
        let mut values = sample.values.to_vec();
        let mut is_kept = false;
        for (value, ratio) in values
            .iter_mut()
            .zip(ratios)
            .filter(|(_, ratio)| **ratio != 1.0)
        {
            *value = to_integer((*value as f64 * ratio).round());
            is_kept |= *value != 0;
        }
        if is_kept {
            samples.push(sample.stack, &values, sample.labels);
        }
    }
    profile.samples = samples;
}

/// `profile` less `base`.
fn subtract(
    mut profile: Profile,
    mut base: Profile,
    options: &LoadOptions,
) -> Result<Profile, Error> {
    if options.is_diff {
        mark_as_base(&mut base);
    }
    if options.normalize {
        normalize(&mut profile, &base)?;
    }
    let ratios = vec![-1.0; base.sample_types.len()];
    multiply(&mut base, &ratios);
    merge_compatible(vec![profile, base])
}

/// Labels every sample as one of the base.
fn mark_as_base(base: &mut Profile) {
    let (key, text) = (base.strings.intern(BASE_KEY), base.strings.intern("true"));
    let mut samples = Samples::with_width(base.samples.width());
    for sample in base.samples.iter() {
        let mut labels: Vec<Label> = sample
            .labels
            .iter()
            .filter(|label| label.key != key || is_number(label))
            .copied()
            .collect();
        labels.push(Label {
            key,
            text,
            ..Label::default()
        });
        samples.push(sample.stack, sample.values, &labels);
    }
    base.samples = samples;
}

/// Scales `profile` so that the total of each sample type is that of `base`.
fn normalize(profile: &mut Profile, base: &Profile) -> Result<(), Error> {
    dtail_profile::check_mergeable(profile, base).map_err(Error::Merge)?;
    let (own, wanted) = (sums(profile), sums(base));
    let ratio = |(own, wanted): (&i64, &i64)| match own {
        0 => 0.0,
        _ => *wanted as f64 / *own as f64,
    };
    let ratios: Vec<f64> = own.iter().zip(&wanted).map(ratio).collect();
    multiply(profile, &ratios);
    Ok(())
}

/// The sum of the values of each sample type.
fn sums(profile: &Profile) -> Vec<i64> {
    let mut sums = vec![0i64; profile.sample_types.len()];
    for sample in profile.samples.iter() {
        for (sum, value) in sums.iter_mut().zip(sample.values) {
            *sum = sum.wrapping_add(*value);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use dtail_profile::ProfileBuilder;

    use super::*;

    fn profile(types: &[&str]) -> Profile {
        let mut builder = ProfileBuilder::new();
        for kind in types {
            builder.sample_type(kind, "count");
        }
        let values: Vec<i64> = (1..).take(types.len()).collect();
        builder.sample(&[], &values, &[]);
        builder.finish().unwrap()
    }

    #[track_caller]
    fn check(profiles: &[&[&str]], expected: &[(&str, i64)]) {
        let profiles = profiles.iter().map(|types| profile(types)).collect();
        let merged = merge_compatible(profiles).unwrap();
        let found: Vec<(&str, i64)> = names(&merged)
            .zip(merged.samples.values(0).iter().copied())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn sample_types_that_all_profiles_have_once_remain() {
        check(&[&["a", "b"], &["b", "c"]], &[("b", 3)]);
        check(&[&["a", "b", "a"]], &[("b", 2)]);
        check(&[&["a", "b"], &["b", "a"]], &[("a", 3), ("b", 3)]);
        let none = merge_compatible(vec![profile(&["a", "a"])]);
        assert!(matches!(none, Err(Error::NoCommonSampleType)));
    }
}
