//! Standard input, read by a thread of its own: nothing may come from it for a long time.

use std::io::{self, Read};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;

use cli::{Ending, Input};
use follow::{Consumer, Origin, Unfinished, Waker};
use logread::Source;

/// How much is read at a time, in bytes.
const STEP: usize = 64 << 10;

/// How many reads may wait for the reader to catch up.
const AHEAD: usize = 4;

/// What comes from standard input.
pub(crate) struct StandardInput {
    source: Source,
    unfinished: Unfinished,
    reads: Receiver<io::Result<Vec<u8>>>,
    is_open: bool,
}

/// Number of the stream and its content: no file has it.
const NUMBER: usize = usize::MAX;

impl StandardInput {
    /// Reads until the end, or until `ending` is due, and wakes whoever waits.
    pub(crate) fn start(ending: Ending, waker: Waker, max_line_length: usize) -> io::Result<Self> {
        let (sender, reads) = mpsc::sync_channel(AHEAD);
        let mut input = Input::until(ending);
        let work = move || {
            loop {
                let mut buffer = vec![0; STEP];
                let read = input.read(&mut buffer);
                let is_last = !matches!(read, Ok(1..));
                let read = read.map(|length| {
                    buffer.truncate(length);
                    buffer
                });
                if sender.send(read).is_err() || is_last {
                    break;
                }
                waker.wake();
            }
            waker.wake();
        };
        thread::Builder::new()
            .name("standard-input".to_owned())
            .spawn(work)?;
        Ok(StandardInput {
            source: Source::standard_input(),
            unfinished: Unfinished::new(max_line_length),
            reads,
            is_open: true,
        })
    }

    /// Whether more may come.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Hands out what has come.
    ///
    /// # Errors
    /// Those of the consumer.
    pub(crate) fn look(&mut self, consumer: &mut impl Consumer) -> io::Result<()> {
        while self.is_open {
            match self.reads.try_recv() {
                Ok(Ok(bytes)) if !bytes.is_empty() => self.add(&bytes, consumer)?,
                Ok(Err(error)) => {
                    consumer.unreadable(logread::Error::io("-", error));
                    self.end(consumer)?;
                }
                Err(TryRecvError::Empty) => break,
                Ok(Ok(_)) | Err(TryRecvError::Disconnected) => self.end(consumer)?,
            }
        }
        Ok(())
    }

    /// It is time to end: hands out what has come, and the last line though its end has not.
    ///
    /// # Errors
    /// Those of the consumer.
    pub(crate) fn finish(&mut self, consumer: &mut impl Consumer) -> io::Result<()> {
        self.look(consumer)?;
        if self.is_open {
            self.end(consumer)?;
        }
        Ok(())
    }

    fn origin(source: &Source) -> Origin<'_> {
        Origin {
            source,
            stream: NUMBER,
            content: NUMBER,
        }
    }

    fn add(&mut self, bytes: &[u8], consumer: &mut impl Consumer) -> io::Result<()> {
        let bytes = [self.unfinished.bytes(), bytes].concat();
        let (source, is_open) = (&self.source, &mut self.is_open);
        let long = self.unfinished.continued(&bytes, |lines| {
            if *is_open {
                *is_open = consumer.lines(Self::origin(source), lines)?.is_continue();
            }
            Ok(())
        })?;
        if long {
            consumer.long_line(source);
        }
        Ok(())
    }

    fn end(&mut self, consumer: &mut impl Consumer) -> io::Result<()> {
        self.is_open = false;
        let rest = self.unfinished.take();
        if !rest.is_empty() {
            // Nothing comes after it, whether it is wanted or not.
            let _ = consumer.lines(Self::origin(&self.source), &rest)?;
        }
        consumer.ended(NUMBER);
        Ok(())
    }
}
