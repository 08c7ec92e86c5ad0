//! The command line of `dtail-tools profile`, and what it asks for.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use clap::{CommandFactory, Parser, ValueHint};
use jiff::{SignedDuration, Timestamp};

use crate::serve::{Address, Serving};

use super::{
    manual::{LONG_ABOUT, MANUAL},
    mode::Mode,
    order::{self, Order},
};

/// The directory of profiles, unless `-dir` names another.
const DIR: &str = "profiles";

/// The directory of test data, unless `-testdata` names another.
pub(crate) const TESTDATA: &str = "testdata";

/// How long one program may take, unless `-timeout` says so.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// The programs that there are workloads for.
pub(crate) const PROGRAMS: &[&str] = &["dcat", "dgrep", "dmap"];

/// What was typed. A flag that was not given is `None`, so that each mode can
/// refuse those it has no use for.
#[derive(Debug, Parser)]
#[command(
    name = "dtail-tools profile",
    about = "Make, list and analyse profiles",
    long_about = LONG_ABOUT
)]
struct Flags {
    /// quick, full or dmap (run programs), list or analyze; also as the first word
    #[arg(long, value_name = "MODE")]
    mode: Option<String>,

    /// Directory of profiles [default: profiles]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,

    /// Directory of test data, made when missing [default: testdata]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    testdata: Option<PathBuf>,

    /// How often each workload is profiled [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,

    /// Only these programs, separated by commas [default: dcat,dgrep,dmap]
    #[arg(long, value_name = "NAMES")]
    commands: Option<String>,

    /// How long one program may take for a workload: 30s, 1m30s [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    timeout: Option<Duration>,

    /// Order of a list [default: tool]
    #[arg(long, value_name = "KEY", value_enum, ignore_case = true)]
    sort: Option<Order>,

    /// Only profiles started since then: 2h, 3d, 2026-11-23, 2026-11-23T12:00
    #[arg(long, value_name = "TIME", value_parser = order::moment_from_now)]
    since: Option<Timestamp>,

    /// A list with all its columns, wider than the terminal if need be
    #[arg(long)]
    wide: bool,

    /// The list or the analyses as JSON
    #[arg(long)]
    json: bool,

    /// Show the profiles on a page in the browser instead
    #[arg(long)]
    web: bool,

    /// Where the page is served [default: any free port of this machine]
    #[arg(long, value_name = "HOST:PORT", value_parser = Address::parse)]
    http: Option<Address>,

    /// Only print the page's address
    #[arg(long = "no_browser", alias = "nobrowser")]
    no_browser: bool,

    /// No colours, not even on a terminal
    #[arg(long)]
    nocolor: bool,

    /// The mode as a sub-command, and the profiles to analyse
    #[arg(value_name = "FILE")]
    words: Vec<OsString>,
}

/// The definition of the command, for its help, its manual page and its completions.
pub(crate) fn definition() -> clap::Command {
    cli::command_line(Flags::command())
}

/// What is to be done, every default filled in.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Request {
    /// The mode.
    pub(crate) mode: Mode,
    /// The directory of profiles.
    pub(crate) dir: PathBuf,
    /// The directory of test data.
    pub(crate) testdata: PathBuf,
    /// How often each workload is profiled.
    pub(crate) runs: u32,
    /// The programs to run, or whose profiles to look at; `None` for all.
    pub(crate) commands: Option<Vec<String>>,
    /// How long one program may take for a workload.
    pub(crate) timeout: Duration,
    /// The order of a list.
    pub(crate) order: Order,
    /// Profiles that were started before are left out.
    pub(crate) since: Option<Timestamp>,
    /// Whether a list has all columns.
    pub(crate) wide: bool,
    /// Whether the result is JSON.
    pub(crate) json: bool,
    /// How the page of an analysis is served; a text when missing.
    pub(crate) page: Option<Serving>,
    /// Whether colours are refused.
    pub(crate) nocolor: bool,
    /// The profiles named.
    pub(crate) files: Vec<PathBuf>,
}

/// Why there is no [`Request`].
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Help, version, or a flag that could not be read.
    Exit(cli::Exit),
    /// The words and flags do not go together; one line.
    Usage(String),
}

