//! JSON, for programs: an array with an object for each row.

use std::io::{self, Write};

use crate::report::Report;

impl Report<'_> {
    /// Writes an array of objects, a row each, whose members are called as the columns. Texts are
    /// strings, with U+FFFD for what is no UTF-8; other values are numbers, or `null` where JSON
    /// has no such number.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (mut line, mut cell) = (Vec::new(), Vec::new());
        let titles: Vec<Vec<u8>> = self.plan.columns.iter().map(|c| string(&c.title)).collect();
        let mut before = "[\n";
        for row in self.rows(None) {
            line.clear();
            line.extend_from_slice(before.as_bytes());
            before = ",\n";
            for (column, title) in titles.iter().enumerate() {
                line.push(if column == 0 { b'{' } else { b',' });
                line.extend_from_slice(title);
                line.push(b':');
                match self.number(row, column) {
                    Some(number) if number.is_finite() => write!(line, "{number}")?,
                    Some(_) => line.extend_from_slice(b"null"),
                    None => {
                        cell.clear();
                        self.write_cell(row, column, &mut cell);
                        line.extend(string(&String::from_utf8_lossy(&cell)));
                    }
                }
            }
            line.push(b'}');
            out.write_all(&line)?;
        }
        out.write_all(if before == "[\n" { b"[]\n" } else { b"\n]\n" })
    }
}

/// `text` in quotes, with escapes where JSON needs them.
fn string(text: &str) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', byte]),
            b'\n' => quoted.extend(b"\\n"),
            b'\t' => quoted.extend(b"\\t"),
            b'\r' => quoted.extend(b"\\r"),
            0..=0x1f => quoted.extend(format!("\\u{byte:04x}").bytes()),
            _ => quoted.push(byte),
        }
    }
    quoted.push(b'"');
    quoted
}
