//! Where a report goes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

use report::{Files, Report};

use super::fault::{Fault, note};
use super::graphviz;

/// The files of this machine.
struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn current_directory(&self) -> io::Result<String> {
        Ok(env::current_dir()?.to_string_lossy().into_owned())
    }
}

/// Writes the report to `path`, or to standard output; in the format that Graphviz is to make of it.
pub(super) fn write(
    report: Report,
    graphviz: Option<&str>,
    path: Option<&Path>,
) -> Result<(), Fault> {
    let Some(path) = path else {
        return match graphviz {
            Some(format) => print(&graphviz::draw(&text(report)?, format)?),
            None => write_to(report, io::stdout().lock()),
        };
    };
    note(&format!("Generating report in {}", path.display()));
    let mut content = text(report)?;
    if let Some(format) = graphviz {
        content = graphviz::draw(&content, format)?;
    }
    let mut file = File::create(path).map_err(Fault::Output)?;
    file.write_all(&content).map_err(Fault::Output)
}

fn text(report: Report) -> Result<Vec<u8>, Fault> {
    let mut text = Vec::new();
    report.write(&Disk, &mut text)?;
    Ok(text)
}

/// Prints a text on standard output.
pub(super) fn print(text: &[u8]) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    out.write_all(text)
        .and_then(|()| out.flush())
        .map_err(Fault::Output)
}

fn write_to(report: Report, out: impl Write) -> Result<(), Fault> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    report.write(&Disk, &mut out)?;
    out.flush().map_err(Fault::Output)
}

/// A name for a file that is not there yet: a picture is nothing for a terminal.
pub(super) fn unused_name(extension: &str) -> PathBuf {
    let names = (1..).map(|number| PathBuf::from(format!("profile{number:03}.{extension}")));
    let mut unused = names.filter(|name| !name.exists());
    unused.next().expect("numbers do not end before files do")
}
