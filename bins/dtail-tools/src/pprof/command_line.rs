//! What the command line asks for: report, options, files.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use report::{Demangle, Format, Kind, LoadOptions, Options};

use super::fault::{Fault, note};
use super::fetch::FetchOptions;
use super::flags;
use super::output::Form;
use super::reports::{self, Named};
use super::symbols::Symbolize;
use super::viewer::Viewer;
use super::words::{Takes, Word, split};
use crate::serve::{Address, Serving};

/// A command line, read.
#[derive(Debug)]
pub(super) struct CommandLine {
    /// The report; the shell when missing.
    pub(super) kind: Option<Kind>,
    pub(super) options: Options,
    pub(super) load: LoadOptions,
    pub(super) sources: Vec<OsString>,
    pub(super) bases: Vec<OsString>,
    pub(super) fetch: FetchOptions,
    pub(super) symbolize: Symbolize,
    pub(super) form: Form,
    /// What shows the report, where it goes to no file.
    pub(super) viewer: Option<&'static Viewer>,
    /// Where the report goes; standard output when missing.
    pub(super) output: Option<PathBuf>,
    /// How the page is served; no page when missing.
    pub(super) page: Option<Serving>,
}

/// Flags that choose a sample type, and its name.
const SAMPLE_TYPES: [(&str, &str); 7] = [
    ("total_delay", "delay"),
    ("mean_delay", "delay"),
    ("contentions", "contentions"),
    ("inuse_space", "inuse_space"),
    ("inuse_objects", "inuse_objects"),
    ("alloc_space", "alloc_space"),
    ("alloc_objects", "alloc_objects"),
];

/// What a command line asks for.
#[derive(Debug)]
pub(super) enum Asked {
    /// A report or the shell.
    Work(Box<CommandLine>),
    /// What this flag prints: help, the manual page, the completions or the version.
    Text(OsString),
}

/// What the flag called `name` takes, those of every program included.
fn takes(name: &str) -> Option<Takes> {
    match name {
        "h" | "help" | "man" | "version" => Some(Takes::Nothing),
        "completions" => Some(Takes::Value),
        _ => flags::takes(name),
    }
}

impl CommandLine {
    /// Reads the words behind `pprof`.
    pub(super) fn parse(args: &[OsString]) -> Result<Asked, Fault> {
        let mut reader = Reader::default();
        reader.line.options.time_zone = TimeZone::system();
        for word in split(args, takes)? {
            match word {
                Word::File(file) => reader.line.sources.push(file),
                Word::Flag(name, value) => match name.as_str() {
                    "h" => return Ok(Asked::Text("-h".into())),
                    "help" | "man" | "version" => {
                        return Ok(Asked::Text(format!("--{name}").into()));
                    }
                    "completions" => {
                        return Ok(Asked::Text(format!("--{name}={value}").into()));
                    }
                    name => reader.flag(name, &value)?,
                },
            }
        }
        let line = reader.finish()?;
        Ok(Asked::Work(Box::new(line)))
    }
}

/// The one file that the last of several flags of a kind names, if any.
fn named(value: &str) -> Vec<OsString> {
    (!value.is_empty())
        .then(|| value.into())
        .into_iter()
        .collect()
}

/// The first file when it is a program rather than a profile: that of the profiles behind it.
fn take_program(sources: &mut Vec<OsString>) -> Option<String> {
    const ELF: &[u8] = b"\x7fELF";
    if sources.len() < 2 {
        return None;
    }
    let mut magic = [0; ELF.len()];
    File::open(&sources[0])
        .and_then(|mut file| file.read_exact(&mut magic))
        .ok()?;
    (magic == ELF).then(|| sources.remove(0).to_string_lossy().into_owned())
}

impl Default for CommandLine {
    fn default() -> CommandLine {
        let load = LoadOptions {
            demangle: Some(Demangle::default()),
            ..LoadOptions::default()
        };
        CommandLine {
            kind: None,
            options: Options::default(),
            load,
            sources: Vec::new(),
            bases: Vec::new(),
            fetch: FetchOptions::default(),
            symbolize: Symbolize::default(),
            form: Form::default(),
            viewer: None,
            output: None,
            page: None,
        }
    }
}

/// The command line as far as it is read.
#[derive(Default)]
struct Reader {
    line: CommandLine,
    kinds: Vec<Kind>,
    diff_bases: Vec<OsString>,
    no_browser: bool,
    /// What was chosen of the groups of options.
    chosen: BTreeSet<&'static str>,
}

impl Reader {
    fn flag(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        match name {
            "seconds" | "timeout" => return self.duration(name, value),
            "http" => return self.http(value),
            _ => {}
        }
        if self.report_flag(name, value) || self.source_flag(name, value) {
            return Ok(());
        }
        if let Some((_, sample_type)) = SAMPLE_TYPES.iter().find(|(flag, _)| *flag == name) {
            if is_true(value) {
                self.sample_type(name, sample_type);
            }
            return Ok(());
        }
        if let Some(group) = Options::group(name) {
            self.choose(group, name, is_true(value));
        }
        Ok(self.line.options.set(name, value)?)
    }

    fn choose(&mut self, group: &str, name: &str, is_on: bool) {
        let choices = Options::choices(group).unwrap_or_default();
        let choice = choices.iter().find(|choice| **choice == name);
        if let Some(choice) = choice.filter(|_| is_on) {
            self.chosen.insert(choice);
        }
    }

