//! What holds for a run: flags over environment over configuration file.

use std::env;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use crate::choice::{ColorChoice, LogLevel, Logger};
use crate::colors::Colors;
use crate::common_args::CommonArgs;
use crate::config::Config;
use crate::environment::in_test_mode;
use crate::exit::Failure;
use crate::log_file::LogFile;

/// The longest line read, in bytes, unless a configuration file says otherwise.
const MAX_LINE_LENGTH: usize = 1 << 20;

/// The longest line when `DTAIL_INTEGRATION_TEST_RUN_MODE` is `yes`.
const MAX_LINE_LENGTH_IN_TESTS: usize = 1024;

/// What holds for a run.
#[derive(Debug)]
pub struct Settings {
    /// The longest line read, in bytes; longer ones come in pieces.
    pub max_line_length: usize,
    /// The log format of records for queries that name none; `None` for the usual one.
    pub record_format: Option<String>,
    /// Whether the output on standard output is to be coloured.
    pub is_colored: bool,
    /// The styles that were chosen for parts of the output.
    pub colors: Colors,
    /// The least weight of messages.
    pub(crate) level: LogLevel,
    /// Whether messages go to standard error.
    pub(crate) is_printed: bool,
    pub(crate) log: Option<LogFile>,
    /// Whether the output is copied to the log.
    pub(crate) logs_payload: bool,
}

impl Settings {
    /// Reads the configuration file and opens the log file, if there are any.
    ///
    /// # Errors
    /// One of them cannot be read or written, or the flags disagree.
    pub(crate) fn new(program: &str, args: &CommonArgs) -> Result<Self, Failure> {
        let home = env::var_os("HOME")
            .filter(|home| !home.is_empty())
            .map(PathBuf::from);
        let config = Config::load(args.cfg.as_deref(), home.as_deref());
        let config = config.map_err(Failure::usage)?;
        let logger = args.logger.or(config.logger).unwrap_or_default();
        let has_log = matches!(logger, Logger::File | Logger::Fout);
        if args.log_payload && !has_log {
            return Err(Failure::usage(
                "-log-payload: there is no log file, use -logger fout or file",
            ));
        }
        let log = has_log.then(|| log_file(program, args, &config, home.as_deref()));
        let log = log.transpose().map_err(Failure::usage)?;
        let configured = config.max_line_length.unwrap_or(MAX_LINE_LENGTH);
        Ok(Settings {
            max_line_length: if in_test_mode() {
                MAX_LINE_LENGTH_IN_TESTS
            } else {
                configured
            },
            is_colored: is_colored(args, &config),
            record_format: config.record_format,
            level: match logger {
                Logger::None => LogLevel::None,
                _ => args.log_level.or(config.log_level).unwrap_or_default(),
            },
            is_printed: logger != Logger::File,
            logs_payload: log.is_some() && (args.log_payload || config.log_payload == Some(true)),
            log,
            colors: config.colors,
        })
    }
}

fn log_file(
    program: &str,
    args: &CommonArgs,
    config: &Config,
    home: Option<&Path>,
) -> Result<LogFile, String> {
    let given = args.log_dir.as_ref().or(config.log_dir.as_ref());
    let directory = given.cloned().unwrap_or_else(|| "~/log".into());
    let directory = match (directory.strip_prefix("~"), home) {
        (Ok(below), Some(home)) => home.join(below),
        _ => directory,
    };
    let name = (config.is_daily == Some(false)).then(|| program.to_owned());
    LogFile::open(directory, name).map_err(|reason| format!("log file {reason}"))
}

fn is_colored(args: &CommonArgs, config: &Config) -> bool {
    match args.color {
        _ if args.plain || args.no_color => false,
        Some(ColorChoice::Never) => false,
        Some(ColorChoice::Always) => true,
        None if config.is_colored == Some(false) => false,
        Some(ColorChoice::Auto) | None => {
            shows_colors(|name| env::var_os(name)) && std::io::stdout().is_terminal()
        }
    }
}

/// Whether the environment has nothing against colours.
fn shows_colors(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    variable("NO_COLOR").is_none_or(|value| value.is_empty())
        && variable("TERM").is_none_or(|terminal| terminal != "dumb")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Arguments {
        #[command(flatten)]
        common: CommonArgs,
    }

    #[test]
    fn the_environment_may_be_against_colours() {
        let check = |no_color: Option<&str>, terminal: Option<&str>, expected| {
            let variable = |name: &str| match name {
                "NO_COLOR" => no_color.map(OsString::from),
                _ => terminal.map(OsString::from),
            };
            assert_eq!(
                shows_colors(variable),
                expected,
                "{no_color:?} {terminal:?}"
            );
        };
        check(None, Some("xterm"), true);
        check(None, None, true);
        check(Some(""), Some("xterm"), true);
        check(Some("1"), Some("xterm"), false);
        check(None, Some("dumb"), false);
    }

    #[test]
    fn flags_win_over_the_file_and_plain_over_all() {
        let check = |flags: &[&str], is_colored, expected| {
            let words = [&["program"], flags].concat();
            let args = Arguments::parse_from(words).common;
            let config = Config {
                is_colored,
                ..Config::default()
            };
            assert_eq!(super::is_colored(&args, &config), expected, "{flags:?}");
        };
        check(&["--color=always"], None, true);
        check(&["--color=always"], Some(false), true);
        check(&["--color=always", "--noColor"], None, false);
        check(&["--color=always", "--plain"], Some(true), false);
        check(&["--color=never"], Some(true), false);
        check(&[], Some(false), false);
    }
}
