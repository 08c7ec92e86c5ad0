//! Test data for the workloads: logs and CSV, the same bytes on every machine.
//!
//! A file is written beside its final name and renamed when complete, so that
//! one that exists is whole and can be used again.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::progress::Progress;
use lines::Lines;

mod lines;
mod random;

pub(crate) use lines::Kind;

/// No line of test data, nor a header, is longer than this, in bytes.
const LONGEST_LINE: u64 = 256;

const BLOCK: usize = 1 << 20;

/// One input of a workload.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Input {
    /// Its name within the directory of test data.
    pub(crate) name: &'static str,
    /// What stands in it.
    pub(crate) kind: Kind,
    /// Its size in bytes; it may fall short of it by less than a line.
    pub(crate) bytes: u64,
}

impl Input {
    /// The path of this input within `dir`, made there unless a file of the
    /// right size is there already.
    pub(crate) fn prepare(&self, dir: &Path, progress: &mut Progress) -> io::Result<PathBuf> {
        let path = dir.join(self.name);
        if self.is_at(&path) {
            progress.note(&format!("Using {}", path.display()));
            return Ok(path);
        }
        fs::create_dir_all(dir)?;
        let partial = dir.join(format!(".{}.{}.tmp", self.name, std::process::id()));
        let title = format!("Making {}", path.display());
        self.write(&partial, &title, progress)
            .and_then(|()| fs::rename(&partial, &path))
            .inspect_err(|_| drop(fs::remove_file(&partial)))?;
        Ok(path)
    }

    fn is_at(&self, path: &Path) -> bool {
        let least = self.bytes.saturating_sub(LONGEST_LINE);
        fs::metadata(path)
            .is_ok_and(|file| file.is_file() && (least..=self.bytes).contains(&file.len()))
    }

    fn write(&self, path: &Path, title: &str, progress: &mut Progress) -> io::Result<()> {
        let mut file = File::create(path)?;
        let mut lines = Lines::new(self.kind);
        let mut block = Vec::with_capacity(BLOCK + LONGEST_LINE as usize);
        lines.header(&mut block);
        let mut written = 0;
        while written + block.len() as u64 + LONGEST_LINE <= self.bytes {
            lines.append(&mut block);
            if block.len() >= BLOCK {
                file.write_all(&block)?;
                written += block.len() as u64;
                block.clear();
                progress.part(title, written, self.bytes);
            }
        }
        file.write_all(&block)?;
        progress.note(title);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(kind: Kind, bytes: u64) -> Input {
        Input {
            name: "input",
            kind,
            bytes,
        }
    }

    fn made(input: Input) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = input.prepare(dir.path(), &mut Progress::silent()).unwrap();
        fs::read_to_string(path).unwrap()
    }

    #[track_caller]
    fn check(kind: Kind, bytes: u64, is_line: impl Fn(&str) -> bool) {
        let text = made(input(kind, bytes));
        let length = text.len() as u64;
        assert!(
            length <= bytes && length + LONGEST_LINE > bytes,
            "{length} of {bytes}"
        );
        assert!(text.ends_with('\n'));
        assert!(text.lines().all(|line| line.len() < LONGEST_LINE as usize));
        let odd = text.lines().find(|line| !is_line(line));
        assert_eq!(odd, None);
        assert_eq!(text, made(input(kind, bytes)), "two runs differ");
    }

    #[test]
    fn each_kind_has_its_form_and_its_size() {
        check(Kind::Application, 3 << 20, |line| {
            line.starts_with("[2026-") && line.contains("] ") && line.contains(" - User user")
        });
        check(Kind::Csv, 100_000, |line| line.split(',').count() == 5);
        check(Kind::Stats, 100_000, |line| {
            let fields: Vec<&str> = line.split('|').collect();
            fields.len() == 13 && fields[0] == "INFO" && fields[9] == "MAPREDUCE:STATS"
        });
    }

    #[test]
    fn csv_has_a_header_and_numbers_in_duration() {
        let text = made(input(Kind::Csv, 10_000));
        let (header, rows) = text.split_once('\n').unwrap();
        assert_eq!(header, "timestamp,user,action,duration,status");
        assert!(
            rows.lines()
                .all(|row| row.split(',').nth(3).unwrap().parse::<u32>().is_ok())
        );
    }

    #[test]
    fn a_file_of_the_right_size_is_used_again_and_others_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let wanted = input(Kind::Csv, 1000);
        let path = dir.path().join("input");
        for (size, kept) in [(1000, true), (800, true), (700, false), (1001, false)] {
            let there = vec![b'x'; size];
            fs::write(&path, &there).unwrap();
            wanted.prepare(dir.path(), &mut Progress::silent()).unwrap();
            assert_eq!(fs::read(&path).unwrap() == there, kept, "{size} bytes");
        }
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let below = file.path().join("testdata");
        assert!(
            input(Kind::Csv, 1000)
                .prepare(&below, &mut Progress::silent())
                .is_err()
        );
    }
}
