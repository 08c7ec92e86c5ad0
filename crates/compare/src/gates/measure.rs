//! What a gate measures: shares, values, or values for each unit of work; and how they are written.

use crate::run::{Measured, Run};
use crate::signed;

use super::place::{ConfigError, Place};

/// What is compared with a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// The share of the total.
    #[default]
    Share,
    /// The value itself: CPU seconds, bytes.
    Value,
    /// The value divided by the work that the run did.
    PerUnit,
}

impl Measure {
    /// As users write it.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Share => "share",
            Measure::Value => "value",
            Measure::PerUnit => "per_unit",
        }
    }
}

/// A limit as it was written; its meaning depends on what is measured.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limit {
    number: f64,
    unit: String,
    pub(crate) text: String,
    place: Place,
}

impl Limit {
    /// Reads a number with a unit: `20%`, `1pt`, `64MB`, `5ms/MB`.
    pub(crate) fn parse(text: &str, place: Place) -> Result<Limit, ConfigError> {
        let trimmed = text.trim();
        let digits = |c: char| c.is_ascii_digit() || c == '.';
        let end = trimmed.find(|c| !digits(c)).unwrap_or(trimmed.len());
        let (number, unit) = trimmed.split_at(end);
        let number: f64 = number
            .parse()
            .map_err(|_| place.error(format!("'{text}' does not begin with a number")))?;
        Ok(Limit {
            number,
            unit: unit.trim().to_owned(),
            text: trimmed.to_owned(),
            place,
        })
    }

    /// The limit as a fraction; only `%` will do.
    pub(crate) fn fraction(&self) -> Result<f64, ConfigError> {
        self.only("%", "a percentage such as 20%")
    }

    /// The limit as a fraction; only `pt` will do.
    pub(crate) fn points(&self) -> Result<f64, ConfigError> {
        self.only("pt", "points of percentage such as 1pt")
    }

    fn only(&self, unit: &str, wanted: &str) -> Result<f64, ConfigError> {
        if self.unit == unit {
            return Ok(self.number / 100.0);
        }
        Err(self.wrong(wanted))
    }

    /// Refuses a limit of shares that none can reach.
    fn below_all(&self, fraction: f64) -> Result<(), ConfigError> {
        if fraction < 1.0 {
            return Ok(());
        }
        Err(self.wrong(&format!("below 100{}: no share is above it", self.unit)))
    }

    fn wrong(&self, wanted: &str) -> ConfigError {
        self.place.error(format!("'{}' is not {wanted}", self.text))
    }

    /// Whether the unit can be one of `measure` at all; what it is of is known later.
    pub(crate) fn check(&self, measure: Measure, is_difference: bool) -> Result<(), ConfigError> {
        match measure {
            Measure::Share if is_difference => self.below_all(self.points()?),
            Measure::Share => self.below_all(self.fraction()?),
            Measure::Value if self.unit.contains(['%', '/']) || self.unit == "pt" => {
                Err(self.wrong("a value such as 64MB, 50ms or 1000, as measure = \"value\" needs"))
            }
            Measure::PerUnit if !self.unit.contains('/') => {
                let wanted =
                    "a value for some work such as 5ms/MB, as measure = \"per_unit\" needs";
                Err(self.wrong(wanted))
            }
            Measure::Value | Measure::PerUnit => Ok(()),
        }
    }
}

/// What the figures of one gate mean for one kind of profile.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scale {
    pub(crate) measure: Measure,
    pub(crate) measured: Measured,
    /// The fact that states the work: `bytes`, `lines`.
    pub(crate) work: String,
}

/// Work is counted in bytes, and shown by megabyte.
const MEGABYTE: f64 = (1u64 << 20) as f64;

impl Scale {
    /// What one run measures for a value; `None` where it does not state its work.
    pub(crate) fn of(&self, run: &Run, value: i64) -> Option<f64> {
        let value = value as f64;
        match self.measure {
            Measure::Share if run.gross == 0 => Some(0.0),
            Measure::Share => Some(value / run.gross as f64),
            Measure::Value => Some(value),
            Measure::PerUnit => Some(value / work(run, &self.work)?),
        }
    }

    /// A figure as text.
    pub(crate) fn text(&self, figure: f64) -> String {
        let unit = &self.measured.unit;
        match self.measure {
            Measure::Share => signed::percent(figure),
            Measure::Value => signed::plain(figure, unit, "auto"),
            Measure::PerUnit if self.work == "bytes" => {
                format!("{}/MB", small(figure * MEGABYTE, unit))
            }
            Measure::PerUnit => {
                let one = self.work.strip_suffix('s').unwrap_or(&self.work);
                format!("{}/{one}", small(figure, unit))
            }
        }
    }

