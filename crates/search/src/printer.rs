//! The sink that writes lines as the log commands show them.

use std::io::{self, Write};

use crate::lines;
use crate::sink::{Run, Sink};

/// What is written before each line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Layout {
    /// Nothing: lines as they are.
    Plain,
    /// `REMOTE|host|100|number|source|`, with this host name.
    Headed {
        /// The host name shown.
        host: String,
    },
}

impl Layout {
    /// Lines as they are, or behind a header with this host name.
    pub fn new(plain: bool, host: impl FnOnce() -> String) -> Self {
        if plain {
            Layout::Plain
        } else {
            Layout::Headed { host: host() }
        }
    }
}

/// Output is written once this much is there.
const FULL: usize = 128 << 10;

/// Writes lines, each with its `\n`, in large pieces.
#[derive(Debug)]
pub struct Printer<W> {
    output: W,
    layout: Layout,
    buffer: Vec<u8>,
    /// What stands before and behind the line number.
    before_number: Vec<u8>,
    after_number: Vec<u8>,
}

impl<W: Write> Printer<W> {
    /// Writes to `output`, which need not be buffered.
    pub fn new(output: W, layout: Layout) -> Self {
        let before_number = match &layout {
            Layout::Plain => Vec::new(),
            Layout::Headed { host } => format!("REMOTE|{host}|100|").into_bytes(),
        };
        Printer {
            output,
            layout,
            buffer: Vec::new(),
            before_number,
            after_number: Vec::new(),
        }
    }

    /// The lines that follow are from the source known as `id`.
    pub fn begin_source(&mut self, id: &[u8]) {
        self.after_number = [b"|", id, b"|"].concat();
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// Those of the output.
    pub fn flush(&mut self) -> io::Result<()> {
        self.write_buffer()?;
        self.output.flush()
    }

    fn write_buffer(&mut self) -> io::Result<()> {
        let result = self.output.write_all(&self.buffer);
        self.buffer.clear();
        result
    }

    fn plain(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.buffer.len() + bytes.len() > FULL {
            self.write_buffer()?;
        }
        if bytes.len() >= FULL {
            self.output.write_all(bytes)?;
        } else {
            self.buffer.extend_from_slice(bytes);
        }
        if !bytes.ends_with(b"\n") {
            self.buffer.push(b'\n');
        }
        Ok(())
    }

    fn headed(&mut self, run: Run<'_>) -> io::Result<()> {
        for (number, line) in (run.number..).zip(logread::lines(run.bytes)) {
            self.buffer.extend_from_slice(&self.before_number);
            push_decimal(&mut self.buffer, number);
            self.buffer.extend_from_slice(&self.after_number);
            self.buffer.extend_from_slice(lines::content(line));
            self.buffer.push(b'\n');
            if self.buffer.len() >= FULL {
                self.write_buffer()?;
            }
        }
        Ok(())
    }
}

impl<W: Write> Sink for Printer<W> {
    fn run(&mut self, run: Run<'_>) -> io::Result<()> {
        match self.layout {
            Layout::Plain => self.plain(run.bytes),
            Layout::Headed { .. } => self.headed(run),
        }
    }

    fn wants_numbers(&self) -> bool {
        self.layout != Layout::Plain
    }
}

fn push_decimal(buffer: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return buffer.extend_from_slice(&digits[start..]);
        }
    }
}
