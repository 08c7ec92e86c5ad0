//! `diff`: what differs between two profiles, or two sets of runs.

use std::ffi::OsString;
use std::io::Write;

use clap::Parser;
use compare::{Diff, Granularity, Metric, Selection};

use super::super::status;
use super::fault::Fault;
use super::naming::NamingArgs;
use super::{input, manual, output};

/// Rows of a table, unless `-nodecount` says so.
const ROWS: usize = 30;

/// What was typed.
#[derive(Debug, Parser)]
#[command(
    name = "dtail-tools profile diff",
    about = "What differs between two profiles, or two sets of runs"
)]
struct Flags {
    /// A file or directory of the first side; all words are the second side then
    #[arg(long, value_name = "OLD", action = clap::ArgAction::Append)]
    base: Vec<OsString>,

    /// Sample type, by name or number [default: what the profile shows first]
    #[arg(
        long = "sample_index",
        value_name = "TYPE",
        default_value = "",
        hide_default_value = true
    )]
    sample_index: String,

    /// Compare what functions cost with all they call
    #[arg(long)]
    cum: bool,

    /// Most rows of a table [default: 30]
    #[arg(long, value_name = "N")]
    nodecount: Option<usize>,

    #[command(flatten)]
    naming: NamingArgs,

    /// text, json, markdown or folded, each NAME or NAME=FILE; may be repeated [default: text]
    #[arg(long, value_name = "NAME[=FILE]", action = clap::ArgAction::Append)]
    format: Vec<String>,

    /// The same as -format json
    #[arg(long)]
    json: bool,

    /// OLD... -- NEW...
    #[arg(value_name = "FILE|DIR")]
    words: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Format {
    Text,
    Json,
    Markdown,
    Folded,
}

const FORMATS: &[(&str, Format)] = &[
    ("text", Format::Text),
    ("json", Format::Json),
    ("markdown", Format::Markdown),
    ("folded", Format::Folded),
];

/// Compares the profiles that `args` name. A difference is no failure.
pub(super) fn run(args: &[OsString], out: &mut dyn Write) -> Result<u8, Fault> {
    let flags: Flags = super::flags("dtail-tools profile diff", args, &manual::DIFF)?;
    let wanted = output::wanted(&flags.format, flags.json, FORMATS, Format::Text)?;
    let selection = Selection {
        sample_type: flags.sample_index.clone(),
        granularity: Granularity::Functions,
        names: flags.naming.rules()?,
    };
    let (old, new) = sides(&flags, args)?;
    let [old, new] = [old, new].map(|words| input::read_all(&input::paths(&words)?));
    let diff =
        compare::diff(old?, new?, &selection).map_err(|error| Fault::Input(error.to_string()))?;
    for wanted in &wanted {
        output::write(wanted, &text(&diff, &flags, wanted)?, out)?;
    }
    Ok(status::DONE)
}

/// The words of both sides.
fn sides(flags: &Flags, args: &[OsString]) -> Result<(Vec<OsString>, Vec<OsString>), Fault> {
    let words = &flags.words;
    let usage = |reason: &str| Fault::Usage(format!("{reason}: diff OLD... -- NEW..."));
    let behind = args.iter().position(|word| word == "--");
    let (old, new) = match behind.map(|place| args.len() - place - 1) {
        Some(_) if !flags.base.is_empty() => {
            return Err(usage("-base and -- are two ways to say the same"));
        }
        Some(behind) => words.split_at(words.len() - behind),
        None if !flags.base.is_empty() => (&flags.base[..], &words[..]),
        None if words.len() == 2 => words.split_at(1),
        None => return Err(usage("it takes two profiles, or two sides")),
    };
    if old.is_empty() || new.is_empty() {
        return Err(usage("a side is empty"));
    }
    Ok((old.to_vec(), new.to_vec()))
}

fn text(diff: &Diff, flags: &Flags, wanted: &output::Wanted<Format>) -> Result<String, Fault> {
    let metric = if flags.cum { Metric::Cum } else { Metric::Flat };
    let rows = flags.nodecount.unwrap_or(ROWS);
    Ok(match wanted.format {
        Format::Text => diff.text(metric, rows, wanted.fit()),
        Format::Json => diff.json(),
        Format::Markdown => diff.markdown(metric, rows),
        Format::Folded => {
            let mut bytes = Vec::new();
            diff.write_folded(&mut bytes).map_err(Fault::Output)?;
            String::from_utf8(bytes).expect("names are text")
        }
    })
}