    /// Of a group only one can be in force.
    fn conflict(&self) -> Option<String> {
        ["sort", "granularity"].into_iter().find_map(|group| {
            let is_member = |choice: &&&str| Options::group(choice) == Some(group);
            let chosen: Vec<&str> = self.chosen.iter().filter(is_member).copied().collect();
            let names = chosen.join(" ");
            (chosen.len() > 1).then(|| format!("conflicting options set: [{names}]"))
        })
    }

    /// Takes the address of the page; an empty one means that there is none.
    fn http(&mut self, value: &str) -> Result<(), Fault> {
        self.line.page = None;
        if !value.is_empty() {
            let address = Address::parse(value).map_err(|e| Fault::Usage(format!("-http: {e}")))?;
            self.line.page = Some(Serving {
                address,
                ..Serving::default()
            });
        }
        Ok(())
    }

    /// Takes a number of seconds; negative ones mean the default, as in pprof.
    fn duration(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        let bad = |_| Fault::Usage(format!("illegal value \"{value}\" for {name}"));
        let seconds = value.parse::<i64>().map_err(bad)?.max(0).unsigned_abs();
        let fetch = &mut self.line.fetch;
        *(if name == "seconds" {
            &mut fetch.seconds
        } else {
            &mut fetch.timeout
        }) = seconds;
        Ok(())
    }

    /// Takes a flag that asks for a report.
    fn report_flag(&mut self, name: &str, value: &str) -> bool {
        let kind = match reports::find(name) {
            Some(Named::Plain(kind)) => is_true(value).then_some(kind),
            Some(Named::Graphviz(format)) => {
                let is_on = is_true(value);
                if is_on {
                    self.line.form = Form::Graphviz(format);
                }
                is_on.then_some(Kind::Dot)
            }
            Some(Named::Viewed(viewer)) => is_true(value).then(|| {
                (self.line.form, self.line.viewer) = (viewer.form, Some(viewer));
                viewer.kind.clone()
            }),
            Some(Named::About(kind)) => (!value.is_empty()).then(|| kind(value.to_owned())),
            None => return false,
        };
        self.kinds.extend(kind);
        true
    }

    /// Takes a flag about profiles rather than reports.
    fn source_flag(&mut self, name: &str, value: &str) -> bool {
        let line = &mut self.line;
        match name {
            "base" => line.bases = named(value),
            "diff_base" => self.diff_bases = named(value),
            "normalize" => line.load.normalize = is_true(value),
            "json" | "csv" if !is_true(value) => {}
            "json" => line.form = Form::Table(Format::Json),
            "csv" => line.form = Form::Table(Format::Csv),
            "no_browser" => self.no_browser = is_true(value),
            "symbolize" => line.symbolize.set(value, &mut line.load),
            "tools" => note("-tools has no use: binaries are read without other programs"),
            "buildid" => value.clone_into(&mut line.load.build_id),
            "add_comment" => value.clone_into(&mut line.load.comment),
            "output" => line.output = (!value.is_empty()).then(|| PathBuf::from(value)),
            _ => return false,
        }
        true
    }

    fn sample_type(&mut self, flag: &str, sample_type: &str) {
        let options = &mut self.line.options;
        if options.sample_index.is_empty() {
            sample_type.clone_into(&mut options.sample_index);
        } else {
            note(&format!("Multiple value selections, ignoring -{flag}"));
        }
        options.mean |= flag == "mean_delay";
    }

    fn finish(mut self) -> Result<CommandLine, Fault> {
        let usage = |text: &str| Err(Fault::Usage(text.to_owned()));
        if let Some(conflict) = self.conflict() {
            return Err(Fault::Usage(conflict));
        }
        let mut line = self.line;
        if line.sources.is_empty() {
            return usage("no profile source specified");
        }
        if self.kinds.len() > 1 {
            return usage("must set at most one output format");
        }
        if !line.bases.is_empty() && !self.diff_bases.is_empty() {
            return usage("-base and -diff_base flags cannot both be specified");
        }
        line.load.program = take_program(&mut line.sources).unwrap_or_default();
        line.load.is_diff = !self.diff_bases.is_empty();
        line.bases.append(&mut self.diff_bases);
        if line.load.normalize && line.bases.is_empty() {
            return usage("must have base profile to normalize by");
        }
        line.kind = self.kinds.pop();
        if line.page.is_some() && (line.kind.is_some() || line.output.is_some()) {
            return usage("-http shows a page; it goes without a report and -output");
        }
        if line.page.is_none() && self.no_browser {
            return usage("-no_browser has no use without -http");
        }
        if let Some(page) = &mut line.page {
            page.no_browser = self.no_browser;
            page.fragment = webui::fragment(&line.options);
        }
        let is_table = line.kind.as_ref().is_some_and(Kind::is_table) && line.viewer.is_none();
        if matches!(line.form, Form::Table(_)) && !is_table {
            return Err(Fault::Report(report::Error::NoTable));
        }
        Ok(line)
    }
}

/// Whether a flag without value, or with this one, is on.
fn is_true(value: &str) -> bool {
    !matches!(
        value.to_lowercase().as_str(),
        "false" | "f" | "no" | "n" | "0"
    )
}
