//! The shell that `pprof FILE` opens: a report a line, options in between.

mod completer;
mod lines;

use std::path::PathBuf;
use std::rc::Rc;

use dtail_profile::Profile;
use report::{Kind, Options, Report, Sort};

use super::fault::{Fault, note, say};
use super::flags;
use super::manual::SHELL;
use super::output::Form;
use super::reports::{self, Named};
use super::viewer::Shown;
use super::{output, warn};
use crate::spelling;
use lines::Lines;

/// Rows of a table where nothing else is said: what fits a screen.
const TABLE_ROWS: i64 = 10;
/// What `:` clears.
const CLEARED: [&str; 5] = ["focus", "ignore", "hide", "tagfocus", "tagignore"];

/// What stands in front of a remark behind a value.
const REMARK: &str = "//:";

/// The shell: the profile, and the options that hold from line to line.
struct Shell {
    profile: Rc<Profile>,
    options: Options,
    /// Reports that other programs show, until the shell ends.
    shown: Vec<Shown>,
    /// Where reports go; standard output when missing.
    output: Option<PathBuf>,
}

/// What becomes of the shell after a line.
#[derive(PartialEq, Eq)]
enum Next {
    Line,
    End,
}

/// Reads and runs lines until the input ends or says `quit`. A line that fails is said and passed.
pub(super) fn run(
    profile: Profile,
    mut options: Options,
    output: Option<PathBuf>,
) -> Result<(), Fault> {
    options.compact_labels = true;
    if let Ok(report) = Report::new(profile.clone(), Kind::Top, &options) {
        say(&report.description().join("\n"));
    }
    say("Entering interactive mode (type \"help\" for commands, \"o\" for options)");
    let profile = Rc::new(profile);
    let mut lines = Lines::of_stdin(&profile);
    let mut shell = Shell {
        profile,
        options,
        shown: Vec::new(),
        output,
    };
    while let Some(line) = lines.next()? {
        match shell.line(line.trim()) {
            Ok(Next::Line) => {}
            Ok(Next::End) => break,
            Err(Fault::Output(error)) => return Err(Fault::Output(error)),
            Err(fault) => note(&fault.text()),
        }
    }
    shell.shown.iter().for_each(Shown::linger);
    Ok(())
}

