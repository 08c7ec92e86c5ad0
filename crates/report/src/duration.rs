//! Durations as Go prints them: `1h2m3.5s`, `2.5ms`.

const SECOND: u64 = 1_000_000_000;

/// A number of nanoseconds as text.
pub(crate) fn text(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let small = [(1, "ns"), (1_000, "µs"), (1_000_000, "ms")];
    if nanos == 0 {
        return "0s".to_owned();
    }
    if nanos < SECOND {
        let fits = small.iter().rev().find(|(size, _)| nanos >= *size);
        let (size, unit) = fits.copied().unwrap_or(small[0]);
        return format!("{sign}{}{unit}", fraction(nanos, size));
    }
    let minutes = nanos / (60 * SECOND);
    let seconds = fraction(nanos % (60 * SECOND), SECOND);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// `nanos` in units of `size`, with as many decimals as it takes.
fn fraction(nanos: u64, size: u64) -> String {
    let digits = size.ilog10() as usize;
    let decimals = format!("{:0digits$}", nanos % size);
    let decimals = if digits == 0 {
        ""
    } else {
        decimals.trim_end_matches('0')
    };
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{}{point}{decimals}", nanos / size)
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn durations() {
        let cases = [
            (0, "0s"),
            (1, "1ns"),
            (1_500, "1.5µs"),
            (-2_500_000, "-2.5ms"),
            (2_500_000_000, "2.5s"),
            (3_723_500_000_000, "1h2m3.5s"),
            (60_000_000_000, "1m0s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ];
        for (nanos, expected) in cases {
            assert_eq!(text(nanos), expected);
        }
    }
}
