//! What a query may know about the machine that reads the logs.

/// Values of `$hostname`, `$timezone` and `$timeoffset`; this crate asks the system for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The full host name.
    pub hostname: String,
    /// The abbreviation of the time zone, such as `UTC` or `CEST`.
    pub timezone: String,
    /// Seconds east of UTC.
    pub utc_offset_seconds: i32,
}
