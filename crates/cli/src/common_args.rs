//! The flags common to the log commands.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use crate::choice::{ColorChoice, LogLevel, Logger};
use crate::exit::Failure;
use crate::profiling_args::ProfilingArgs;
use crate::server_args::ServerArgs;

/// Flags and files of every log command.
#[derive(Args, Clone, Debug)]
pub struct CommonArgs {
    /// Files to read: paths, globs, or - for standard input
    ///
    /// Files ending in .gz, .gzip and .zst are decompressed. Without any file standard input is
    /// read.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub positionals: Vec<OsString>,

    /// Comma-separated list of more files, read before the others
    #[arg(
        long,
        value_name = "LIST",
        default_value = "",
        hide_default_value = true,
        value_hint = ValueHint::FilePath
    )]
    pub files: String,

    /// Print the lines only, as they are
    #[arg(long)]
    pub plain: bool,

    /// Print no progress, no metrics and no names of profiles written
    #[arg(long)]
    pub quiet: bool,

    /// When to colour the output: auto (at a terminal), always or never
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        ignore_case = true,
        hide_possible_values = true
    )]
    pub color: Option<ColorChoice>,

    /// The same as -color=never
    #[arg(long = "noColor")]
    pub no_color: bool,

    /// Configuration file, `none` for none; without it ~/.config/dtail/dtail.conf or ~/.dtail.conf
    #[arg(
        long,
        value_name = "FILE",
        hide_short_help = true,
        value_hint = ValueHint::FilePath
    )]
    pub cfg: Option<String>,

    /// Least weight of the messages: none, fatal, error, warn, info (as without it), ... all
    #[arg(
        long = "logLevel",
        value_name = "LEVEL",
        value_enum,
        ignore_case = true,
        hide_possible_values = true,
        hide_short_help = true
    )]
    pub log_level: Option<LogLevel>,

    /// What becomes of messages: stdout to print them, on standard error; file to write them to the log
    /// file; fout for both; none to drop them
    #[arg(
        long,
        value_name = "KIND",
        value_enum,
        ignore_case = true,
        hide_possible_values = true,
        hide_short_help = true
    )]
    pub logger: Option<Logger>,

    /// Directory of the log file, ~/log without it
    #[arg(long = "logDir", value_name = "DIR", hide_short_help = true)]
    pub log_dir: Option<PathBuf>,

    /// Copy the output to the log file too
    #[arg(long = "log-payload", hide_short_help = true)]
    pub log_payload: bool,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub profiling: ProfilingArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub servers: ServerArgs,
}

impl CommonArgs {
    /// The files to read, in order: those of `-files`, then the positionals. An empty name and no
    /// name at all stand for standard input, `-`.
    #[must_use]
    pub fn file_list(&self) -> Vec<OsString> {
        let listed = self
            .files
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let mut files: Vec<OsString> = listed.map(OsString::from).collect();
        files.extend(self.positionals.iter().cloned());
        if files.is_empty() {
            files.push(OsString::new());
        }
        for file in files.iter_mut().filter(|file| file.is_empty()) {
            file.push("-");
        }
        files
    }

    /// Takes the first positional that holds a query, that is the word `select` and a blank in any
    /// case, out of the files.
    pub fn take_query(&mut self) -> Option<String> {
        let index = self.positionals.iter().position(is_query)?;
        self.positionals.remove(index).into_string().ok()
    }

    /// Refuses a query among the files, for a program that takes none. A file may be called so.
    ///
    /// # Errors
    /// There is one, which no file is called.
    pub fn check_files(&self) -> Result<(), Failure> {
        let is_misplaced = |word: &&OsString| is_query(word) && !Path::new(word).exists();
        match self.positionals.iter().find(is_misplaced) {
            Some(query) => Err(Failure::usage(format_args!(
                "`{}`: queries are for dmap and dtail",
                query.display()
            ))),
            None => Ok(()),
        }
    }

    /// Refuses values that ask for what is not built yet, so that none is silently ignored.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.servers.check()?;
        self.profiling.check()
    }
}

