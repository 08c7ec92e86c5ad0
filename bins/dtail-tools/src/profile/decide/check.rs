//! `check`: gates on what functions may cost.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Parser;
use compare::{GateEvidence, Gates, Input, SelfTest, Verdicts};

use super::super::status;
use super::fault::Fault;
use super::{input, manual, output, subject};

/// What was typed.
#[derive(Debug, Parser)]
#[command(
    name = "dtail-tools profile check",
    about = "Judge profiles by gates: exit status 0 pass, 1 fail, 2 wrong usage or configuration, \
             3 unreadable input, 4 nothing could be judged"
)]
struct Flags {
    /// The gates, in TOML
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Profiles to compare with, in place of those that the gates name; may be repeated
    #[arg(long, value_name = "FILE|DIR", action = clap::ArgAction::Append)]
    baseline: Vec<OsString>,

    /// Say how often the gates would have fired on the baseline itself
    #[arg(long)]
    selftest: bool,

    /// Compare with profiles of other machines, too
    #[arg(long)]
    anyhost: bool,

    /// table, json, junit, github or markdown, each NAME or NAME=FILE; may be repeated [default: table]
    #[arg(long, value_name = "NAME[=FILE]", action = clap::ArgAction::Append)]
    format: Vec<String>,

    /// The same as -format json
    #[arg(long)]
    json: bool,

    /// Profiles to judge, and directories of them
    #[arg(value_name = "FILE|DIR")]
    words: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Format {
    Table,
    Json,
    Junit,
    Github,
    Markdown,
}

const FORMATS: &[(&str, Format)] = &[
    ("table", Format::Table),
    ("json", Format::Json),
    ("junit", Format::Junit),
    ("github", Format::Github),
    ("markdown", Format::Markdown),
];

/// Judges the profiles that `args` name.
pub(super) fn run(args: &[OsString], out: &mut dyn Write) -> Result<u8, Fault> {
    let flags: Flags = super::flags("dtail-tools profile check", args, &manual::CHECK)?;
    let wanted = output::wanted(&flags.format, flags.json, FORMATS, Format::Table)?;
    let (config, gates) = configuration(&flags)?;
    let compares = || gates.gates.iter().any(compare::Gate::compares);
    if !flags.selftest && !flags.baseline.is_empty() && !compares() {
        let reason = "-baseline has no use: no gate has max_increase";
        return Err(Fault::Usage(reason.to_owned()));
    }
    let baselines = Baselines::read(&flags, &config, &gates)?;
    if flags.selftest {
        return self_test(&flags, &config, &gates, &baselines, out);
    }
    if flags.words.is_empty() {
        return Err(Fault::Usage("no profile to check is named".to_owned()));
    }
    let new = subject::read_all(&input::paths(&flags.words)?)?;
    let evidence = GateEvidence {
        new: &new,
        baselines: &baselines.of_gates(),
        any_host: flags.anyhost,
    };
    let verdicts = compare::check(&gates, evidence).map_err(|error| wrong(&config, &error))?;
    for wanted in &wanted {
        output::write(wanted, &text(&verdicts, wanted), out)?;
        if wanted.format == Format::Github {
            summarise(&verdicts)?;
        }
    }
    Ok(verdicts.exit_status())
}

/// The gates, and the file they are from. A missing or wrong file is wrong usage.
fn configuration(flags: &Flags) -> Result<(PathBuf, Gates), Fault> {
    let path = flags.config.clone();
    let path = path.ok_or_else(|| Fault::Usage("-config FILE is missing".to_owned()))?;
    let text = fs::read(&path);
    let text = text.map_err(|error| Fault::Usage(format!("{}: {error}", path.display())))?;
    let gates = Gates::parse(&text).map_err(|error| wrong(&path, &error))?;
    Ok((path, gates))
}

fn wrong(config: &Path, error: &compare::ConfigError) -> Fault {
    Fault::Usage(format!("{}:{error}", config.display()))
}

/// The baselines of all gates, each set read once.
struct Baselines {
    sets: BTreeMap<String, Vec<Input>>,
    /// For each gate, its set.
    keys: Vec<String>,
}

/// The set that `-baseline` names.
const OF_FLAG: &str = "-baseline";

impl Baselines {
    fn read(flags: &Flags, config: &Path, gates: &Gates) -> Result<Baselines, Fault> {
        let mut sets = BTreeMap::new();
        let mut keys = Vec::new();
        sets.insert(
            OF_FLAG.to_owned(),
            subject::read_all(&input::paths(&flags.baseline)?)?,
        );
        for gate in &gates.gates {
            let own = gate.baseline.as_ref().filter(|_| flags.baseline.is_empty());
            let key = own.map_or(OF_FLAG, String::as_str).to_owned();
            if !sets.contains_key(&key) {
                let beside = config.parent().unwrap_or(Path::new(""));
                sets.insert(
                    key.clone(),
                    subject::read_all(&input::matching(beside, &key)?)?,
                );
            }
            keys.push(key);
        }
        Ok(Baselines { sets, keys })
    }

    fn of_gates(&self) -> Vec<&[Input]> {
        self.keys
            .iter()
            .map(|key| self.sets[key].as_slice())
            .collect()
    }
}

fn self_test(
    flags: &Flags,
    config: &Path,
    gates: &Gates,
    baselines: &Baselines,
    out: &mut dyn Write,
) -> Result<u8, Fault> {
    if !flags.words.is_empty() || !flags.format.is_empty() || flags.json {
        let reason = "-selftest looks at the baseline only: no profile and no -format go with it";
        return Err(Fault::Usage(reason.to_owned()));
    }
    let tests = compare::self_test(gates, &baselines.of_gates(), flags.anyhost);
    let tests = tests.map_err(|error| wrong(config, &error))?;
    for test in &tests {
        writeln!(out, "{}", self_test_line(test)).map_err(Fault::Output)?;
    }
    let nothing = tests.iter().all(|test| test.trials == 0);
    Ok(if nothing {
        status::UNKNOWN
    } else {
        status::DONE
    })
}

fn self_test_line(test: &SelfTest) -> String {
    let name = match test.subject.as_str() {
        "" => test.gate.clone(),
        subject => format!("{} ({subject})", test.gate),
    };
    let Some(rate) = test.rate() else {
        return format!("{name}: not tried: {}", test.why);
    };
    let mut line = format!(
        "{name}: fired in {} of {} trials ({:.1}%) on {} runs",
        test.fired,
        test.trials,
        100.0 * rate,
        test.runs
    );
    if let Some(function) = &test.function {
        line += &format!(", most often for {function}");
    }
    line
}

fn text(verdicts: &Verdicts, wanted: &output::Wanted<Format>) -> String {
    match wanted.format {
        Format::Table => verdicts.table(wanted.fit()),
        Format::Json => verdicts.json(),
        Format::Junit => verdicts.junit(),
        Format::Github => verdicts.github(),
        Format::Markdown => verdicts.markdown(),
    }
}

/// Adds the verdicts to the summary of the step, where GitHub names a file for it.
fn summarise(verdicts: &Verdicts) -> Result<(), Fault> {
    let path = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty());
    let Some(path) = path.map(PathBuf::from) else {
        return Ok(());
    };
    let file = OpenOptions::new().append(true).create(true).open(&path);
    file.and_then(|mut file| file.write_all(verdicts.markdown().as_bytes()))
        .map_err(|error| Fault::of_file(path.display(), error))
}
