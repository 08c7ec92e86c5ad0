//! Whether a change is large enough to be told.

use crate::rules::Rules;
use crate::track::Scale;

/// Whether a change from `before` to `after` matters: a share changes by `least` and relatively, anything
/// else relatively, and an amount relative to the whole, too.
pub(crate) fn matters(
    scale: Scale,
    before: f64,
    after: f64,
    scale_of_all: f64,
    least: f64,
    rules: &Rules,
) -> bool {
    let change = (after - before).abs();
    let relative = change >= rules.relative * before.max(after);
    relative
        && match scale {
            Scale::Share => change >= least,
            Scale::Amount => change >= rules.relative * scale_of_all,
            Scale::Rate => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(scale: Scale, before: f64, after: f64, expected: bool) {
        let rules = Rules::default();
        assert_eq!(
            matters(scale, before, after, 1000.0, 0.005, &rules),
            expected
        );
    }

    #[test]
    fn small_changes_do_not_matter() {
        check(Scale::Share, 0.10, 0.104, false);
        check(Scale::Share, 0.10, 0.106, true);
        check(Scale::Share, 0.50, 0.52, false);
        check(Scale::Share, 0.53, 0.50, true);
        check(Scale::Amount, 10.0, 40.0, false);
        check(Scale::Amount, 10.0, 70.0, true);
        check(Scale::Amount, 0.0, 0.0, false);
        check(Scale::Rate, 1.0, 1.04, false);
        check(Scale::Rate, 1.0, 0.9, true);
    }
}