fn is_query(word: &OsString) -> bool {
    word.to_str()
        .is_some_and(|text| text.to_lowercase().contains("select "))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::{Manual, parse};

    const MANUAL: Manual = Manual {
        examples: &[],
        usage: &["program [FLAGS]"],
        sections: &[],
        exit_status: &[],
        environment: &[],
        files: &[],
        see_also: &[],
    };

    #[derive(Debug, Parser)]
    #[command(name = "program")]
    struct Program {
        #[command(flatten)]
        common: CommonArgs,
    }

    fn arguments(words: &[&str]) -> Result<CommonArgs, String> {
        let argv = ["program"].iter().chain(words).map(OsString::from);
        let parsed = parse::<Program>(argv, &MANUAL)
            .map_err(|exit| exit.text)?
            .common;
        parsed.check().map_err(|failure| failure.to_string())?;
        Ok(parsed)
    }

    fn check_refused(words: &[&str], expected: &str) {
        let message = arguments(words).expect_err("these words are to be refused");
        assert!(message.contains(expected), "{words:?}: {message}");
        assert_eq!(message.trim_end().lines().count(), 1, "one line: {message}");
    }

    fn check_files(words: &[&str], expected: &[&str]) {
        let common = arguments(words).expect("valid words");
        assert_eq!(common.file_list(), expected, "{words:?}");
    }

    #[test]
    fn the_flag_table_is_sound() {
        let mut command = Program::command();
        command.build();
        command.clone().debug_assert();
        for flag in command.get_arguments().filter(|arg| !arg.is_positional()) {
            let name = flag.get_long().expect("every flag has a long name");
            let help = flag.get_help().map(ToString::to_string).unwrap_or_default();
            let documented = !help.is_empty() && !help.ends_with('.');
            assert!(documented || flag.is_hide_set(), "help of -{name}: {help}");
            let upper = |name: &str| name.chars().all(|c| c.is_ascii_uppercase());
            let named = flag.get_value_names().is_some_and(|names| upper(&names[0]));
            assert!(
                named || !flag.get_action().takes_values(),
                "value name of -{name}"
            );
        }
    }

    #[test]
    fn every_flag_of_the_ancestor_is_known() {
        let command = Program::command();
        let names = "agentKeyIndex auth-key-path key cfg control-tty cpc discovery files \
            interactive-query log-payload logDir logLevel logger no-auth-key noColor plain port \
            pprof quiet servers trustAllHosts user cpuprofile memprofile profile profiledir";
        for name in names.split_whitespace() {
            let known = command
                .get_arguments()
                .any(|arg| arg.get_long() == Some(name));
            assert!(known, "-{name}");
        }
    }

    #[test]
    fn files_come_from_the_flag_and_the_line() {
        check_files(&[], &["-"]);
        check_files(&["-plain", ""], &["-"]);
        check_files(&["b", "-files", " a ,,c", "d,e"], &["a", "c", "b", "d,e"]);
        check_files(&["--", "-plain"], &["-plain"]);
    }

    #[test]
    fn a_query_among_the_positionals_is_taken_once() {
        let mut common = arguments(&["a", "from X SELECT b", "select c"]).expect("valid words");
        assert_eq!(common.take_query().as_deref(), Some("from X SELECT b"));
        assert_eq!(common.file_list(), ["a", "select c"]);
    }

    #[test]
    fn what_asks_for_a_server_is_refused() {
        let not_built = "servers are not built yet";
        check_refused(&["-servers", "a,b"], not_built);
        check_refused(&["-port=4242"], not_built);
        check_refused(&["--discovery", "file"], not_built);
        let idle = [
            "-servers",
            "SERVERLESS",
            "-port",
            "0x8ae",
            "-user=",
            "-trustAllHosts",
        ];
        assert!(arguments(&idle).is_ok());
    }

    #[test]
    fn what_is_not_built_is_refused() {
        check_refused(&["-blockprofile"], "-blockprofile: not built yet");
        check_refused(&["-mutexprofile"], "-mutexprofile: not built yet");
        check_refused(&["-pprof", ":6060"], "-pprof: not built yet");
        assert!(arguments(&["-cfg", "NONE", "-logger", "StdOut", "-logLevel", "WARN"]).is_ok());
    }

    #[test]
    fn wrong_usage_is_one_line() {
        check_refused(&["-nosuch"], "program: unknown flag -nosuch");
        check_refused(&["-no\nsuch"], "program: unknown flag -no\\nsuch");
        check_refused(&["-plan"], "did you mean -plain?");
        check_refused(&["-logLevel", "loud"], "expected one of none, fatal");
        check_refused(&["-color"], "'-color");
        check_refused(&["-plain=maybe"], "maybe");
        check_refused(&["-cpuprofilerate", "0"], "must be at least 1");
    }
}
