//! What people read about a program besides its flags: examples, exit statuses, where to read on.
//!
//! The flags themselves are told once, where they are defined; [`crate::page`] puts both together.

/// Words and what they mean.
pub type Entries = &'static [(&'static str, &'static str)];

/// The text of a program's help and manual page, besides its flags.
#[derive(Clone, Copy, Debug)]
pub struct Manual {
    /// Command lines and what they do. The first three head the short help.
    pub examples: Entries,
    /// How command lines look, one an entry, with the program's name.
    pub usage: &'static [&'static str],
    /// Further sections: a title, and a text whose line breaks and indents are kept.
    pub sections: Entries,
    /// Exit statuses and when the program ends with them.
    pub exit_status: Entries,
    /// Variables of the environment, and what they change.
    pub environment: Entries,
    /// Files that are read or written without being named on the command line.
    pub files: Entries,
    /// Other pages of the manual, such as `dcat(1)`.
    pub see_also: &'static [&'static str],
}

impl Manual {
    /// The variables that every log command reads.
    pub const LOG_ENVIRONMENT: Entries = &[
        (
            "NO_COLOR",
            "When it is set and not empty, `-color auto` does not colour.",
        ),
        (
            "DTAIL_HOSTNAME_OVERRIDE",
            "The host name to show instead of the system's.",
        ),
        (
            "DTAIL_INTEGRATION_TEST_RUN_MODE",
            "When it is `yes`, the host is called integrationtest and lines are split after 1024 bytes.",
        ),
    ];

    /// The files that every log command reads or writes.
    pub const LOG_FILES: Entries = &[
        (
            "~/.config/dtail/dtail.conf, ~/.dtail.conf",
            "The configuration, of which the first is read: JSON with the sections Common (Logger, LogLevel, \
             LogDir, LogRotation), Client (TermColorsEnable, TermColors, LogPayload) and Server \
             (MaxLineLength, MapreduceLogFormat). Flags win over it.",
        ),
        (
            "~/log/YYYYMMDD.log",
            "Messages and, with `-log-payload`, the output, when there is a `-logger file` or `fout`.",
        ),
        (
            "profiles/TOOL_KIND_YYYYMMDD_HHMMSS.prof",
            "The profiles of a run with `-profile`, `-cpuprofile` or `-memprofile`; KIND is cpu, mem, alloc \
         or peak. Their mode is 0600, because they hold the command line.",
        ),
    ];
}