impl Request {
    /// Reads the words behind `dtail-tools profile`.
    ///
    /// # Errors
    /// Anything the mode has no use for, in one line.
    pub(crate) fn parse(args: &[OsString]) -> Result<Request, Refusal> {
        let program = std::iter::once(OsString::from("dtail-tools profile"));
        let flags: Flags =
            cli::parse(program.chain(args.iter().cloned()), &MANUAL).map_err(Refusal::Exit)?;
        Request::of(flags).map_err(Refusal::Usage)
    }

    fn of(mut flags: Flags) -> Result<Request, String> {
        let mode = take_mode(&mut flags)?;
        refuse_useless(mode, &flags)?;
        let commands = flags
            .commands
            .as_deref()
            .map(|names| command_names(mode, names))
            .transpose()?;
        Ok(Request {
            mode,
            dir: flags.dir.unwrap_or_else(|| DIR.into()),
            testdata: flags.testdata.unwrap_or_else(|| TESTDATA.into()),
            runs: flags.runs.unwrap_or(1),
            commands,
            timeout: flags.timeout.unwrap_or(TIMEOUT),
            order: flags.sort.unwrap_or_default(),
            since: flags.since,
            wide: flags.wide,
            json: flags.json,
            page: page(flags.web, flags.http, flags.no_browser),
            nocolor: flags.nocolor,
            files: flags.words.into_iter().map(PathBuf::from).collect(),
        })
    }

    /// Whether `-commands` lets `program` through.
    pub(crate) fn wants(&self, program: &str) -> bool {
        self.commands
            .as_ref()
            .is_none_or(|names| names.iter().any(|name| name == program))
    }
}

/// The mode that `-mode` names, else the first word, else quick.
fn take_mode(flags: &mut Flags) -> Result<Mode, String> {
    if let Some(name) = &flags.mode {
        return Mode::named(name);
    }
    if flags.words.is_empty() {
        return Ok(Mode::Quick);
    }
    Mode::named(&flags.words.remove(0).to_string_lossy())
}

/// The page that was asked for; an address asks for it, too.
fn page(web: bool, http: Option<Address>, no_browser: bool) -> Option<Serving> {
    (web || http.is_some()).then(|| Serving {
        address: http.unwrap_or_default(),
        no_browser,
        ..Serving::default()
    })
}

/// No flag is taken and then ignored.
fn refuse_useless(mode: Mode, flags: &Flags) -> Result<(), String> {
    let name = mode.name();
    let runs = mode.runs_programs();
    let given = [
        ("-testdata", flags.testdata.is_some() && !runs),
        ("-runs", flags.runs.is_some() && !runs),
        ("-timeout", flags.timeout.is_some() && !runs),
        ("-commands", flags.commands.is_some() && mode == Mode::Dmap),
        ("-sort", flags.sort.is_some() && mode != Mode::List),
        ("-since", flags.since.is_some() && mode != Mode::List),
        ("-wide", flags.wide && mode != Mode::List),
        ("-web", flags.web && mode != Mode::Analyze),
        ("-http", flags.http.is_some() && mode != Mode::Analyze),
        (
            "-json",
            flags.json && !matches!(mode, Mode::List | Mode::Analyze),
        ),
    ];
    if let Some((flag, _)) = given.iter().find(|(_, useless)| *useless) {
        return Err(format!("{flag} has no use in mode {name}"));
    }
    let is_page = flags.web || flags.http.is_some();
    if flags.no_browser && !is_page {
        return Err("-no_browser has no use without -web or -http".to_owned());
    }
    if is_page && flags.json {
        return Err("-json has no use with -web, which shows a page".to_owned());
    }
    if flags.wide && flags.json {
        return Err("-wide has no use with -json, which tells everything".to_owned());
    }
    if !mode.takes_files() && !flags.words.is_empty() {
        let word = flags.words[0].display();
        return Err(format!("mode {name} takes no file, but '{word}' is given"));
    }
    let files = !flags.words.is_empty();
    let both = [
        ("-dir", flags.dir.is_some()),
        ("-commands", flags.commands.is_some()),
    ];
    match both.iter().find(|(_, given)| files && *given) {
        Some((flag, _)) => Err(format!("{flag} has no use when files are named")),
        None => Ok(()),
    }
}

fn command_names(mode: Mode, names: &str) -> Result<Vec<String>, String> {
    let names: Vec<String> = names
        .split(',')
        .map(|name| name.trim().to_owned())
        .collect();
    let known = |name: &String| !mode.runs_programs() || PROGRAMS.contains(&name.as_str());
    match names.iter().find(|name| name.is_empty() || !known(name)) {
        None => Ok(names),
        Some(name) => {
            let suggestion = crate::spelling::suggestion(name, PROGRAMS);
            Err(format!("-commands: unknown program '{name}'{suggestion}"))
        }
    }
}

