//! What queries may know about this machine.

use std::env;
use std::fs;

use jiff::ZonedDateTime;
use mapreduce::Environment;

/// The host name shown by tests, which have to say the same on every machine.
const TEST_HOST: &str = "integrationtest";

/// This machine and the time zone of the user.
pub(crate) fn environment() -> Environment {
    let now = ZonedDateTime::now();
    let offset = now.time_zone().to_offset_info(now.timestamp());
    Environment {
        hostname: hostname(),
        timezone: offset.abbreviation().to_owned(),
        utc_offset_seconds: offset.offset().seconds(),
    }
}

fn hostname() -> String {
    if env::var("DTAIL_INTEGRATION_TEST_RUN_MODE").is_ok_and(|mode| mode == "yes") {
        return TEST_HOST.to_owned();
    }
    match env::var("DTAIL_HOSTNAME_OVERRIDE") {
        Ok(name) if !name.is_empty() => name,
        _ => fs::read_to_string("/proc/sys/kernel/hostname")
            .map_or_else(|_| "localhost".to_owned(), |name| name.trim().to_owned()),
    }
}
