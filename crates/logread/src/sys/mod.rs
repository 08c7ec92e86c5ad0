//! System calls that the standard library does not have. Each module has the same functions on every
//! platform; those of `unsupported` say so, and their callers do without.

#[cfg(all(target_os = "linux", not(dtail_unsupported)))]
#[path = "linux.rs"]
mod platform;

#[cfg(not(all(target_os = "linux", not(dtail_unsupported))))]
#[path = "unsupported.rs"]
mod platform;

#[cfg(test)]
pub(crate) use platform::SPLICES;
pub(crate) use platform::splice;
