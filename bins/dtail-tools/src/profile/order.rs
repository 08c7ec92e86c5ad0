//! The orders and the selection of a list.

use std::cmp::{Ordering, Reverse};

use clap::ValueEnum;
use jiff::{
    Span, Timestamp, ZonedDateTime,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::entry::Entry;

/// What a list is sorted by. Figures come largest first, times newest first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(crate) enum Order {
    /// The program, then the time.
    #[default]
    Tool,
    /// When the profile was started.
    Time,
    /// Size of the file.
    Size,
    /// Number of samples.
    Samples,
    /// How long the profile was taken.
    Duration,
    /// The total; figures of one unit stand together.
    Total,
    /// Name of the file.
    Name,
}

impl Order {
    /// How two entries stand; those that are equal go by their names.
    pub(crate) fn compare(self, first: &Entry, second: &Entry) -> Ordering {
        let newest = |entry: &Entry| Reverse(entry.time());
        let by_key = match self {
            Order::Tool => {
                let tools = first.tool.cmp(&second.tool);
                tools.then_with(|| newest(first).cmp(&newest(second)))
            }
            Order::Time => newest(first).cmp(&newest(second)),
            Order::Size => second.size.cmp(&first.size),
            Order::Samples => figures(first, second, |contents| contents.samples),
            Order::Duration => figures(first, second, |contents| contents.duration),
            Order::Total => figures(first, second, |contents| {
                (contents.unit.clone(), contents.total)
            }),
            Order::Name => Ordering::Equal,
        };
        by_key.then_with(|| first.path.cmp(&second.path))
    }
}

/// The larger figure first, files that cannot be read last.
fn figures<K: Ord>(
    first: &Entry,
    second: &Entry,
    figure: impl Fn(&super::contents::Contents) -> K,
) -> Ordering {
    let key = |entry: &Entry| entry.contents.as_ref().ok().map(&figure);
    key(second).cmp(&key(first))
}

/// The moment that `text` names: a time before `now` such as `2h` or `3d`, or a
/// date with or without a time of day, in the time zone of `now`.
pub(crate) fn moment(text: &str, now: &ZonedDateTime) -> Result<Timestamp, String> {
    if let Ok(span) = text.parse::<Span>() {
        let before = now.checked_sub(span.abs());
        return before
            .map(|moment| moment.timestamp())
            .map_err(|error| error.to_string());
    }
    let date = text.parse::<DateTime>().ok();
    let date = date.or_else(|| Some(text.parse::<Date>().ok()?.at(0, 0, 0, 0)));
    let moment = date.and_then(|date| now.time_zone().to_timestamp(date).ok());
    moment.ok_or_else(|| {
        format!("'{text}' is no time such as 2h, 3d, 2026-11-23 or 2026-11-23T12:00")
    })
}

/// As [`moment`], from the present one.
pub(crate) fn moment_from_now(text: &str) -> Result<Timestamp, String> {
    moment(
        text,
        &Timestamp::now().to_zoned_datetime(TimeZone::system()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let noon: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let moment = moment(text, &noon.to_zoned_datetime(TimeZone::UTC));
        assert_eq!(
            moment.ok().map(|moment| moment.to_string()).as_deref(),
            expected
        );
    }

    #[test]
    fn moments_are_spans_before_now_or_dates() {
        check("2h", Some("2026-11-23T10:00:00Z"));
        check("1h30m", Some("2026-11-23T10:30:00Z"));
        check("3d", Some("2026-11-20T12:00:00Z"));
        check("2026-11-22", Some("2026-11-22T00:00:00Z"));
        check("2026-11-22T13:14", Some("2026-11-22T13:14:00Z"));
        check("2026-11-22 13:14:15", Some("2026-11-22T13:14:15Z"));
        check("yesterday", None);
        check("", None);
    }
}