/// A time as Go and people write it: `30s`, `1m30s`, `500ms`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("'{text}' is no time such as 30s or 1m30s");
    let parsed: SignedDuration = text.parse().map_err(|_| wrong())?;
    let positive = Duration::try_from(parsed)
        .ok()
        .filter(|time| !time.is_zero());
    positive.ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Request, Refusal> {
        let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        Request::parse(&args)
    }

    #[track_caller]
    fn check(line: &str, mode: Mode, files: &[&str]) {
        let request = parsed(line).unwrap();
        assert_eq!(request.mode, mode);
        assert_eq!(
            request.files,
            files.iter().map(PathBuf::from).collect::<Vec<_>>()
        );
    }

    #[track_caller]
    fn check_refused(line: &str, expected: &str) {
        match parsed(line) {
            Err(Refusal::Usage(message)) => assert!(message.starts_with(expected), "{message}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_mode_is_a_flag_or_the_first_word() {
        check("", Mode::Quick, &[]);
        check("-runs 2 -nocolor", Mode::Quick, &[]);
        check("-mode list", Mode::List, &[]);
        check("list -dir p", Mode::List, &[]);
        check("-dir p list", Mode::List, &[]);
        check(
            "-mode=analyze a.prof b.prof",
            Mode::Analyze,
            &["a.prof", "b.prof"],
        );
        check("--mode analyze list", Mode::Analyze, &["list"]);
        check("analyze analyze", Mode::Analyze, &["analyze"]);
    }

    #[test]
    fn flags_reach_the_request() {
        let request =
            parsed("-dir p -testdata t -runs 3 -commands dcat,dmap -timeout 1m30s -nocolor")
                .unwrap();
        let expected = Request {
            mode: Mode::Quick,
            dir: "p".into(),
            testdata: "t".into(),
            runs: 3,
            commands: Some(vec!["dcat".into(), "dmap".into()]),
            timeout: Duration::from_secs(90),
            order: Order::Tool,
            since: None,
            wide: false,
            json: false,
            page: None,
            nocolor: true,
            files: vec![],
        };
        assert_eq!(request, expected);
        assert!(request.wants("dmap") && !request.wants("dgrep"));
    }

    #[test]
    fn an_analysis_can_be_a_page() {
        let page = |line| parsed(line).unwrap().page;
        assert_eq!(page("analyze a.prof"), None);
        assert_eq!(page("analyze a.prof -web"), Some(Serving::default()));
        let expected = Serving {
            address: Address::parse("localhost:8080").unwrap(),
            no_browser: true,
            ..Serving::default()
        };
        let line = "analyze a.prof -http localhost:8080 -no_browser";
        assert_eq!(page(line), Some(expected));
    }

    #[test]
    fn what_a_mode_has_no_use_for_is_refused() {
        check_refused("list -runs 2", "-runs has no use in mode list");
        check_refused(
            "analyze -testdata t",
            "-testdata has no use in mode analyze",
        );
        check_refused("list -timeout 5s", "-timeout has no use in mode list");
        check_refused("dmap -commands dmap", "-commands has no use in mode dmap");
        check_refused(
            "list a.prof",
            "mode list takes no file, but 'a.prof' is given",
        );
        check_refused(
            "analyze a.prof -dir p",
            "-dir has no use when files are named",
        );
        check_refused(
            "-commands dact",
            "-commands: unknown program 'dact'; did you mean 'dcat'?",
        );
        check_refused("quikc", "unknown mode 'quikc'; did you mean 'quick'?");
        check_refused("list -web", "-web has no use in mode list");
        check_refused("analyze -no_browser", "-no_browser has no use without");
        check_refused("analyze -web -json", "-json has no use with -web");
        check_refused("live", "mode 'live' is not built yet");
        check_refused("-dir p diff", "'diff' stands before its flags");
    }

    #[test]
    fn values_that_make_no_sense_are_refused() {
        for line in [
            "analyze -http 8080",
            "-runs 0",
            "-runs x",
            "-timeout 0s",
            "-timeout -1s",
            "-timeout x",
            "-nosuch",
        ] {
            assert!(matches!(parsed(line), Err(Refusal::Exit(_))), "{line}");
        }
    }
}