impl Shell {
    fn line(&mut self, line: &str) -> Result<Next, Fault> {
        if let Some((name, value)) = line.split_once('=')
            && self.is_option(name.trim())
        {
            let value = value.rsplit_once(REMARK).map_or(value, |(value, _)| value);
            self.assign(name.trim(), value.trim())?;
            return Ok(Next::Line);
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some((command, arguments)) = words.split_first() else {
            return Ok(Next::Line);
        };
        match *command {
            "quit" | "exit" | "q" => return Ok(Next::End),
            "help" => help(arguments)?,
            "o" | "options" => self.say_options(),
            ":" => CLEARED
                .iter()
                .try_for_each(|name| self.options.set(name, ""))?,
            name if Options::is_switch(name) => self.options.set(name, "true")?,
            name if self.take_sample_type(name) => {}
            name if self.is_option(name) => {
                return Err(Fault::Usage(format!("{name} needs a value: {name}=VALUE")));
            }
            name => self.report(name, arguments)?,
        }
        Ok(Next::Line)
    }

    fn is_option(&self, name: &str) -> bool {
        name == "output" || self.options.get(name).is_some()
    }

    fn assign(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        if name == "output" {
            self.output = (!value.is_empty()).then(|| PathBuf::from(value));
            return Ok(());
        }
        if name == "sample_index" {
            report::choose_sample_type(&self.profile, value)?;
        }
        Ok(self.options.set(name, value)?)
    }

    /// Takes the name of a sample type; with `mean_` or `total_` in front it also says whether values are
    /// averages. Whether there is such a type.
    fn take_sample_type(&mut self, word: &str) -> bool {
        let forms = [
            (word, None),
            prefixed(word, "total_"),
            prefixed(word, "mean_"),
        ];
        let known = forms
            .into_iter()
            .find(|(name, _)| self.is_sample_type(name));
        let Some((name, mean)) = known else {
            return false;
        };
        name.clone_into(&mut self.options.sample_index);
        self.options.mean = mean.unwrap_or(self.options.mean);
        true
    }

    fn is_sample_type(&self, name: &str) -> bool {
        self.profile
            .sample_types
            .iter()
            .any(|kind| !name.is_empty() && self.profile.text(kind.kind) == name)
    }

    /// Says every option with its value, and what else it could be.
    fn say_options(&self) {
        let single = |name: &&str| Options::group(name).is_none() && *name != "source_path";
        let names = Options::names().filter(single);
        let names = names.chain(["sort", "granularity", "output"]);
        let mut lines: Vec<String> = names.map(|name| self.option_line(name)).collect();
        lines.sort_unstable();
        say(&lines.join("\n"));
    }

    fn option_line(&self, name: &str) -> String {
        let output = || self.output.as_ref().map(|path| path.display().to_string());
        let mut value = self.options.get(name).or_else(output).unwrap_or_default();
        let mut choices = Options::choices(name).map(|choices| choices.join(" | "));
        if name == "sample_index" {
            let profile = &self.profile;
            let types = profile.sample_types.iter().map(|t| profile.text(t.kind));
            let types: Vec<&str> = types.collect();
            choices = Some(types.join(" | "));
            if value.is_empty() {
                value = types.last().copied().unwrap_or_default().to_owned();
            }
        }
        let remark = match choices {
            Some(choices) => format!("{REMARK} [{choices}]"),
            None if name == "nodecount" && value == "-1" => format!("{REMARK} default"),
            None => String::new(),
        };
        if value.is_empty() {
            value = "\"\"".to_owned();
        }
        format!("  {name:<25} = {value:<20} {remark}")
    }

    /// Makes the report of a line such as `top10 -cum parse -test > file`.
    fn report(&mut self, command: &str, arguments: &[&str]) -> Result<(), Fault> {
        let name = command.trim_end_matches(|c: char| c.is_ascii_digit());
        let count = command[name.len()..].parse().ok();
        let unknown = || Fault::Usage(unrecognized(command));
        let mut arguments = arguments.iter();
        let (mut form, mut viewer) = (Form::Plain, None);
        let kind = match reports::find(name).ok_or_else(unknown)? {
            Named::Plain(kind) => kind,
            Named::Graphviz(format) => {
                form = Form::Graphviz(format);
                Kind::Dot
            }
            Named::Viewed(found) => {
                (form, viewer) = (found.form, Some(found));
                found.kind.clone()
            }
            Named::About(kind) => {
                let needed = || Fault::Usage(format!("command {name} requires an argument"));
                kind((*arguments.next().ok_or_else(needed)?).to_owned())
            }
        };
        let mut request = Request {
            options: self.options.clone(),
            output: self.output.clone(),
            ..Request::default()
        };
        request.options.node_count = count.unwrap_or(self.options.node_count);
        request.read(arguments.copied())?;
        let options = request.options_of(&kind);
        let report = Report::new(Profile::clone(&self.profile), kind, &options)?;
        warn(report.warnings());
        if let Some(viewer) = viewer.filter(|_| request.output.is_none()) {
            self.shown.push(viewer.show(report)?);
            return Ok(());
        }
        let extension = match (name, form) {
            ("weblist", _) => Some("html"),
            ("proto" | "topproto", _) => Some("pb.gz"),
            ("callgrind", _) => Some("callgraph.out"),
            ("svg", _) | (_, Form::Graphviz(_)) => Some(name),
            _ => None,
        };
        let output = request
            .output
            .or_else(|| extension.map(output::unused_name));
        output::write(report, form, output.as_deref())
    }
}

/// Says what a report or an option does, or how the shell is used.
fn help(names: &[&str]) -> Result<(), Fault> {
    let Some(name) = names.first() else {
        say(SHELL);
        return Ok(());
    };
    let flag = flags::all().find(|flag| flag.name == *name);
    let flag = flag.ok_or_else(|| Fault::Usage(unrecognized(name)))?;
    say(&format!("{name}: {}", flag.help));
    Ok(())
}

fn unrecognized(word: &str) -> String {
    let known: Vec<&str> = flags::all().map(|flag| flag.name).collect();
    let suggestion = spelling::suggestion(word, &known);
    format!("unrecognized command: {word:?}{suggestion}")
}

/// The name behind a prefix, and whether the prefix asks for means; no name without it.
fn prefixed<'a>(word: &'a str, prefix: &str) -> (&'a str, Option<bool>) {
    let name = word.strip_prefix(prefix).unwrap_or_default();
    (name, Some(prefix == "mean_"))
}

/// What the words behind a command ask for.
#[derive(Default)]
struct Request {
    options: Options,
    focus: Vec<String>,
    ignore: Vec<String>,
    output: Option<PathBuf>,
}

impl Request {
    /// Takes a number as the rows, `-x` as what to ignore, `> x` as a file, the rest as the focus.
    fn read<'a>(&mut self, mut words: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
        while let Some(word) = words.next() {
            if let Ok(count) = word.parse() {
                self.options.node_count = count;
            } else if matches!(word, "-cum" | "--cum") {
                self.options.sort = Sort::Cum;
            } else if let Some(file) = word.strip_prefix('>') {
                let missing = || Fault::Usage("unexpected end of line after >".to_owned());
                let file = if file.is_empty() {
                    words.next().ok_or_else(missing)?
                } else {
                    file
                };
                self.output = Some(PathBuf::from(file));
            } else if let Some(ignored) = word.strip_prefix('-') {
                self.ignore.push(ignored.to_owned());
            } else {
                self.focus.push(word.to_owned());
            }
        }
        Ok(())
    }

    /// The options of the line: its filters are of labels for `tags`, of functions otherwise.
    fn options_of(&self, kind: &Kind) -> Options {
        let mut options = self.options.clone();
        let (focus, ignore) = match kind {
            Kind::Tags => (&mut options.tag_focus, &mut options.tag_ignore),
            _ => (&mut options.focus, &mut options.ignore),
        };
        for (filter, words) in [(focus, &self.focus), (ignore, &self.ignore)] {
            if !words.is_empty() {
                *filter = words.join("|");
            }
        }
        if options.node_count == -1 && *kind == Kind::Top {
            options.node_count = TABLE_ROWS;
        }
        options
    }
}
