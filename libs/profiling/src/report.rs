//! What stopping a profiler gives.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::manager::Kind;

/// The files that were written, and what went wrong. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct ProfileReport {
    content: Arc<Content>,
}

#[derive(Debug, Default)]
struct Content {
    files: Vec<ProfileFile>,
    warnings: Vec<String>,
}

impl ProfileReport {
    pub(crate) fn new(files: Vec<ProfileFile>, warnings: Vec<String>) -> Self {
        Self {
            content: Arc::new(Content { files, warnings }),
        }
    }

    /// The files that were written, snapshots first, in the order in which they were.
    #[must_use]
    pub fn files(&self) -> &[ProfileFile] {
        &self.content.files
    }

    /// What went wrong, a sentence each: what could not be started, sampled or written.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.content.warnings
    }
}

/// A profile that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileFile {
    kind: Kind,
    path: PathBuf,
}

impl ProfileFile {
    pub(crate) fn new(kind: Kind, path: PathBuf) -> Self {
        Self { kind, path }
    }

    /// What the profile is about.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Where it is, below the directory that the builder was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}
