//! What queries may know about this machine.

use jiff::ZonedDateTime;
use mapreduce::Environment;

/// This machine and the time zone of its user.
pub fn environment() -> Environment {
    let now = ZonedDateTime::now();
    let offset = now.time_zone().to_offset_info(now.timestamp());
    Environment {
        hostname: cli::full_host_name(),
        timezone: offset.abbreviation().to_owned(),
        utc_offset_seconds: offset.offset().seconds(),
    }
}
