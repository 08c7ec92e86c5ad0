//! A page for `man`: the macros of man(7), no others.

use super::{Block, Page, Section, UNBROKEN};

/// When the text of the pages changed last.
const DATE: &str = "2026-11-23";

impl Page {
    /// The source of a page of section 1 of the manual.
    pub(crate) fn roff(&self, version: &str) -> String {
        let title = self.name.replace(' ', "-");
        let mut out = format!(
            ".TH {} 1 {DATE} \"DTail {version}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n",
            title.to_uppercase(),
            inline(&title),
            inline(&self.about),
        );
        for section in &self.sections {
            section.push_roff(&mut out);
        }
        out
    }
}

impl Section {
    fn push_roff(&self, out: &mut String) {
        let title = match self.title.as_str() {
            "Usage" => "SYNOPSIS".to_owned(),
            title => title.to_uppercase(),
        };
        out.push_str(&format!(".SH {}\n", quoted(&title)));
        for (index, block) in self.blocks.iter().enumerate() {
            if index > 0 && matches!(block, Block::Paragraph(_)) {
                out.push_str(".PP\n");
            }
            block.push_roff(&self.title, out);
        }
    }
}

impl Block {
    fn push_roff(&self, section: &str, out: &mut String) {
        match self {
            Block::Paragraph(text) => push_line(&inline(text), out),
            Block::Verbatim(text) if section == "Usage" => push_lines_apart(text, out),
            Block::Verbatim(text) => push_verbatim(text, out),
            Block::Example { line, text } => {
                out.push_str(&format!(".TP\n\\fB{}\\fR\n", escaped(line)));
                push_line(&inline(text), out);
            }
            Block::Entry { term, text } => {
                out.push_str(&format!(".TP\n{}\n", flag(term)));
                for (index, paragraph) in text.iter().enumerate() {
                    if index > 0 {
                        out.push_str(".IP\n");
                    }
                    push_line(&inline(paragraph), out);
                }
            }
        }
    }
}

/// Lines that are not joined.
fn push_lines_apart(text: &str, out: &mut String) {
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push_str(".br\n");
        }
        push_line(&escaped(line), out);
    }
}

/// Lines in which blanks count too.
fn push_verbatim(text: &str, out: &mut String) {
    out.push_str(".nf\n");
    text.lines().for_each(|line| push_line(&escaped(line), out));
    out.push_str(".fi\n");
}

/// A line of text, which is not to be taken for a macro.
fn push_line(line: &str, out: &mut String) {
    if line.starts_with(['.', '\'']) {
        out.push_str("\\&");
    }
    out.push_str(line);
    out.push('\n');
}

/// A flag in bold type, the name of its value in italics.
fn flag(term: &str) -> String {
    match term.split_once(' ') {
        Some((flag, value)) if !value.starts_with('-') => {
            format!("\\fB{}\\fR \\fI{}\\fR", escaped(flag), escaped(value))
        }
        _ => format!("\\fB{}\\fR", escaped(term)),
    }
}

/// Text in which words between backquotes are set in bold type.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        let is_code = index % 2 == 1;
        let part = escaped(part);
        out.push_str(&if is_code {
            format!("\\fB{part}\\fR")
        } else {
            part
        });
    }
    out
}

/// Text in which nothing is a request: a dash stays the dash that is typed.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\e"),
            '-' => out.push_str("\\-"),
            '\'' => out.push_str("\\(aq"),
            '^' => out.push_str("\\(ha"),
            '~' => out.push_str("\\(ti"),
            '`' => out.push_str("\\(ga"),
            UNBROKEN => out.push_str("\\ "),
            other => out.push(other),
        }
    }
    out
}

/// An argument of a macro.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text).replace('"', "\\(dq"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_taken_for_a_request() {
        assert_eq!(inline("use `-x` at C:\\"), "use \\fB\\-x\\fR at C:\\e");
        let mut out = String::new();
        push_line(&escaped(".TH 'x' ^~"), &mut out);
        assert_eq!(out, "\\&.TH \\(aqx\\(aq \\(ha\\(ti\n");
        assert_eq!(quoted("a \"b\""), "\"a \\(dqb\\(dq\"");
    }

    #[test]
    fn a_page_has_a_title_and_sections() {
        let page = Page {
            name: "tools show".to_owned(),
            about: "Show it".to_owned(),
            sections: vec![
                Section::new("Usage", [Block::Verbatim("a\nb".to_owned())]),
                Section::new(
                    "Flags",
                    [Block::Entry {
                        term: "-x N".to_owned(),
                        text: vec!["One".to_owned(), "more".to_owned()],
                    }],
                ),
            ],
        };
        let expected = ".TH TOOLS-SHOW 1 2026-11-23 \"DTail 1.0\" \"User Commands\"\n\
            .SH NAME\ntools\\-show \\- Show it\n\
            .SH \"SYNOPSIS\"\na\n.br\nb\n\
            .SH \"FLAGS\"\n.TP\n\\fB\\-x\\fR \\fIN\\fR\nOne\n.IP\nmore\n";
        assert_eq!(page.roff("1.0"), expected);
    }
}
