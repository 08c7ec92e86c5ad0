//! Accumulators: what a group remembers of the values of one field.
//!
//! An accumulator is a few 64-bit words in its group's record (see [`crate::group`]). Two of them
//! over different lines merge to what one over all lines would be, in any order of lines.

/// What is accumulated of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One word: lines that have the field.
    Count,
    /// Two words: the sum and its rounding error.
    Sum,
    /// One word: lines where the field is a number.
    Numbers,
    /// One word: the least value; NaN counts only when there is nothing else.
    Min,
    /// One word: the greatest value; NaN counts only when there is nothing else.
    Max,
    /// Two words: the stamp of the latest value, and where its text is kept.
    Last,
    /// Two words: the stamp of the latest value, and its number of bytes.
    Length,
}

/// The bits of the NaN that says "no value yet". No operation and no text gives this one.
const NO_VALUE: u64 = u64::MAX;

/// A stamp that is before every line; real ones are greater.
const NEVER: u64 = 0;

impl Kind {
    /// Whether it takes numbers; the others take texts.
    pub(crate) fn is_numeric(self) -> bool {
        matches!(self, Self::Sum | Self::Numbers | Self::Min | Self::Max)
    }

    /// The words before the first value.
    pub(crate) fn initial(self) -> &'static [u64] {
        match self {
            Self::Count | Self::Numbers => &[0],
            Self::Sum => &[0, 0],
            Self::Min | Self::Max => &[NO_VALUE],
            Self::Last => &[NEVER, u64::MAX],
            Self::Length => &[NEVER, 0],
        }
    }
}

/// Adds one number to a sum, keeping what rounding takes away (Neumaier's method), so that the
/// printed sum does not depend on the order of the lines.
pub(crate) fn add_to_sum(state: &mut [u64], number: f64) {
    let (sum, error) = (f64::from_bits(state[0]), f64::from_bits(state[1]));
    let total = sum + number;
    let lost = if sum.abs() >= number.abs() {
        sum - total + number
    } else {
        number - total + sum
    };
    state[0] = total.to_bits();
    state[1] = (error + lost).to_bits();
}

/// The sum, once everything is added.
pub(crate) fn sum(state: &[u64]) -> f64 {
    let (sum, error) = (f64::from_bits(state[0]), f64::from_bits(state[1]));
    if sum.is_finite() && error.is_finite() {
        sum + error
    } else {
        sum
    }
}

/// Adds a sum of other lines.
pub(crate) fn merge_sums(state: &mut [u64], other: &[u64]) {
    add_to_sum(state, f64::from_bits(other[0]));
    let error = f64::from_bits(state[1]) + f64::from_bits(other[1]);
    state[1] = error.to_bits();
}

pub(crate) fn keep_least(state: &mut u64, number: f64) {
    let least = f64::from_bits(*state);
    if least.is_nan() && (*state == NO_VALUE || !number.is_nan()) || number < least {
        *state = canonical(number);
    }
}

pub(crate) fn keep_greatest(state: &mut u64, number: f64) {
    let greatest = f64::from_bits(*state);
    if greatest.is_nan() && (*state == NO_VALUE || !number.is_nan()) || number > greatest {
        *state = canonical(number);
    }
}

/// The bits of `number`, with one bit pattern for every NaN, which is not that of [`NO_VALUE`].
fn canonical(number: f64) -> u64 {
    if number.is_nan() {
        f64::NAN.to_bits()
    } else {
        number.to_bits()
    }
}

/// The kept extreme, if there was a value.
pub(crate) fn extreme(state: u64) -> Option<f64> {
    (state != NO_VALUE).then_some(f64::from_bits(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum_of(numbers: &[f64]) -> Vec<u64> {
        let mut state = Kind::Sum.initial().to_vec();
        numbers
            .iter()
            .for_each(|number| add_to_sum(&mut state, *number));
        state
    }

    #[test]
    fn sums_keep_what_rounding_takes() {
        assert_eq!(sum(&sum_of(&[1e16, 1.0, -1e16])), 1.0);
        assert_eq!(sum(&sum_of(&[0.1; 10])), 1.0);
        assert_eq!(sum(&sum_of(&[])), 0.0);
    }

    #[test]
    fn sums_of_infinities_and_overflow() {
        assert_eq!(sum(&sum_of(&[f64::INFINITY, 1.0])), f64::INFINITY);
        assert_eq!(sum(&sum_of(&[f64::MAX, f64::MAX])), f64::INFINITY);
        assert!(sum(&sum_of(&[f64::INFINITY, f64::NEG_INFINITY])).is_nan());
        assert!(sum(&sum_of(&[f64::NAN, 1.0])).is_nan());
    }

    #[test]
    fn merged_sums_equal_the_sum_of_all() {
        let mut state = sum_of(&[1e16, 1.0]);
        merge_sums(&mut state, &sum_of(&[-1e16, 2.0]));
        assert_eq!(sum(&state), 3.0);
    }

    #[test]
    fn extremes_ignore_nan_beside_numbers() {
        let least = |numbers: &[f64]| {
            let mut state = NO_VALUE;
            numbers
                .iter()
                .for_each(|number| keep_least(&mut state, *number));
            extreme(state)
        };
        assert_eq!(least(&[]), None);
        assert_eq!(least(&[f64::NAN, 3.0, f64::NAN, 2.0]), Some(2.0));
        assert!(least(&[f64::NAN]).is_some_and(f64::is_nan));
        assert!(least(&[f64::from_bits(NO_VALUE)]).is_some_and(f64::is_nan));
        let mut state = NO_VALUE;
        for number in [-5.0, f64::NEG_INFINITY, -4.0] {
            keep_greatest(&mut state, number);
        }
        assert_eq!(extreme(state), Some(-4.0));
    }
}
