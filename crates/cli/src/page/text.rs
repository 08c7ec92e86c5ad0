//! A page as plain text of a given width.

use super::{Block, Page, Section, UNBROKEN};

/// Columns before a line of a section, and before the text under a long term.
const INDENT: usize = 2;
const DEEP_INDENT: usize = 6;

/// Terms up to this length have their text beside them.
const TERM_MAX: usize = 24;

impl Page {
    /// The page in lines of at most `width` columns, where words allow it.
    pub(crate) fn text(&self, width: usize) -> String {
        let sections = self.sections.iter().map(|section| section.text(width));
        sections.collect::<Vec<_>>().join("\n")
    }
}

impl Section {
    fn text(&self, width: usize) -> String {
        let mut lines = Vec::new();
        match self.blocks.as_slice() {
            [Block::Verbatim(usage)] if self.title == "Usage" => {
                return usage_text(usage);
            }
            _ => lines.push(format!("{}:", self.title)),
        }
        let column = self.column(width);
        for (index, block) in self.blocks.iter().enumerate() {
            let is_apart = matches!(block, Block::Paragraph(_)) || block.has_paragraphs();
            if is_apart && index > 0 {
                lines.push(String::new());
            }
            block.push_lines(column, width, &mut lines);
        }
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// Where the text beside terms begins.
    fn column(&self, width: usize) -> usize {
        let lengths = self.blocks.iter().map(|block| match block {
            Block::Entry { term, .. } if term.chars().count() <= TERM_MAX => term.chars().count(),
            Block::Example { line, text } => {
                let length = line.chars().count();
                let fits = INDENT + length + 2 + text.chars().count() <= width;
                if fits { length } else { 0 }
            }
            _ => 0,
        });
        INDENT + lengths.max().unwrap_or(0) + 2
    }
}

impl Block {
    fn has_paragraphs(&self) -> bool {
        matches!(self, Block::Entry { text, .. } if text.len() > 1)
    }

    fn push_lines(&self, column: usize, width: usize, lines: &mut Vec<String>) {
        let indent = " ".repeat(INDENT);
        match self {
            Block::Paragraph(text) => lines.extend(filled(text, INDENT, width)),
            Block::Verbatim(text) => lines.extend(text.lines().map(|line| indent.clone() + line)),
            Block::Example { line, text } => {
                // In one line, or below each other.
                let fits = column + text.chars().count() <= width;
                let column = if fits { column } else { 0 };
                push_beside(line, std::slice::from_ref(text), column, width, lines);
            }
            Block::Entry { term, text } => push_beside(term, text, column, width, lines),
        }
    }
}

/// A term with its text beside it, or below it where the term is too long.
fn push_beside(term: &str, text: &[String], column: usize, width: usize, lines: &mut Vec<String>) {
    let head = format!("{}{term}", " ".repeat(INDENT));
    let fits = head.chars().count() + 2 <= column;
    let column = if fits { column } else { DEEP_INDENT };
    let mut body: Vec<String> = Vec::new();
    for (index, paragraph) in text.iter().enumerate() {
        if index > 0 {
            body.push(String::new());
        }
        body.extend(filled(paragraph, column, width));
    }
    let first = fits && !body.is_empty();
    let beside = if first { body.remove(0) } else { String::new() };
    let gap = column.saturating_sub(head.chars().count());
    let line = match beside.trim_start() {
        "" => head,
        text => format!("{head}{}{text}", " ".repeat(gap)),
    };
    lines.push(line);
    lines.extend(body);
}

fn usage_text(usage: &str) -> String {
    let mut text = String::new();
    for (index, line) in usage.lines().enumerate() {
        let head = if index == 0 { "Usage: " } else { "       " };
        text.push_str(&format!("{head}{line}\n"));
    }
    text
}

/// `text` broken at blanks into lines that begin at column `indent` and end before `width`.
fn filled(text: &str, indent: usize, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut length = 0;
    for word in text.split_ascii_whitespace() {
        let size = word.chars().count();
        match lines.last_mut() {
            Some(line) if length + 1 + size <= width => {
                line.push(' ');
                line.push_str(word);
                length += 1 + size;
            }
            _ => {
                lines.push(" ".repeat(indent) + word);
                length = indent + size;
            }
        }
    }
    for line in &mut lines {
        *line = line.replace(UNBROKEN, " ");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(section: Section, width: usize, expected: &str) {
        assert_eq!(section.text(width), expected);
    }

    fn entry(term: &str, text: &[&str]) -> Block {
        Block::Entry {
            term: term.to_owned(),
            text: text.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    #[test]
    fn terms_have_their_text_beside_them() {
        let short = [entry("-a", &["first of all"]), entry("-bc X", &["next"])];
        check(
            Section::new("Flags", short),
            18,
            "Flags:\n  -a     first of\n         all\n  -bc X  next\n",
        );
        let long = entry("-a-name-that-is-too-long X", &["text"]);
        check(
            Section::new("Flags", [entry("-a", &["b"]), long]),
            80,
            "Flags:\n  -a  b\n  -a-name-that-is-too-long X\n      text\n",
        );
    }

    #[test]
    fn paragraphs_are_kept_apart() {
        let blocks = [entry("-a", &["one"]), entry("-b", &["two", "more of it"])];
        check(
            Section::new("Flags", blocks),
            80,
            "Flags:\n  -a  one\n\n  -b  two\n\n      more of it\n",
        );
        let blocks = ["a b c", "d"].map(|text| Block::Paragraph(text.to_owned()));
        check(
            Section::new("About", blocks),
            5,
            "About:\n  a b\n  c\n\n  d\n",
        );
    }

    #[test]
    fn what_is_verbatim_is_kept() {
        let text = Block::Verbatim("a   b\n  c".to_owned());
        check(
            Section::new("Language", [text]),
            3,
            "Language:\n  a   b\n    c\n",
        );
        let usage = Block::Verbatim("p [FLAGS]\np -x".to_owned());
        check(
            Section::new("Usage", [usage]),
            80,
            "Usage: p [FLAGS]\n       p -x\n",
        );
    }
}
