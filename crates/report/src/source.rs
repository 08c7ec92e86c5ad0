//! Source files of a profile: found by the paths it has, split into lines, each read once.

use std::collections::HashMap;
use std::rc::Rc;

use crate::files::{Files, reason};
use crate::path::{self, PathTrim};

/// Finds and keeps source files.
pub(crate) struct SourceReader<'a> {
    files: &'a dyn Files,
    search_path: String,
    trim_path: &'a str,
    read: HashMap<String, Rc<Result<Source, String>>>,
}

/// A source file.
#[derive(Debug)]
pub(crate) struct Source {
    content: Vec<u8>,
    /// Where each line starts, and the end of the last.
    starts: Vec<usize>,
}

impl Source {
    fn new(content: Vec<u8>) -> Source {
        let breaks = content
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n');
        let mut starts: Vec<usize> = [0]
            .into_iter()
            .chain(breaks.map(|(at, _)| at + 1))
            .collect();
        if starts.last() != Some(&content.len()) {
            starts.push(content.len());
        }
        Source { content, starts }
    }

    /// The line of this number, counted from 1, without its end.
    pub(crate) fn line(&self, number: i64) -> Option<&[u8]> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let (start, end) = (*self.starts.get(index)?, *self.starts.get(index + 1)?);
        let line = &self.content[start..end];
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

impl<'a> SourceReader<'a> {
    /// A reader that searches the directories of `source_path`, or else the current one.
    pub(crate) fn new(
        files: &'a dyn Files,
        source_path: &str,
        trim_path: &'a str,
    ) -> Result<SourceReader<'a>, std::io::Error> {
        let search_path = match source_path {
            "" => files.current_directory()?,
            path => path.to_owned(),
        };
        Ok(SourceReader {
            files,
            search_path,
            trim_path,
            read: HashMap::new(),
        })
    }

    /// The file that a profile calls `path`, or why there is none.
    pub(crate) fn open(&mut self, path: &str) -> Rc<Result<Source, String>> {
        if let Some(source) = self.read.get(path) {
            return Rc::clone(source);
        }
        let source = Rc::new(self.find(path).map(Source::new));
        self.read.insert(path.to_owned(), Rc::clone(&source));
        source
    }

    /// What became of the file where it was asked for before.
    pub(crate) fn known(&self, path: &str) -> Option<Rc<Result<Source, String>>> {
        self.read.get(path).cloned()
    }

    /// Reads an absolute path as it is, and searches a relative one in every directory of the
    /// search path and in those above it.
    fn find(&self, path: &str) -> Result<Vec<u8>, String> {
        let trim = PathTrim {
            trim_path: self.trim_path,
            source_path: &self.search_path,
        };
        let path = trim.apply(path);
        if path.starts_with('/') {
            let failed = |error| format!("open {path}: {}", reason(&error));
            return self.files.read(path).map_err(failed);
        }
        let found = path::split_list(&self.search_path)
            .flat_map(path::ancestors)
            .find_map(|directory| self.files.read(&path::join(&directory, path)).ok());
        found.ok_or_else(|| format!("could not find file {path} on path {}", self.search_path))
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn lines() {
        let source = Source::new(b"one\r\n\nthree".to_vec());
        let lines: Vec<Option<&[u8]>> = (0..5).map(|number| source.line(number)).collect();
        let expected: [Option<&[u8]>; 5] = [None, Some(b"one"), Some(b""), Some(b"three"), None];
        assert_eq!(lines, expected);
        assert_eq!(Source::new(Vec::new()).line(1), None);
        assert_eq!(Source::new(b"a\n".to_vec()).line(2), None);
    }
}
