//! Units of values: recognising, scaling, printing.
//!
//! Three families are known: memory (steps of 1024), time (no minutes), and Google's compute units.
//! Everything else is a bare number.

use crate::number::significant;

/// A value in the unit it is shown in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaled<'a> {
    /// The number.
    pub value: f64,
    /// Its unit as printed; empty when a unit would tell nothing.
    pub unit: &'a str,
}

struct Unit {
    /// As printed.
    name: &'static str,
    /// As recognised, in lower case and singular.
    aliases: &'static [&'static str],
    factor: f64,
}

const fn unit(name: &'static str, aliases: &'static [&'static str], factor: f64) -> Unit {
    Unit {
        name,
        aliases,
        factor,
    }
}

/// Units that convert into each other, in ascending order.
struct Family {
    units: &'static [Unit],
    /// Name and factor of the unit for values that reach none, and for targets of other families.
    default: (&'static str, f64),
}

const KIB: f64 = 1024.0;
const SECOND: f64 = 1e9;

static FAMILIES: [Family; 3] = [
    Family {
        units: &[
            unit("B", &["b", "byte"], 1.0),
            unit("kB", &["kb", "kbyte", "kilobyte"], KIB),
            unit("MB", &["mb", "mbyte", "megabyte"], KIB * KIB),
            unit("GB", &["gb", "gbyte", "gigabyte"], KIB * KIB * KIB),
            unit("TB", &["tb", "tbyte", "terabyte"], KIB * KIB * KIB * KIB),
            unit(
                "PB",
                &["pb", "pbyte", "petabyte"],
                KIB * KIB * KIB * KIB * KIB,
            ),
        ],
        default: ("B", 1.0),
    },
    Family {
        units: &[
            unit("ns", &["ns", "nanosecond"], 1.0),
            unit("us", &["μs", "us", "microsecond"], 1e3),
            unit("ms", &["ms", "millisecond"], 1e6),
            unit("s", &["s", "sec", "second"], SECOND),
            unit("hrs", &["hour", "hr"], 3600.0 * SECOND),
        ],
        default: ("s", SECOND),
    },
    Family {
        units: &[
            unit("n*GCU", &["nanogcu"], 1e-9),
            unit("u*GCU", &["microgcu"], 1e-6),
            unit("m*GCU", &["milligcu"], 1e-3),
            unit("GCU", &["gcu"], 1.0),
            unit("k*GCU", &["kilogcu"], 1e3),
            unit("M*GCU", &["megagcu"], 1e6),
            unit("G*GCU", &["gigagcu"], 1e9),
            unit("T*GCU", &["teragcu"], 1e12),
            unit("P*GCU", &["petagcu"], 1e15),
        ],
        default: ("GCU", 1.0),
    },
];

impl Family {
    /// The unit that `word` names, in any case, singular or plural.
    fn find(&self, word: &str) -> Option<&'static Unit> {
        let lower = word.to_lowercase();
        let singular = if lower.len() > 2 {
            lower.strip_suffix('s')
        } else {
            None
        };
        let word = singular.unwrap_or(&lower);
        self.units.iter().find(|unit| unit.aliases.contains(&word))
    }

    /// The largest unit of which `base` (in units of factor 1) holds at least one.
    fn natural(&self, base: f64) -> Option<&'static Unit> {
        self.units
            .iter()
            .rev()
            .find(|unit| base / unit.factor >= 1.0)
    }

    /// `base` in the unit named `to`, or in the natural one for `minimum` and `auto`.
    fn show(&self, base: f64, to: &str) -> Scaled<'static> {
        let unit = if is_automatic(to) {
            self.natural(base)
        } else {
            self.find(to)
        };
        let (name, factor) = unit.map_or(self.default, |unit| (unit.name, unit.factor));
        Scaled {
            value: base / factor,
            unit: name,
        }
    }
}

fn is_automatic(unit: &str) -> bool {
    matches!(unit, "minimum" | "auto")
}

/// `value` of unit `from` in unit `to`; `minimum` and `auto` stand for the natural unit.
///
/// A target of another family becomes the family's default; a value of no family keeps its number.
pub fn scale<'a>(value: i64, from: &str, to: &'a str) -> Scaled<'a> {
    if value < 0 && value != i64::MIN {
        let positive = scale(-value, from, to);
        return Scaled {
            value: -positive.value,
            ..positive
        };
    }
    let known = FAMILIES
        .iter()
        .find_map(|family| Some((family, family.find(from)?)));
    if let Some((family, unit)) = known {
        return family.show(value as f64 * unit.factor, to);
    }
    let boring = matches!(to, "count" | "sample" | "unit") || is_automatic(to);
    Scaled {
        value: value as f64,
        unit: if boring { "" } else { to },
    }
}

/// `value` of unit `from` as text in unit `to`, with at most two decimals; 0 has no unit.
pub fn scaled_label(value: i64, from: &str, to: &str) -> String {
    let scaled = scale(value, from, to);
    let text = format!("{:.2}", scaled.value);
    let number = text.strip_suffix(".00").unwrap_or(&text);
    if matches!(number, "0" | "-0") {
        "0".to_owned()
    } else {
        format!("{number}{}", scaled.unit)
    }
}

/// The share of `value` in `total` as text of at least six characters, without its sign.
pub fn percentage(value: i64, total: i64) -> String {
    let ratio = if total == 0 {
        0.0
    } else {
        (value as f64 / total as f64).abs() * 100.0
    };
    if (99.95..=100.05).contains(&ratio) {
        "  100%".to_owned()
    } else if ratio >= 1.0 {
        format!("{ratio:5.2}%")
    } else {
        format!("{:>5}%", significant(ratio, 2))
    }
}

/// Whether two units can be converted into each other.
pub fn convertible(first: &str, second: &str) -> bool {
    let knows = |family: &Family| family.find(first).is_some() && family.find(second).is_some();
    first == second || FAMILIES.iter().any(knows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        let cases = [
            (0, "bytes", "auto", "0"),
            (1023, "bytes", "auto", "1023B"),
            (1536, "Bytes", "auto", "1.50kB"),
            (-2048, "bytes", "minimum", "-2kB"),
            (10_000_000, "nanoseconds", "auto", "10ms"),
            (90_000_000_000, "ns", "auto", "90s"),
            (7_200_000_000_000, "ns", "auto", "2hrs"),
            (1, "nanoseconds", "s", "0"),
            (5_000_000_000, "nanoseconds", "MB", "5s"),
            (5, "count", "auto", "5"),
            (5, "count", "ms", "5ms"),
            (5, "bananas", "count", "5"),
            (i64::MIN, "count", "auto", "-9223372036854775808"),
        ];
        for (value, from, to, expected) in cases {
            assert_eq!(
                scaled_label(value, from, to),
                expected,
                "{value} {from} {to}"
            );
        }
    }

    #[test]
    fn percentages_have_no_sign() {
        let cases = [
            (1, 1, "  100%"),
            (-1, 2, "50.00%"),
            (9994, 10_000, "99.94%"),
            (1, 0, "    0%"),
            (0, 5, "    0%"),
            (1, 175, " 0.57%"),
            (1, 6000, "0.017%"),
            (982_124, 1000, "98212.40%"),
        ];
        for (value, total, expected) in cases {
            assert_eq!(percentage(value, total), expected, "{value} of {total}");
        }
    }
}
