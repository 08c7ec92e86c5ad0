//! The sink that writes lines as the log commands show them.

use std::io::{self, Write};

use crate::header::Header;
use crate::highlight::Highlighter;
use crate::palette::Palette;
use crate::sink::{Run, Sink};

/// What is written before each line.
#[derive(Clone, Debug)]
pub enum Layout {
    /// Nothing: lines as they are.
    Plain,
    /// `REMOTE|host|100|number|source|`, with this host name.
    Headed {
        /// The host name shown.
        host: String,
        /// The colours of the parts, and of the text by its severity, if there are to be any.
        palette: Option<Palette>,
        /// What shows the places that match, in colour.
        highlighter: Option<Highlighter>,
    },
}

impl Layout {
    /// Plain, or with a header that names the host.
    pub fn new(plain: bool, palette: Option<Palette>, host: impl FnOnce() -> String) -> Self {
        if plain {
            Layout::Plain
        } else {
            Layout::Headed {
                host: host(),
                palette,
                highlighter: None,
            }
        }
    }

    /// With the places shown that match, where lines are coloured.
    #[must_use]
    pub fn with_highlighter(mut self, found: Option<Highlighter>) -> Self {
        if let Layout::Headed { highlighter, .. } = &mut self {
            *highlighter = found;
        }
        self
    }
}

/// Output is written once this much is there.
const FULL: usize = 128 << 10;

/// Writes lines, each with its `\n`, in large pieces.
#[derive(Debug)]
pub struct Printer<W> {
    output: W,
    layout: Layout,
    header: Option<Header>,
    buffer: Vec<u8>,
    /// The output ends within a line, which others have written to it.
    is_line_open: bool,
}

impl<W: Write> Printer<W> {
    /// Writes to `output`, which need not be buffered.
    pub fn new(output: W, layout: Layout) -> Self {
        Printer {
            output,
            layout,
            header: None,
            buffer: Vec::new(),
            is_line_open: false,
        }
    }

    /// Somebody else has written the start of a line to the output. What is printed next goes on with
    /// it, unless it is of another source.
    pub(crate) fn leave_line_open(&mut self) {
        self.is_line_open = true;
    }

    fn end_line(&mut self) {
        if std::mem::take(&mut self.is_line_open) {
            self.buffer.push(b'\n');
        }
    }

    /// The lines that follow are from the source known as `id`.
    pub fn begin_source(&mut self, id: &[u8]) {
        self.end_line();
        self.header = Header::new(&self.layout, id);
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// Those of the output.
    pub fn flush(&mut self) -> io::Result<()> {
        self.end_line();
        self.write_buffer()?;
        self.output.flush()
    }

    fn write_buffer(&mut self) -> io::Result<()> {
        let result = self.output.write_all(&self.buffer);
        self.buffer.clear();
        result
    }

    fn plain(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.is_line_open = false;
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
}

impl<W: Write> Sink for Printer<W> {
    fn run(&mut self, run: Run<'_>) -> io::Result<()> {
        if self.header.is_none() {
            return self.plain(run.bytes);
        }
        for (number, line) in (run.number..).zip(logread::lines(run.bytes)) {
            if let Some(header) = &self.header {
                header.push_line(number, line, &mut self.buffer);
            }
            if self.buffer.len() >= FULL {
                self.write_buffer()?;
            }
        }
        Ok(())
    }

    fn wants_numbers(&self) -> bool {
        !matches!(self.layout, Layout::Plain)
    }
}
