//! Which lines belong to the result: the matching ones and the window around them.

use std::io;
use std::mem;
use std::ops::{ControlFlow, Range};

use crate::lines;
use crate::matcher::Matcher;
use crate::sink::{Run, Sink};

/// How many lines to take around the matching ones.
///
/// Windows that overlap are joined: no line comes twice, and nothing stands between two windows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Window {
    /// Lines before each match.
    pub before: u64,
    /// Lines after each match.
    pub after: u64,
    /// Stop after this many matches and the lines after the last, though not beyond the next
    /// match; 0 for no limit.
    pub max: u64,
}

impl Window {
    /// How many matches in one block may matter: the one behind the last ends the lines after it.
    pub(crate) fn matches_wanted(&self, invert: bool) -> usize {
        match self.max {
            max if max > 0 && !invert => {
                usize::try_from(max).map_or(usize::MAX, |max| max.saturating_add(1))
            }
            _ => usize::MAX,
        }
    }
}

/// The selection within one file, fed block by block.
#[derive(Debug)]
pub struct Selection<'a> {
    matcher: &'a Matcher,
    invert: bool,
    window: Window,
    /// Matches so far.
    matches: u64,
    /// Lines that still belong to the window after the last match.
    after_left: u64,
    /// The last lines that were not selected, at most `window.before`, each with its `\n`.
    held: Vec<u8>,
    held_lines: u64,
    /// The number of the next line, when lines are counted.
    number: u64,
    /// The matching lines of the block that was searched last.
    found: Vec<Range<usize>>,
}

impl<'a> Selection<'a> {
    /// Selects the lines that match, or those that do not when `invert` is set. Where every line
    /// matches there is nothing to invert.
    #[must_use]
    pub fn new(matcher: &'a Matcher, invert: bool, window: Window) -> Self {
        Selection {
            matcher,
            invert: invert && !matcher.is_everything(),
            window,
            matches: 0,
            after_left: 0,
            held: Vec::new(),
            held_lines: 0,
            number: 1,
            found: Vec::new(),
        }
    }

    /// Whether any line matched so far.
    #[must_use]
    pub fn matched(&self) -> bool {
        self.matches > 0
    }

    /// Hands the selected lines of the next block to `sink`. Breaks when no later line can be
    /// selected.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn block(&mut self, block: &[u8], sink: &mut impl Sink) -> io::Result<ControlFlow<()>> {
        self.search(block);
        self.show(block, sink)
    }

    /// Finds the matching lines of the next block.
    pub fn search(&mut self, block: &[u8]) {
        let limit = self.window.matches_wanted(self.invert);
        self.matcher.find_lines(block, limit, &mut self.found);
    }

    /// Hands the selected lines of the block that was searched last to `sink`. Breaks when no later
    /// line can be selected.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn show(&mut self, block: &[u8], sink: &mut impl Sink) -> io::Result<ControlFlow<()>> {
        let found = mem::take(&mut self.found);
        let outcome = self.replay(block, &found, sink);
        self.found = found;
        outcome
    }

    /// As [`Selection::block`], where the matching lines of the block are known.
    pub(crate) fn replay(
        &mut self,
        block: &[u8],
        matches: &[Range<usize>],
        sink: &mut impl Sink,
    ) -> io::Result<ControlFlow<()>> {
        if self.matcher.is_everything() {
            return self.stretch(block, true, sink);
        }
        let mut matches = matches.iter().cloned();
        self.with_matches(block, || matches.next(), sink)
    }

    /// `next` gives the next matching line.
    fn with_matches(
        &mut self,
        block: &[u8],
        mut next: impl FnMut() -> Option<Range<usize>>,
        sink: &mut impl Sink,
    ) -> io::Result<ControlFlow<()>> {
        let mut from = 0;
        while from < block.len() {
            let line = next().unwrap_or(block.len()..block.len());
            if self
                .stretch(&block[from..line.start], self.invert, sink)?
                .is_break()
                || self
                    .stretch(&block[line.clone()], !self.invert, sink)?
                    .is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
            from = line.end;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn stretch(
        &mut self,
        stretch: &[u8],
        selected: bool,
        sink: &mut impl Sink,
    ) -> io::Result<ControlFlow<()>> {
        match selected {
            _ if stretch.is_empty() => Ok(ControlFlow::Continue(())),
            true => self.select(stretch, sink),
            false => self.skip(stretch, sink),
        }
    }

    /// Takes lines that match.
    fn select(&mut self, stretch: &[u8], sink: &mut impl Sink) -> io::Result<ControlFlow<()>> {
        if self.window.max == 0 {
            self.matches = 1;
            self.emit_held(sink)?;
            self.emit(stretch, sink)?;
            self.after_left = self.window.after;
            return Ok(ControlFlow::Continue(()));
        }
        let (length, matches) = lines::first(stretch, self.window.max - self.matches);
        if matches > 0 {
            self.emit_held(sink)?;
            self.emit(&stretch[..length], sink)?;
            self.after_left = self.window.after;
        }
        self.matches += matches;
        let beyond = length < stretch.len();
        let finished = self.matches == self.window.max && (beyond || self.after_left == 0);
        Ok(if finished {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    }

    /// Passes over lines that do not match, but for those of a window.
    fn skip(&mut self, stretch: &[u8], sink: &mut impl Sink) -> io::Result<ControlFlow<()>> {
        let (length, after) = lines::first(stretch, self.after_left);
        if length > 0 {
            self.after_left -= after;
            self.emit(&stretch[..length], sink)?;
        }
        if self.window.max > 0 && self.matches == self.window.max && self.after_left == 0 {
            return Ok(ControlFlow::Break(()));
        }
        let rest = &stretch[length..];
        self.hold(rest);
        self.pass(rest, sink);
        Ok(ControlFlow::Continue(()))
    }

    /// Keeps the last lines, for the window before the next match.
    fn hold(&mut self, stretch: &[u8]) {
        let (start, held) = lines::last(stretch, self.window.before);
        if held == 0 {
            return;
        }
        let kept = self.held_lines.min(self.window.before - held);
        let (kept_from, _) = lines::last(&self.held, kept);
        self.held.drain(..kept_from);
        self.held.extend_from_slice(&stretch[start..]);
        if !stretch.ends_with(b"\n") {
            self.held.push(b'\n');
        }
        self.held_lines = kept + held;
    }

    fn emit_held(&mut self, sink: &mut impl Sink) -> io::Result<()> {
        if self.held_lines > 0 {
            let number = self.number.saturating_sub(self.held_lines);
            sink.run(Run {
                bytes: &self.held,
                number,
            })?;
            self.held.clear();
            self.held_lines = 0;
        }
        Ok(())
    }

    fn emit(&mut self, stretch: &[u8], sink: &mut impl Sink) -> io::Result<()> {
        sink.run(Run {
            bytes: stretch,
            number: self.number,
        })?;
        self.pass(stretch, sink);
        Ok(())
    }

    /// Counts lines, if anybody wants to know.
    fn pass(&mut self, stretch: &[u8], sink: &impl Sink) {
        if sink.wants_numbers() {
            self.number += lines::count(stretch);
        }
    }
}
