//! The header of a line, which says where it comes from: `REMOTE|host|100|number|source|`.
//!
//! The third field was once the share of lines transmitted in percent, and is always 100.

use paint::Style;

use crate::highlight::Highlighter;
use crate::palette::Palette;
use crate::printer::Layout;

/// Everything of the header but the number, made once for a source.
#[derive(Debug)]
pub(crate) struct Header {
    /// `None` where nothing is coloured.
    palette: Option<Palette>,
    highlighter: Option<Highlighter>,
    before_number: Vec<u8>,
    after_number: Vec<u8>,
}

impl Header {
    /// The header of the lines of the source `id` as `layout` says; plain lines have none.
    pub(crate) fn new(layout: &Layout, id: &[u8]) -> Option<Self> {
        let Layout::Headed {
            host,
            palette,
            highlighter,
        } = layout
        else {
            return None;
        };
        let mut header = Header {
            palette: *palette,
            highlighter: highlighter.clone(),
            before_number: Vec::new(),
            after_number: Vec::new(),
        };
        let styles = palette.unwrap_or_default();
        let parts: [(Style, &[u8]); 3] = [
            (styles.remote, b"REMOTE"),
            (styles.host, host.as_bytes()),
            (styles.share, b"100"),
        ];
        let mut out = Vec::new();
        for (style, text) in parts {
            header.push_part(style, text, &mut out);
            header.push_part(styles.delimiter, b"|", &mut out);
        }
        header.before_number = std::mem::take(&mut out);
        header.push_part(styles.delimiter, b"|", &mut out);
        header.push_part(styles.source, id, &mut out);
        header.push_part(styles.delimiter, b"|", &mut out);
        header.after_number = out;
        Some(header)
    }

    /// Appends `line`, given without its `\n`, with its header and a `\n`.
    pub(crate) fn push_line(&self, number: u64, line: &[u8], out: &mut Vec<u8>) {
        let mut digits = [0; 20];
        out.extend_from_slice(&self.before_number);
        let number = decimal(number, &mut digits);
        match &self.palette {
            Some(palette) => palette.number.paint(number, out),
            None => out.extend_from_slice(number),
        }
        out.extend_from_slice(&self.after_number);
        self.push_text(line, out);
        out.push(b'\n');
    }

    fn push_text(&self, line: &[u8], out: &mut Vec<u8>) {
        let Some(palette) = &self.palette else {
            return out.extend_from_slice(line);
        };
        let style = palette.of_text(line);
        let mut painted = 0;
        if let Some(highlighter) = &self.highlighter {
            highlighter.each(line, |matched| {
                if painted < matched.start {
                    style.paint(&line[painted..matched.start], out);
                }
                painted = matched.end;
                palette.found.paint(&line[matched], out);
            });
        }
        if painted < line.len() || line.is_empty() {
            style.paint(&line[painted..], out);
        }
    }

    fn push_part(&self, style: Style, text: &[u8], out: &mut Vec<u8>) {
        if self.palette.is_some() {
            style.paint(text, out);
        } else {
            out.extend_from_slice(text);
        }
    }
}

fn decimal(mut number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &digits[start..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matcher;

    /// In `expected`, `<` stands for the start of an escape sequence.
    fn check(colored: bool, number: u64, line: &str, expected: &str) {
        check_highlighted(None, colored, number, line, expected);
    }

    fn check_highlighted(
        pattern: Option<&str>,
        colored: bool,
        number: u64,
        line: &str,
        expected: &str,
    ) {
        let matcher = pattern.map(|pattern| Matcher::new(pattern).expect("a valid pattern"));
        let highlighter = matcher.and_then(|matcher| matcher.highlighter());
        let layout = Layout::Headed {
            host: "vm".to_owned(),
            palette: colored.then(Palette::default),
            highlighter,
        };
        let mut out = Vec::new();
        let header = Header::new(&layout, b"a").expect("not plain");
        header.push_line(number, line.as_bytes(), &mut out);
        assert_eq!(
            String::from_utf8_lossy(&out),
            expected.replace('<', "\u{1b}[")
        );
    }

    #[test]
    fn without_colours() {
        check(false, 10, "x", "REMOTE|vm|100|10|a|x\n");
        check(
            false,
            u64::MAX,
            "ERROR",
            "REMOTE|vm|100|18446744073709551615|a|ERROR\n",
        );
    }

    #[test]
    fn with_colours_each_part_has_its_own() {
        let bar = "<36m<44m<2m|<0m<49m<39m";
        let field = |text| format!("<37m<44m<2m{text}<0m<49m<39m");
        let (remote, number, source) = (field("REMOTE"), field("1"), field("a"));
        let host = "<37m<44m<1mvm<0m<49m<39m";
        let share = "<30m<42m100<49m<39m";
        let header = format!("{remote}{bar}{host}{bar}{share}{bar}{number}{bar}{source}{bar}");
        check(true, 1, "x", &format!("{header}<37m<40mx<49m<39m\n"));
        check(
            true,
            1,
            "ERRORx",
            &format!("{header}<37m<41m<1mERRORx<0m<49m<39m\n"),
        );
        check(
            true,
            1,
            "FATAL",
            &format!("{header}<37m<45m<1mFATAL<0m<49m<39m\n"),
        );
        check(
            true,
            1,
            "WARN",
            &format!("{header}<37m<40m<1mWARN<0m<49m<39m\n"),
        );
    }

    #[test]
    fn matches_stand_out_where_there_are_colours() {
        let text = |text| format!("<37m<40m{text}<49m<39m");
        let found = |text| format!("<30m<43m<1m{text}<0m<49m<39m");
        let mut out = String::new();
        for part in [text("a "), found("b"), text(" "), found("bb")] {
            out.push_str(&part);
        }
        let mut header = Vec::new();
        let layout = Layout::Headed {
            host: "vm".to_owned(),
            palette: Some(Palette::default()),
            highlighter: None,
        };
        let plain = Header::new(&layout, b"a").expect("not plain");
        plain.push_line(1, b"", &mut header);
        let header = String::from_utf8_lossy(&header).replace("\u{1b}[", "<");
        let header = header
            .strip_suffix(&(text("") + "\n"))
            .expect("an empty text");
        check_highlighted(Some("b+"), true, 1, "a b bb", &format!("{header}{out}\n"));
        check_highlighted(Some("b+"), false, 1, "b", "REMOTE|vm|100|1|a|b\n");
    }
}
