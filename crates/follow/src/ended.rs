//! Contents that came to an end, and where in another file their lines go on.
//!
//! A file that is gone may come back, and a file that was copied before it was cut short (as `logrotate`
//! does with `copytruncate`) goes on in its copy: that may have lines that were not read before the
//! cut, behind all those that were.

use std::collections::VecDeque;
use std::io;

use crate::file_system::ReadAt;
use crate::position::Position;
use crate::tail::start_of_last_lines;

/// How many contents are remembered.
const REMEMBERED: usize = 1000;

/// Contents that ended, the last first.
#[derive(Debug)]
pub(crate) struct Ended<I> {
    contents: VecDeque<EndedContent<I>>,
}

#[derive(Debug)]
struct EndedContent<I> {
    /// That of the file, if it may come back as it was.
    identity: Option<I>,
    stream: usize,
    position: Position,
}

impl<I: Copy + Eq> Ended<I> {
    pub(crate) fn new() -> Self {
        Ended {
            contents: VecDeque::new(),
        }
    }

    /// A content of `stream` was read to `position`, and ended; it may come back as `identity`.
    pub(crate) fn push(&mut self, identity: Option<I>, stream: usize, position: Position) {
        self.contents.truncate(REMEMBERED - 1);
        self.contents.push_front(EndedContent {
            identity,
            stream,
            position,
        });
    }

    /// How far a file that came back was read.
    pub(crate) fn take(&mut self, identity: I) -> Option<Position> {
        let is_it = |content: &EndedContent<I>| content.identity == Some(identity);
        let index = self.contents.iter().position(is_it)?;
        Some(self.contents.remove(index)?.position)
    }

    /// How far each was read, and its stream.
    pub(crate) fn positions(&self) -> impl Iterator<Item = (usize, &Position)> {
        let contents = self.contents.iter();
        contents.map(|content| (content.stream, &content.position))
    }
}

/// Where the lines of `file` begin that are not those of one of the `originals`, each as far as it was
/// read, with its file if it may go on. `None` as long as `file` has nothing of its own: it may still be
/// written, or the rest is read from the original.
pub(crate) fn start_of_own_lines<'a, F: ReadAt + 'a>(
    file: &F,
    originals: impl Iterator<Item = (&'a Position, Option<&'a F>)>,
) -> io::Result<Option<u64>> {
    let size = file.size()?;
    let mut known = 0;
    for (position, original) in originals {
        let kept = position.kept(file)?;
        let is_behind = match original {
            Some(original) if kept == position.offset() => original.size()? > kept,
            _ => false,
        };
        if kept == size || is_behind {
            return Ok(None);
        }
        known = known.max(kept);
    }
    start_of_last_lines(file, known, 0).map(Some)
}
