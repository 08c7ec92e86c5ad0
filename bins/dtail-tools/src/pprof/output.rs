//! Where a report goes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use report::{Format, Report};

use super::fault::{Fault, note};
use super::graphviz;
use crate::disk::Disk;

/// What a report is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// As itself.
    #[default]
    Plain,
    /// For other programs.
    Table(Format),
    /// As a picture in the format that Graphviz makes of it.
    Graphviz(&'static str),
}

/// Writes the report to `path`, or to standard output.
pub(super) fn write(report: Report, form: Form, path: Option<&Path>) -> Result<(), Fault> {
    let Some(path) = path else {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        write_to(report, form, &mut out)?;
        return out.flush().map_err(Fault::Output);
    };
    note(&format!("Generating report in {}", path.display()));
    let mut content = Vec::new();
    write_to(report, form, &mut content)?;
    let mut file = File::create(path).map_err(Fault::Output)?;
    file.write_all(&content).map_err(Fault::Output)
}

/// Writes the report to `out`.
pub(super) fn write_to(report: Report, form: Form, out: &mut dyn Write) -> Result<(), Fault> {
    match form {
        Form::Plain => Ok(report.write(&Disk, out)?),
        Form::Table(format) => Ok(report.write_table(format, &Disk, out)?),
        Form::Graphviz(format) => {
            let mut graph = Vec::new();
            report.write(&Disk, &mut graph)?;
            let picture = graphviz::draw(&graph, format)?;
            out.write_all(&picture).map_err(Fault::Output)
        }
    }
}

/// Prints a text on standard output.
pub(super) fn print(text: &[u8]) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    out.write_all(text)
        .and_then(|()| out.flush())
        .map_err(Fault::Output)
}

/// A name for a file that is not there yet: a picture is nothing for a terminal.
pub(super) fn unused_name(extension: &str) -> PathBuf {
    let names = (1..).map(|number| PathBuf::from(format!("profile{number:03}.{extension}")));
    let mut unused = names.filter(|name| !name.exists());
    unused.next().expect("numbers do not end before files do")
}
