//! What the environment says: the host's name, and whether the integration tests run.

use std::env;

/// The host's name for the header of a line: the part of [`full_host_name`] before the first dot.
#[must_use]
pub fn host_name() -> String {
    let name = full_host_name();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// The host's name, with its domain where the system knows it.
///
/// `DTAIL_HOSTNAME_OVERRIDE` wins, then `integrationtest` when `DTAIL_INTEGRATION_TEST_RUN_MODE` is
/// `yes`, then the system's name.
#[must_use]
pub fn full_host_name() -> String {
    let given = env::var("DTAIL_HOSTNAME_OVERRIDE")
        .ok()
        .filter(|name| !name.is_empty());
    match given {
        Some(name) => name,
        None if in_test_mode() => "integrationtest".to_owned(),
        None => rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned(),
    }
}

/// Whether `DTAIL_INTEGRATION_TEST_RUN_MODE` is `yes`.
pub(crate) fn in_test_mode() -> bool {
    env::var("DTAIL_INTEGRATION_TEST_RUN_MODE").is_ok_and(|mode| mode == "yes")
}
