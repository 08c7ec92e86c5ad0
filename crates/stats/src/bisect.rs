//! Inverting a function that only falls: quantiles from tails.

/// Halvings after which an interval of doubles holds no further one.
const HALVINGS_MAX: u32 = 200;

/// The place between `low` and `high` where the falling function `of` passes `target`.
pub(crate) fn where_falling(of: impl Fn(f64) -> f64, target: f64, low: f64, high: f64) -> f64 {
    let (mut low, mut high) = (low, high);
    for _ in 0..HALVINGS_MAX {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if of(middle) > target {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::where_falling;

    #[test]
    fn the_place_is_found_to_the_last_digit() {
        let place = where_falling(|x| -x * x, -2.0, 0.0, 10.0);
        assert!((place - 2f64.sqrt()).abs() < 1e-15);
    }
}
