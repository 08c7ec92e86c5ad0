//! What a thread found in one piece of a file.

use std::ops::Range;

use logread::Chunk;

use crate::feed::{Part, Piece};
use crate::matcher::Matcher;

/// A piece, its lines and those of them that match. Used again and again, for its buffers.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The number of the piece.
    pub(crate) number: u64,
    pub(crate) piece: Option<Piece>,
    pub(crate) buffer: Vec<u8>,
    /// Where the lines are in the buffer, and in the file if that is read in chunks.
    pub(crate) chunk: Chunk,
    /// The matching lines, as ranges of the lines.
    pub(crate) matches: Vec<Range<usize>>,
}

impl Findings {
    /// Reads the lines of the piece, unless they are there already or are read in their turn.
    pub(crate) fn read(&mut self) {
        self.chunk = match &self.piece {
            Some(Piece::Of(reading, Part::Chunk { index, .. })) if !reading.is_finished() => {
                let chunks = reading.chunks.as_ref();
                chunks.map_or_else(Chunk::default, |chunks| {
                    chunks.read(*index, &mut self.buffer)
                })
            }
            Some(Piece::Of(_, Part::Block(lines))) => Chunk {
                lines: lines.clone(),
                ..Chunk::default()
            },
            _ => Chunk::default(),
        };
    }

    /// Finds the matching lines, though not many more than `limit`.
    pub(crate) fn search(&mut self, matcher: &Matcher, limit: usize) {
        let lines = &self.buffer[self.chunk.lines.clone()];
        matcher.find_lines(lines, limit, &mut self.matches);
    }

    pub(crate) fn lines(&self) -> &[u8] {
        &self.buffer[self.chunk.lines.clone()]
    }
}
