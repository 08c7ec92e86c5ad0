//! Where a report goes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::{env, fs};

use report::{Files, Report};

use super::fault::{Fault, note};

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

/// Writes the report to `path`, or to standard output.
pub(super) fn write(report: Report, path: Option<&Path>) -> Result<(), Fault> {
    let Some(path) = path else {
        return write_to(report, io::stdout().lock());
    };
    note(&format!("Generating report in {}", path.display()));
    let mut text = Vec::new();
    report.write(&Disk, &mut text)?;
    let mut file = File::create(path).map_err(Fault::Output)?;
    file.write_all(&text).map_err(Fault::Output)
}

/// Prints a text on standard output.
pub(super) fn print(text: &str) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(Fault::Output)
}

fn write_to(report: Report, out: impl Write) -> Result<(), Fault> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    report.write(&Disk, &mut out)?;
    out.flush().map_err(Fault::Output)
}
