//! `merge`: many profiles into one file.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use compare::{LabelBy, MergeOptions, Merging};

use super::super::status;
use super::fault::Fault;
use super::{input, manual, output};

/// What was typed.
#[derive(Debug, Parser)]
#[command(name = "dtail-tools profile merge", about = "Many profiles into one")]
struct Flags {
    /// File to write, replaced when it exists [default: standard output]
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    output: Option<PathBuf>,

    /// A label for every sample; may be repeated
    #[arg(long, value_name = "KEY=TEXT", action = clap::ArgAction::Append)]
    label: Vec<String>,

    /// Label samples with their source: host, command or build
    #[arg(long, value_name = "FACT")]
    by: Option<By>,

    /// What every value is multiplied by
    #[arg(long, value_name = "W", value_parser = weight)]
    weight: Option<f64>,

    /// Profiles, and directories of them
    #[arg(value_name = "FILE|DIR")]
    words: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum By {
    Host,
    Command,
    Build,
}

/// Merges the profiles that `args` name.
pub(super) fn run(args: &[OsString], out: &mut dyn Write) -> Result<u8, Fault> {
    let flags: Flags = super::flags("dtail-tools profile merge", args, &manual::MERGE)?;
    if flags.words.is_empty() {
        return Err(Fault::Usage("no profile to merge is named".to_owned()));
    }
    if flags.output.is_none() && io::stdout().is_terminal() {
        let reason = "a profile is not for the terminal: name a file with -o";
        return Err(Fault::Usage(reason.to_owned()));
    }
    let mut merging = Merging::new(options(&flags)?);
    for path in input::paths(&flags.words)? {
        let profile = input::read(&path)?;
        merging
            .add(profile)
            .map_err(|error| Fault::of_file(path.display(), error))?;
    }
    let merged = merging
        .finish()
        .map_err(|error| Fault::Input(error.to_string()))?;
    for note in &merged.notes {
        super::note(note);
    }
    let bytes = merged.profile.encode_gzip();
    match &flags.output {
        Some(path) => output::publish(path, &bytes)?,
        None => out.write_all(&bytes).map_err(Fault::Output)?,
    }
    Ok(status::DONE)
}

fn options(flags: &Flags) -> Result<MergeOptions, Fault> {
    let label = |text: &String| match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(Fault::Usage(format!("-label: '{text}' is not KEY=TEXT"))),
    };
    Ok(MergeOptions {
        labels: flags.label.iter().map(label).collect::<Result<_, _>>()?,
        by: flags.by.map(|by| match by {
            By::Host => LabelBy::Host,
            By::Command => LabelBy::Command,
            By::Build => LabelBy::Build,
        }),
        weight: flags.weight,
    })
}

fn weight(text: &str) -> Result<f64, String> {
    let number = text.parse().ok();
    let number = number.filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| format!("'{text}' is no number above 0"))
}
