//! The header of a line, which says where it comes from: `REMOTE|host|100|number|source|`.
//!
//! The third field was once the share of lines transmitted in percent, and is always 100.

use crate::palette::{self, Style};

/// Everything of the header but the number, made once for a source.
#[derive(Debug)]
pub(crate) struct Header {
    colored: bool,
    before_number: Vec<u8>,
    after_number: Vec<u8>,
}

impl Header {
    /// The header of the lines of the source `id` on `host`.
    pub(crate) fn new(host: &str, id: &[u8], colored: bool) -> Self {
        let mut header = Header {
            colored,
            before_number: Vec::new(),
            after_number: Vec::new(),
        };
        let parts: [(Style, &[u8]); 3] = [
            (palette::FIELD, b"REMOTE"),
            (palette::HOST, host.as_bytes()),
            (palette::SHARE, b"100"),
        ];
        let mut out = Vec::new();
        for (style, text) in parts {
            header.push_part(style, text, &mut out);
            header.push_part(palette::DELIMITER, b"|", &mut out);
        }
        header.before_number = std::mem::take(&mut out);
        header.push_part(palette::DELIMITER, b"|", &mut out);
        header.push_part(palette::FIELD, id, &mut out);
        header.push_part(palette::DELIMITER, b"|", &mut out);
        header.after_number = out;
        header
    }

    /// Appends `line`, given without its `\n`, with its header and a `\n`.
    pub(crate) fn push_line(&self, number: u64, line: &[u8], out: &mut Vec<u8>) {
        let mut digits = [0; 20];
        out.extend_from_slice(&self.before_number);
        self.push_part(palette::FIELD, decimal(number, &mut digits), out);
        out.extend_from_slice(&self.after_number);
        self.push_part(palette::of_text(line), line, out);
        out.push(b'\n');
    }

    fn push_part(&self, style: Style, text: &[u8], out: &mut Vec<u8>) {
        if self.colored {
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

    /// In `expected`, `<` stands for the start of an escape sequence.
    fn check(colored: bool, number: u64, line: &str, expected: &str) {
        let mut out = Vec::new();
        Header::new("vm", b"a", colored).push_line(number, line.as_bytes(), &mut out);
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
}
