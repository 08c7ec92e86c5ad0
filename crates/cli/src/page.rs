//! A page about a program: what `-h`, `--help` and the manual page say, before it is laid out.
//!
//! [`Page::short`] and [`Page::full`] put the flags of a command and its [`Manual`] together;
//! [`text`] lays a page out for a terminal, [`roff`] for `man`.

mod roff;
mod text;

use clap::{Arg, Command};

use crate::manual::{Entries, Manual};

/// Sections in the order in which they are read.
pub(crate) struct Page {
    /// The program, with a sub-command if it is about one: `dtail-tools pprof`.
    name: String,
    /// What it does, in a few words.
    about: String,
    sections: Vec<Section>,
}

struct Section {
    title: String,
    blocks: Vec<Block>,
}

enum Block {
    /// Words to be broken into lines.
    Paragraph(String),
    /// A flag, a file or a status, and what it means: paragraphs.
    Entry { term: String, text: Vec<String> },
    /// A command line and what it does.
    Example { line: String, text: String },
    /// Lines to be kept as they are.
    Verbatim(String),
}

/// A blank at which no line is broken.
const UNBROKEN: char = '\u{a0}';

/// How many examples head the short help.
const EXAMPLES_FIRST: usize = 3;

impl Page {
    /// Three examples, then the flags that are needed most.
    pub(crate) fn short(command: &Command, manual: &Manual) -> Page {
        let first = &manual.examples[..manual.examples.len().min(EXAMPLES_FIRST)];
        let mut sections = vec![examples(first), usage(manual)];
        sections.extend(sub_commands(command));
        sections.extend(flags(command, is_short, |flag| vec![first_line(flag)]));
        Page::of(command, sections)
    }

    /// All there is to say, in the order of a manual page.
    pub(crate) fn full(command: &Command, manual: &Manual) -> Page {
        let description = command.get_long_about().or_else(|| command.get_about());
        let paragraphs = description.map(|text| paragraphs(&text.to_string()));
        // The first is the summary, which stands in the page's title.
        let blocks = paragraphs.unwrap_or_default().into_iter().skip(1);
        let mut sections = vec![
            usage(manual),
            Section::new("Description", blocks.map(Block::Paragraph)),
        ];
        sections.extend(sub_commands(command));
        sections.extend(flags(command, |flag| !flag.is_hide_set(), all_lines));
        let verbatim = |text: &&str| Block::Verbatim((*text).trim_end().to_owned());
        sections.extend(
            manual
                .sections
                .iter()
                .map(|(title, text)| Section::new(title, [verbatim(text)])),
        );
        sections.extend([
            examples(manual.examples),
            entries("Exit status", manual.exit_status),
            entries("Environment", manual.environment),
            entries("Files", manual.files),
            Section::new(
                "See also",
                Some(manual.see_also.join(", "))
                    .filter(|names| !names.is_empty())
                    .map(Block::Paragraph),
            ),
        ]);
        Page::of(command, sections)
    }

    /// The page with the examples before everything else.
    pub(crate) fn examples_first(mut self) -> Page {
        self.sections
            .sort_by_key(|section| section.title != "Examples");
        self
    }

    fn of(command: &Command, sections: Vec<Section>) -> Page {
        let about = command.get_about().map(ToString::to_string);
        Page {
            name: command.get_name().to_owned(),
            about: about.unwrap_or_default(),
            sections: sections
                .into_iter()
                .filter(|section| !section.blocks.is_empty())
                .collect(),
        }
    }
}

impl Section {
    fn new(title: &str, blocks: impl IntoIterator<Item = Block>) -> Section {
        Section {
            title: title.to_owned(),
            blocks: blocks.into_iter().collect(),
        }
    }
}

fn examples(examples: Entries) -> Section {
    let example = |(line, text): &(&str, &str)| Block::Example {
        line: (*line).to_owned(),
        text: (*text).to_owned(),
    };
    Section::new("Examples", examples.iter().map(example))
}

fn usage(manual: &Manual) -> Section {
    Section::new("Usage", [Block::Verbatim(manual.usage.join("\n"))])
}

fn entries(title: &str, entries: Entries) -> Section {
    let entry = |(term, text): &(&str, &str)| Block::Entry {
        term: (*term).to_owned(),
        text: vec![(*text).to_owned()],
    };
    Section::new(title, entries.iter().map(entry))
}

fn sub_commands(command: &Command) -> Option<Section> {
    let visible = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    let entry = |sub: &Command| Block::Entry {
        term: sub.get_name().to_owned(),
        text: vec![sub.get_about().map(ToString::to_string).unwrap_or_default()],
    };
    let section = Section::new("Commands", visible.map(entry));
    (!section.blocks.is_empty()).then_some(section)
}

/// The positionals and the flags that are `wanted`, under their headings.
fn flags(
    command: &Command,
    wanted: impl Fn(&Arg) -> bool,
    text: impl Fn(&Arg) -> Vec<String>,
) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let flags = command.get_arguments().filter(|arg| !arg.is_positional());
    let args = command.get_positionals().chain(flags);
    for arg in args.filter(|arg| wanted(arg)) {
        let title = match arg.get_help_heading() {
            Some(heading) => heading,
            None if arg.is_positional() => "Arguments",
            None => "Flags",
        };
        let block = Block::Entry {
            term: term(arg),
            text: text(arg),
        };
        match sections.iter_mut().find(|section| section.title == title) {
            Some(section) => section.blocks.push(block),
            None => sections.push(Section::new(title, [block])),
        }
    }
    sections
}

/// Whether the short help tells of it.
pub(crate) fn is_short(arg: &Arg) -> bool {
    !arg.is_hide_set() && !arg.is_hide_short_help_set()
}

/// `-regex REGEX`, `-v, -verbose`, `-top=ROWS` where the value may be missing, `FILE`.
fn term(arg: &Arg) -> String {
    let value = arg
        .get_value_names()
        .map(|names| names[0].to_string())
        .filter(|_| arg.get_action().takes_values());
    if arg.is_positional() {
        return value.unwrap_or_default();
    }
    let short = arg.get_short().map(|letter| format!("-{letter}"));
    let long = arg.get_long().map(|name| match name {
        "help" => "--help".to_owned(),
        name => format!("-{name}"),
    });
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let is_optional = arg.get_num_args().is_some_and(|n| n.min_values() == 0);
    let between = if is_optional { "=" } else { " " };
    let value = value.map_or(String::new(), |value| format!("{between}{value}"));
    format!("{}{value}", names.join(", "))
}

/// The first line of the help, with the default.
fn first_line(arg: &Arg) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let defaults: Vec<_> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    let is_told = arg.get_action().takes_values() && !arg.is_hide_default_value_set();
    match defaults.join(",") {
        default if is_told && !default.is_empty() => {
            format!("{help} [default:{UNBROKEN}{default}]")
        }
        _ => help,
    }
}

/// All paragraphs of the help, the first with the default.
fn all_lines(arg: &Arg) -> Vec<String> {
    let long = arg.get_long_help().map(ToString::to_string);
    let more = long.map(|text| paragraphs(&text)).unwrap_or_default();
    std::iter::once(first_line(arg))
        .chain(more.into_iter().skip(1))
        .collect()
}

/// Paragraphs, each in one line; blank lines stand between them.
fn paragraphs(text: &str) -> Vec<String> {
    let joined = |paragraph: &str| {
        let words: Vec<&str> = paragraph.split_ascii_whitespace().collect();
        words.join(" ")
    };
    text.split("\n\n")
        .map(joined)
        .filter(|paragraph| !paragraph.is_empty())
        .collect()
}
