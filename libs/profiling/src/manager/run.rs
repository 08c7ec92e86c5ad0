//! One run's place in the directory: a time stamp that no other run has.
//!
//! All files of a run are called `<tool>_<kind>_<stamp>.prof`. The stamp has a resolution of a second,
//! so runs of the same second add `_2`, `_3` and so on. A run claims its stamp by creating a hidden
//! file of that name, which fails when another process has it, and then makes sure that no earlier run,
//! whose claim is gone, has left files of that stamp. The claim is removed at the end of the run.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::SystemTime;

use super::kind::Kind;
use super::publish::publish;
use crate::sys::{clock, files};

/// How many runs can share a second.
const CLAIMS_MAX: u32 = 10_000;

/// See the module.
#[derive(Debug)]
pub(crate) struct RunFiles {
    directory: PathBuf,
    tool: String,
    stamp: String,
    snapshots: Mutex<Vec<Kind>>,
}

impl RunFiles {
    /// Creates the directory, if it is missing, and claims a stamp for `tool` in it.
    pub(crate) fn claim(directory: &Path, tool: &str, time: SystemTime) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let second = clock::local_stamp(time);
        for number in 1..=CLAIMS_MAX {
            let stamp = if number == 1 {
                second.clone()
            } else {
                format!("{second}_{number}")
            };
            let run = Self {
                directory: directory.to_owned(),
                tool: tool.to_owned(),
                stamp,
                snapshots: Mutex::default(),
            };
            match files::create_private(&run.claim_path()) {
                Ok(_) if !run.has_files()? => return Ok(run),
                Ok(_) => run.release(),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other(format!(
            "more than {CLAIMS_MAX} runs in one second"
        )))
    }

    /// Where the profile of this kind goes.
    pub(crate) fn path(&self, kind: &Kind) -> PathBuf {
        self.directory.join(self.name(kind))
    }

    /// Writes the profile of this kind. It appears whole or not at all.
    pub(crate) fn write(&self, kind: &Kind, bytes: &[u8]) -> io::Result<PathBuf> {
        let path = self.path(kind);
        let temporary = self.directory.join(format!(".{}.part", self.name(kind)));
        publish(&path, &temporary, bytes)?;
        Ok(path)
    }

    /// The kind of a snapshot with this label; when the run has one already, the label gets a number.
    pub(crate) fn snapshot_kind(&self, label: &str) -> Kind {
        let mut snapshots = self
            .snapshots
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let numbered = (2_u32..).map(|number| Kind::snapshot(&format!("{label}.{number}")));
        let mut candidates = std::iter::once(Kind::snapshot(label)).chain(numbered);
        let kind = candidates.find(|kind| !snapshots.contains(kind));
        let kind = kind.unwrap_or_else(|| Kind::snapshot(label));
        snapshots.push(kind.clone());
        kind
    }

    /// Gives the stamp up. Files that were written keep it.
    pub(crate) fn release(&self) {
        // Whoever cleans the directory may have removed the claim before us.
        drop(fs::remove_file(self.claim_path()));
    }

    fn name(&self, kind: &Kind) -> String {
        format!("{}_{kind}_{}.prof", self.tool, self.stamp)
    }

    fn claim_path(&self) -> PathBuf {
        self.directory
            .join(format!(".{}_{}.run", self.tool, self.stamp))
    }

    fn has_files(&self) -> io::Result<bool> {
        let (start, end) = (format!("{}_", self.tool), format!("_{}.prof", self.stamp));
        let ours = |name: &str| name.starts_with(&start) && name.ends_with(&end);
        let mut names = fs::read_dir(&self.directory)?
            .flatten()
            .map(|entry| entry.file_name());
        Ok(names.any(|name| name.to_str().is_some_and(ours)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::thread;

    #[test]
    fn runs_of_the_same_second_have_their_own_stamps() {
        let directory = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let claim = || RunFiles::claim(directory.path(), "dcat", now).unwrap();
        let stamps: HashSet<String> = thread::scope(|scope| {
            let claims: Vec<_> = (0..20).map(|_| scope.spawn(|| claim().stamp)).collect();
            claims
                .into_iter()
                .map(|claim| claim.join().unwrap())
                .collect()
        });
        assert_eq!(stamps.len(), 20);
    }

    #[test]
    fn a_stamp_with_files_is_not_given_again() {
        let directory = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let first = RunFiles::claim(directory.path(), "dcat", now).unwrap();
        first.write(&Kind::Cpu, b"x").unwrap();
        first.release();
        let second = RunFiles::claim(directory.path(), "dcat", now).unwrap();
        assert_eq!(second.stamp, format!("{}_2", first.stamp));
        let other = RunFiles::claim(directory.path(), "dgrep", now).unwrap();
        assert_eq!(other.stamp, first.stamp);
    }

    #[test]
    fn a_run_that_wrote_nothing_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let run = RunFiles::claim(directory.path(), "dcat", SystemTime::now()).unwrap();
        run.release();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn snapshots_of_one_label_are_numbered() {
        let directory = tempfile::tempdir().unwrap();
        let run = RunFiles::claim(directory.path(), "dcat", SystemTime::now()).unwrap();
        let labels: Vec<String> = (0..3).map(|_| run.snapshot_kind("a").to_string()).collect();
        assert_eq!(labels, ["snapshot_a", "snapshot_a.2", "snapshot_a.3"]);
    }
}
