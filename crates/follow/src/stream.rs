//! One name, and the lines of whatever stands under it in the course of time.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use logread::{Error, Source};

use crate::consumer::{Consumer, Origin};
use crate::file_system::ReadAt;
use crate::tail::first_line;
use crate::unfinished::Unfinished;

/// See the module.
#[derive(Debug)]
pub(crate) struct Stream {
    source: Source,
    number: usize,
    /// No more of its lines are wanted.
    is_done: bool,
    had_long_line: bool,
    /// A read failed, and was told of.
    is_unreadable: bool,
}

impl Stream {
    /// The stream of this number.
    pub(crate) fn new(source: Source, number: usize) -> Self {
        Stream {
            source,
            number,
            is_done: false,
            had_long_line: false,
            is_unreadable: false,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.source.path()
    }

    /// Whether no more of its lines are wanted.
    pub(crate) fn is_done(&self) -> bool {
        self.is_done
    }

    /// Whether a read has failed.
    pub(crate) fn is_unreadable(&self) -> bool {
        self.is_unreadable
    }

    /// A read failed: told once.
    pub(crate) fn read_failed(&mut self, error: io::Error, consumer: &mut impl Consumer) {
        if !std::mem::replace(&mut self.is_unreadable, true) {
            consumer.unreadable(Error::io(self.source.path(), error));
        }
    }

    /// Tells of the first line of a content that is not read from its start.
    pub(crate) fn tell_first_line(
        &self,
        file: &impl ReadAt,
        content: usize,
        limit: usize,
        consumer: &mut impl Consumer,
    ) -> io::Result<()> {
        if consumer.wants_first_lines() {
            let line = first_line(file, limit)?;
            consumer.first_line(origin(&self.source, self.number, content), &line);
        }
        Ok(())
    }

    /// Hands out the whole lines of `bytes`, which begin with what was `unfinished`.
    pub(crate) fn hand_out(
        &mut self,
        content: usize,
        unfinished: &mut Unfinished,
        bytes: &[u8],
        consumer: &mut impl Consumer,
    ) -> io::Result<()> {
        let origin = origin(&self.source, self.number, content);
        let is_done = &mut self.is_done;
        let long = unfinished.continued(bytes, |lines| {
            if !*is_done {
                *is_done = consumer.lines(origin, lines)? == ControlFlow::Break(());
            }
            Ok(())
        })?;
        if long && !self.had_long_line {
            self.had_long_line = true;
            consumer.long_line(&self.source);
        }
        Ok(())
    }

    /// Hands out the last line though its end never came, with `end` instead.
    pub(crate) fn end_line(
        &mut self,
        content: usize,
        unfinished: &mut Unfinished,
        end: &[u8],
        consumer: &mut impl Consumer,
    ) -> io::Result<()> {
        let mut rest = unfinished.take();
        if !rest.is_empty() && !self.is_done {
            rest.extend_from_slice(end);
            let origin = origin(&self.source, self.number, content);
            self.is_done = consumer.lines(origin, &rest)? == ControlFlow::Break(());
        }
        Ok(())
    }
}

fn origin(source: &Source, stream: usize, content: usize) -> Origin<'_> {
    Origin {
        source,
        stream,
        content,
    }
}