    /// What `max` comes to.
    pub(crate) fn max(&self, limit: &Limit) -> Result<f64, ConfigError> {
        match self.measure {
            Measure::Share => limit.fraction(),
            Measure::Value | Measure::PerUnit => self.amount(limit),
        }
    }

    /// What `min_delta` comes to.
    pub(crate) fn delta(&self, limit: &Limit) -> Result<f64, ConfigError> {
        match self.measure {
            Measure::Share => limit.points(),
            Measure::Value | Measure::PerUnit => self.amount(limit),
        }
    }

    fn amount(&self, limit: &Limit) -> Result<f64, ConfigError> {
        let (unit, per) = match limit.unit.split_once('/') {
            Some((unit, per)) => (unit.trim(), self.work_unit(per.trim(), limit)?),
            None => (limit.unit.as_str(), 1.0),
        };
        let own = &self.measured.unit;
        let factor = if unit.is_empty() || unit == own {
            1.0
        } else if report::convertible(unit, own) {
            report::scale(1, unit, own).value
        } else {
            return Err(limit.wrong(&format!("an amount of {}", self.measured)));
        };
        Ok(limit.number * factor / per)
    }

    /// How much work one unit is.
    fn work_unit(&self, unit: &str, limit: &Limit) -> Result<f64, ConfigError> {
        if self.work != "bytes" {
            return Ok(1.0);
        }
        if !report::convertible(unit, "bytes") {
            return Err(limit.wrong("for bytes of work, such as 5ms/MB"));
        }
        Ok(report::scale(1, unit, "bytes").value)
    }
}

/// A figure that may be far below one of its units.
fn small(figure: f64, unit: &str) -> String {
    if figure.abs() >= 10.0 {
        return signed::plain(figure, unit, "auto");
    }
    let shown = report::scale(1, unit, unit).unit;
    format!("{figure:.3}{shown}")
}

/// The work that a run states.
pub(crate) fn work(run: &Run, key: &str) -> Option<f64> {
    run.facts.number(key).filter(|work: &f64| *work > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(measure: Measure, unit: &str, work: &str) -> Scale {
        let measured = Measured {
            kind: "cpu".to_owned(),
            unit: unit.to_owned(),
        };
        Scale {
            measure,
            measured,
            work: work.to_owned(),
        }
    }

    #[track_caller]
    fn check(measure: Measure, unit: &str, work: &str, text: &str, expected: Option<f64>) {
        let limit = Limit::parse(text, Place::default()).unwrap();
        let amount = scale(measure, unit, work).max(&limit).ok();
        let is_close = |expected: f64| amount.is_some_and(|a| (a / expected - 1.0).abs() < 1e-12);
        assert!(
            expected.map_or(amount.is_none(), is_close),
            "{text}: {amount:?}"
        );
    }

    #[test]
    fn limits_have_the_unit_of_what_is_measured() {
        check(Measure::Share, "bytes", "", "20%", Some(0.2));
        check(Measure::Share, "bytes", "", "20", None);
        check(Measure::Value, "bytes", "", "64MB", Some(64.0 * MEGABYTE));
        check(Measure::Value, "nanoseconds", "", "1.5s", Some(1.5e9));
        check(Measure::Value, "nanoseconds", "", "64MB", None);
        check(Measure::Value, "count", "", "1000", Some(1000.0));
        check(
            Measure::PerUnit,
            "nanoseconds",
            "bytes",
            "5ms/MB",
            Some(5e6 / MEGABYTE),
        );
        check(
            Measure::PerUnit,
            "nanoseconds",
            "lines",
            "300 ns/line",
            Some(300.0),
        );
        check(Measure::PerUnit, "nanoseconds", "bytes", "5ms/line", None);
        assert!(Limit::parse("MB", Place::default()).is_err());
        assert!(Limit::parse("-1%", Place::default()).is_err());
    }

    #[test]
    fn figures_read_well() {
        assert_eq!(scale(Measure::Share, "ns", "").text(0.1234), "12.3%");
        assert_eq!(
            scale(Measure::Value, "bytes", "").text(1.5 * MEGABYTE),
            "1.50MB"
        );
        assert_eq!(
            scale(Measure::PerUnit, "nanoseconds", "bytes").text(5e6 / MEGABYTE),
            "5ms/MB"
        );
        assert_eq!(
            scale(Measure::PerUnit, "nanoseconds", "lines").text(1.25),
            "1.250ns/line"
        );
    }
}
