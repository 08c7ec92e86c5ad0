//! Files that are opened as soon as the system tells of their names.
//!
//! Between two looks a file may appear, be written to and be removed: no look would ever see it. So
//! whoever is told of a name opens at once what stands under it, and the next look takes it in. Once
//! open, a file can be read whatever becomes of its names.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use logread::{FileIdentity, Source};

use crate::disk::Opener;

/// How many files may wait for a look, which may be late: whoever prints the lines may be slow.
const WAITING_MAX: usize = 256;

/// Opens files when they appear; all clones are one.
#[derive(Clone, Debug)]
pub struct Arrivals {
    names: Arc<[OsString]>,
    opener: Opener,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// The directories of paths that are followed, as they are called there.
    directories: HashMap<PathBuf, Directory>,
    /// Paths that are links, and where the files are to which they lead.
    links: HashMap<PathBuf, (Directory, OsString)>,
    waiting: Vec<(Source, FileIdentity, File)>,
}

/// The identity of a directory, which may have many names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Directory {
    device: u64,
    inode: u64,
}

impl Directory {
    /// That of a path; `None` for what is no directory.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_dir)?;
        Some(Directory {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }
}

impl Arrivals {
    /// For the files that `names` stand for and `opener` opens.
    pub(crate) fn new(names: Vec<OsString>, opener: Opener) -> Self {
        Arrivals {
            names: names.into(),
            opener,
            state: Arc::default(),
        }
    }

    /// A path that is followed has its file, or the link to it, in this directory.
    pub(crate) fn directory_is(&self, path: &Path, directory: Directory) {
        self.lock().directories.insert(path.to_owned(), directory);
    }

    /// A path that is followed leads to this name in another directory, or to another name.
    pub(crate) fn link_is(&self, path: &Path, directory: Directory, name: &OsStr) {
        let target = (directory, name.to_owned());
        self.lock().links.insert(path.to_owned(), target);
    }

    /// Something appeared under this path, which names its directory in whatever way. Opens it if it
    /// is to be followed.
    pub(crate) fn appeared(&self, path: &Path) {
        for path in self.paths_of(path) {
            let Some(source) = logread::source_at(&self.names, &path) else {
                continue;
            };
            // It may be gone already. What cannot be opened for another reason, a look tells of.
            if let Ok((identity, file)) = self.opener.open(&source) {
                let mut state = self.lock();
                if state.waiting.len() < WAITING_MAX {
                    state.waiting.push((source, identity, file));
                }
            }
        }
    }

    /// What is followed may call it by these paths.
    fn paths_of(&self, path: &Path) -> Vec<PathBuf> {
        let directory = path.parent().and_then(Directory::at);
        let (Some(directory), Some(name)) = (directory, path.file_name()) else {
            return Vec::new();
        };
        let state = self.lock();
        let is_here = |(_, known): &(_, &Directory)| **known == directory;
        let here = state.directories.iter().filter(is_here);
        let leads_here =
            |(_, target): &(_, &(Directory, OsString))| target.0 == directory && target.1 == name;
        let links = state.links.iter().filter(leads_here);
        here.map(|(directory, _)| directory.join(name))
            .chain(links.map(|(path, _)| path.clone()))
            .collect()
    }

    /// The files that were opened since it was asked last.
    pub(crate) fn take(&self) -> Vec<(Source, FileIdentity, File)> {
        std::mem::take(&mut self.lock().waiting)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
