//! A profile made ready for one report.

use dtail_profile::{Profile, Samples};

use crate::error::Error;
use crate::filter::{self, Warning};
use crate::granularity;
use crate::kind::Kind;
use crate::labels::{BASE_KEY, LabelUnits};
use crate::measurement::scaled_label;
use crate::number::to_integer;
use crate::options::Options;
use crate::sample_type;

/// A profile made ready for one kind of report: filtered, reduced to its granularity, and with the
/// total that percentages refer to.
#[derive(Debug)]
pub struct Report {
    pub(crate) profile: Profile,
    pub(crate) kind: Kind,
    /// As they apply to the kind.
    pub(crate) options: Options,
    pub(crate) weights: Weights,
    /// What percentages refer to, in the unit of the samples.
    pub(crate) total: i64,
    /// Name of the sample type, with `mean_` in front where values are means.
    pub(crate) type_name: String,
    /// Unit of the values.
    pub(crate) unit: String,
    /// Unit in which values are printed.
    pub(crate) output_unit: String,
    pub(crate) label_units: LabelUnits,
    warnings: Vec<Warning>,
}

/// Which values of a sample count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weights {
    /// Position of the value.
    pub(crate) value: usize,
    /// Position of the value to divide by, for means.
    pub(crate) divisor: Option<usize>,
}

impl Weights {
    /// The value of a sample, and what to divide it by (0: nothing).
    pub(crate) fn of(self, values: &[i64]) -> (i64, i64) {
        (
            values[self.value],
            self.divisor.map_or(0, |divisor| values[divisor]),
        )
    }
}

impl Report {
    /// Makes `profile` ready for a report of this kind.
    ///
    /// Label frames come first, then the total, then filters and granularity; with
    /// `relative_percentages` the filters come before the total.
    ///
    /// # Errors
    ///
    /// When an option does not fit the profile or an expression cannot be read.
    pub fn new(profile: Profile, kind: Kind, options: &Options) -> Result<Report, Error> {
        let mut warnings = Vec::new();
        let mut profile = profile;
        let label_units = LabelUnits::of(&profile, &mut warnings);
        let options = kind.adjust(options);
        filter::add_tag_frames(&mut profile, &options, &mut warnings);
        if options.relative_percentages {
            filter::apply(&mut profile, &options, &label_units, &mut warnings)?;
        }
        let value = sample_type::choose(&profile, &options.sample_index)?;
        if options.divide_by == 0.0 {
            return Err(Error::ZeroDivisor);
        }
        let weights = Weights {
            value,
            divisor: options.mean.then_some(0),
        };
        let total = total(&profile, weights);
        if !options.relative_percentages {
            filter::apply(&mut profile, &options, &label_units, &mut warnings)?;
        }
        granularity::apply(&mut profile, &options);
        let sample_type = profile.sample_types[value];
        let mean = if options.mean { "mean_" } else { "" };
        Ok(Report {
            type_name: format!("{mean}{}", profile.text(sample_type.kind)),
            unit: profile.text(sample_type.unit).to_owned(),
            output_unit: options.unit.clone(),
            profile,
            kind,
            options,
            weights,
            total,
            label_units,
            warnings,
        })
    }

    /// The same profile, filtered already, made ready for another kind of report.
    pub(crate) fn of_kind(&self, kind: Kind) -> Report {
        let options = kind.adjust(&self.options);
        let mut profile = self.profile.clone();
        granularity::apply(&mut profile, &options);
        Report {
            profile,
            options,
            kind,
            weights: self.weights,
            total: self.total,
            type_name: self.type_name.clone(),
            unit: self.unit.clone(),
            output_unit: self.output_unit.clone(),
            label_units: self.label_units.clone(),
            warnings: self.warnings.clone(),
        }
    }

    /// What the user should know beside the report, such as a filter that matched nothing.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What the profile is: file, type, time, duration; one entry a line.
    pub fn description(&self) -> Vec<String> {
        self.profile_lines()
    }

    /// What one value is multiplied by before it is shown.
    pub(crate) fn ratio(&self) -> Option<f64> {
        let ratio = 1.0 / self.options.divide_by;
        (ratio > 0.0 && ratio != 1.0).then_some(ratio)
    }

    /// `value` after `divide_by`.
    pub(crate) fn divided(&self, value: i64) -> i64 {
        self.ratio()
            .map_or(value, |ratio| to_integer(value as f64 * ratio))
    }

    /// `value` as text in the unit of the report.
    pub(crate) fn format(&self, value: i64) -> String {
        scaled_label(self.divided(value), &self.unit, &self.output_unit)
    }
}

/// The sum of all values without their signs; of the base's samples only, where there is a base.
fn total(profile: &Profile, weights: Weights) -> i64 {
    let base = profile
        .strings
        .find(BASE_KEY)
        .zip(profile.strings.find("true"));
    let is_base = |samples: &Samples, index: usize| {
        let marks = |(key, text)| {
            samples
                .labels(index)
                .iter()
                .any(|l| (l.key, l.text) == (key, text))
        };
        base.is_some_and(marks)
    };
    let (mut all, mut of_base) = ((0i64, 0i64), (0i64, 0i64));
    for index in 0..profile.samples.len() {
        let (value, divisor) = weights.of(profile.samples.values(index));
        let add = |sum: &mut (i64, i64)| {
            sum.0 = sum.0.wrapping_add(value.wrapping_abs());
            sum.1 = sum.1.wrapping_add(divisor);
        };
        add(&mut all);
        if is_base(&profile.samples, index) {
            add(&mut of_base);
        }
    }
    let (sum, divisor) = if of_base.0 > 0 { of_base } else { all };
    if divisor == 0 {
        sum
    } else {
        sum.wrapping_div(divisor)
    }
}
