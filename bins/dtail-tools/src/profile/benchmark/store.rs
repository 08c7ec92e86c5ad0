//! Baselines in their directory: `baseline_YYYYMMDD_HHMMSS_TAG.json`, beside it a directory of that name
//! with the programs, and the profiles of their runs.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use jiff::{Timestamp, tz::TimeZone};

use super::super::decide::{Fault, publish};
use super::super::table::{self, Column};
use super::record::{RECORD, Record};
use super::side::{fault, json};

const PREFIX: &str = "baseline_";

const COLUMNS: &[Column] = &[
    Column::words("tag"),
    Column::words("time (UTC)"),
    Column::words("commit"),
    Column::figures("workloads"),
    Column::words("host"),
    Column::words("file"),
];

/// Where a baseline goes.
#[derive(Debug)]
pub(super) struct Place {
    dir: PathBuf,
    stem: String,
}

/// A baseline that is there.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) file: PathBuf,
    pub(super) record: Record,
}

impl Place {
    /// A place for a baseline of now, of which no other has the name.
    pub(super) fn claim(dir: &Path, tag: &str) -> Result<Place> {
        fs::create_dir_all(dir).with_context(|| dir.display().to_string())?;
        let now = TimeZone::system().to_datetime(Timestamp::now());
        let stamp = now.strftime("%Y%m%d_%H%M%S").to_string();
        let stem = format!("{PREFIX}{stamp}_{}", sanitised(tag));
        let place = Place {
            dir: dir.to_owned(),
            stem,
        };
        let programs = place.programs();
        fs::create_dir(&programs).with_context(|| programs.display().to_string())?;
        Ok(place)
    }

    /// The file of the figures.
    pub(super) fn file(&self) -> PathBuf {
        self.dir.join(format!("{}.json", self.stem))
    }

    fn programs(&self) -> PathBuf {
        self.dir.join(&self.stem)
    }

    /// The directory of the profiles.
    pub(super) fn profiles(&self) -> PathBuf {
        self.programs().join("profiles")
    }

    /// Keeps the programs, and then the figures: a baseline that has a file is whole.
    pub(super) fn keep(&self, record: &Record, programs: &BTreeMap<&str, PathBuf>) -> Result<()> {
        for path in programs.values() {
            let copy = self.programs().join(path.file_name().unwrap_or_default());
            fs::copy(path, &copy).with_context(|| copy.display().to_string())?;
        }
        let text = serde_json::to_string_pretty(record)? + "\n";
        publish(&self.file(), text.as_bytes()).map_err(|fault| anyhow!("{}", fault.text()))
    }
}

/// `tag` with what a file name should not hold replaced.
fn sanitised(tag: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    tag.chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect()
}

/// The baselines of `dir`, the newest first; what looks like one and is none is an error.
fn all(dir: &Path) -> Result<Vec<Kept>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| dir.display().to_string())?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| dir.display().to_string())?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(".json") {
            files.push(path);
        }
    }
    files.sort();
    files.reverse();
    files.into_iter().map(read).collect()
}

fn read(file: PathBuf) -> Result<Kept> {
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let record: Record = serde_json::from_str(&text).with_context(|| {
        format!(
            "{}: not a baseline of `dtail-tools benchmark`",
            file.display()
        )
    })?;
    if record.schema != RECORD {
        bail!(
            "{}: schema '{}' is not {RECORD}",
            file.display(),
            record.schema
        );
    }
    Ok(Kept { file, record })
}

/// The newest baseline.
pub(super) fn newest(dir: &Path) -> Result<Kept> {
    let first = all(dir)?.into_iter().next();
    first.ok_or_else(|| {
        anyhow!(
            "no baseline in {}; `dtail-tools benchmark baseline -tag NAME` makes one",
            dir.display()
        )
    })
}

/// The baseline in the file `word`, or the newest of that tag.
pub(super) fn named(dir: &Path, word: &OsStr) -> Result<Kept> {
    let path = Path::new(word);
    if path.is_file() {
        return read(path.to_owned());
    }
    let tag = word.to_string_lossy();
    let found = all(dir)?.into_iter().find(|kept| kept.record.tag == tag);
    found.ok_or_else(|| {
        anyhow!(
            "'{tag}' is neither a file, nor a directory of programs, nor the tag of a baseline in {}",
            dir.display()
        )
    })
}

/// Lists the baselines of `dir`.
pub(super) fn list(dir: &Path, as_json: bool, out: &mut dyn Write) -> Result<bool, Fault> {
    let all = all(dir).map_err(fault)?;
    if as_json {
        let records: Vec<&Record> = all.iter().map(|kept| &kept.record).collect();
        out.write_all(json(&records)?.as_bytes())
            .map_err(Fault::Output)?;
        return Ok(false);
    }
    if all.is_empty() {
        writeln!(out, "No baselines found in {}", dir.display()).map_err(Fault::Output)?;
        return Ok(false);
    }
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    let plural = if rows.len() == 1 { "" } else { "s" };
    table::write(out, COLUMNS, &rows)
        .and_then(|()| writeln!(out, "Total: {} baseline{plural}", rows.len()))
        .map_err(Fault::Output)?;
    Ok(false)
}

fn row(kept: &Kept) -> Vec<String> {
    let record = &kept.record;
    let or_none = |text: &str| {
        if text.is_empty() {
            "-".to_owned()
        } else {
            text.to_owned()
        }
    };
    vec![
        record.tag.clone(),
        record.time.trim_end_matches('Z').replace('T', " "),
        or_none(&record.commit),
        record.workloads.len().to_string(),
        or_none(record.machine.get("host").map_or("", String::as_str)),
        kept.file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
    ]
}

/// Removes all but the newest `keep` baselines of `dir`.
pub(super) fn clean(dir: &Path, keep: usize, out: &mut dyn Write) -> Result<bool, Fault> {
    let all = all(dir).map_err(fault)?;
    let old = all.iter().skip(keep);
    for kept in old {
        remove(&kept.file).map_err(fault)?;
        writeln!(out, "Removed {}", kept.file.display()).map_err(Fault::Output)?;
    }
    writeln!(out, "Kept: {}", all.len().min(keep)).map_err(Fault::Output)?;
    Ok(false)
}

/// The programs go first: what is left of a removal that failed is still listed.
fn remove(file: &Path) -> Result<()> {
    let programs = file.with_extension("");
    match fs::remove_dir_all(&programs) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).with_context(|| programs.display().to_string());
        }
        _ => {}
    }
    fs::remove_file(file).with_context(|| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_fit_into_file_names() {
        assert_eq!(sanitised("v1.2-rc_3"), "v1.2-rc_3");
        assert_eq!(sanitised("../my tag"), ".._my_tag");
    }
}
