//! What to read at each look.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use logread::{Error, ErrorKind, Source};

use crate::consumer::Consumer;
use crate::ended::{Ended, start_of_own_lines};
use crate::file_system::{FileSystem, ReadAt};
use crate::followed::{Cut, Followed, Step};
use crate::position::Position;
use crate::related::may_be_copy;
use crate::stream::Stream;
use crate::tail::start_of_last_lines;
use crate::unfinished::Unfinished;

/// How files are followed.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many of the lines that are there at the first look to begin with.
    pub last_lines: u64,
    /// The longest line, in bytes without its end. Longer ones come in pieces.
    pub max_line_length: usize,
    /// How long a file that no name leads to is read on when nothing comes from it any more.
    pub linger: Duration,
}

/// What came of a look.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Looked {
    /// Some file has more than was read, so that the next look is due.
    pub more: bool,
    /// There is nothing to follow, nor will there be.
    pub over: bool,
}

/// How many files are kept open that no name leads to: a log that is rotated every moment must not
/// use up what may be open.
const UNNAMED_MAX: usize = 500;

/// How much of one file is read at one look, in bytes, so that the others have their turn.
const SHARE: usize = 8 << 20;

/// Follows files by looking at them again and again.
#[derive(Debug)]
pub struct Follower<F: FileSystem> {
    file_system: F,
    settings: Settings,
    streams: Vec<Stream>,
    by_path: HashMap<PathBuf, usize>,
    /// In the order in which they were found: what was rotated away comes before its successor.
    files: BTreeMap<usize, Followed<F::File>>,
    by_identity: HashMap<F::Identity, usize>,
    ended: Ended<F::Identity>,
    /// What is wrong with a name at present, as it was told.
    told: HashMap<PathBuf, String>,
    /// Files and contents so far.
    count: usize,
    is_first_look: bool,
    buffer: Vec<u8>,
}

impl<F: FileSystem> Follower<F>
where
    F::Identity: std::hash::Hash,
{
    /// Follows what `file_system` names.
    pub fn new(file_system: F, settings: Settings) -> Self {
        Follower {
            file_system,
            settings,
            streams: Vec::new(),
            by_path: HashMap::new(),
            files: BTreeMap::new(),
            by_identity: HashMap::new(),
            ended: Ended::new(),
            told: HashMap::new(),
            count: 0,
            is_first_look: true,
            buffer: Vec::new(),
        }
    }

    /// Reads what has come since the last look, `now` counted from any fixed point. Ends early when
    /// `is_enough`.
    ///
    /// # Errors
    /// Those of the consumer.
    pub fn look(
        &mut self,
        now: Duration,
        is_enough: impl Fn() -> bool,
        consumer: &mut impl Consumer,
    ) -> io::Result<Looked> {
        let over = self.find_files(now, consumer);
        let mut more = false;
        let numbers: Vec<usize> = self.files.keys().copied().collect();
        for number in numbers {
            if is_enough() {
                break;
            }
            let Some(mut file) = self.files.remove(&number) else {
                continue;
            };
            let read = self.read_file(&mut file, now, &is_enough, consumer);
            self.files.insert(number, file);
            more |= read?;
        }
        self.close_files(now, consumer)?;
        let all_done = || self.streams.iter().all(|stream| stream.is_done());
        Ok(Looked {
            more,
            over: over && all_done(),
        })
    }

    /// It is time to end: hands out what has come since the last look, and the last lines though their
    /// ends were not written yet. Of a line behind which there is too much to be read, nothing.
    ///
    /// # Errors
    /// Those of the consumer.
    pub fn finish(&mut self, consumer: &mut impl Consumer) -> io::Result<()> {
        for (_, mut file) in std::mem::take(&mut self.files) {
            self.read_to_end(&mut file, consumer)?;
            self.end_content(&mut file, consumer)?;
        }
        Ok(())
    }

    fn read_to_end(
        &mut self,
        file: &mut Followed<F::File>,
        consumer: &mut impl Consumer,
    ) -> io::Result<()> {
        for is_too_much in [false, true] {
            if !file.is_own {
                break;
            }
            let Ok(Step::Bytes(range)) = file.read(&mut self.buffer) else {
                break;
            };
            if is_too_much {
                file.unfinished.restart(0);
            } else {
                let (stream, bytes) = (&mut self.streams[file.stream], &self.buffer[range]);
                stream.hand_out(file.content, &mut file.unfinished, bytes, consumer)?;
            }
        }
        Ok(())
    }

    /// Whether a name stands for nothing that can be followed, and never did, or a read failed.
    #[must_use]
    pub fn failed(&self) -> bool {
        let never_was = |path| !self.by_path.contains_key(path);
        self.told.keys().any(never_was) || self.streams.iter().any(|stream| stream.is_unreadable())
    }

    /// The files that are open, and the names that stand for nothing at present.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let files = self.files.values();
        let files = files.map(|file| self.streams[file.stream].path());
        files.chain(self.told.keys().map(PathBuf::as_path))
    }

    /// Looks up all names; whether nothing can come of those that are not followed.
    fn find_files(&mut self, now: Duration, consumer: &mut impl Consumer) -> bool {
        for file in self.files.values_mut() {
            file.is_named = false;
        }
        self.take_arrived(now, consumer);
        let sources = self.file_system.sources();
        let mut find = |source: Source| self.find_file(&source, now, consumer);
        let found = sources.into_iter().map(|source| source.and_then(&mut find));
        let errors: Vec<Error> = found.filter_map(Result::err).collect();
        self.is_first_look = false;
        let over = errors.iter().all(Error::is_permanent);
        self.tell(errors, consumer);
        over
    }

    /// Tells of what was not told before. While a file is rotated away its name may stand for nothing.
    fn tell(&mut self, errors: Vec<Error>, consumer: &mut impl Consumer) {
        let is_rotating = self.files.values().any(|file| !file.is_named);
        let mut told = std::mem::take(&mut self.told);
        for error in errors {
            let (path, text) = (error.path().to_owned(), error.to_string());
            let is_known = told.remove(&path).as_ref() == Some(&text);
            if !is_known && is_rotating && matches!(error.kind(), ErrorKind::NotFound) {
                continue;
            }
            if !is_known {
                consumer.unreadable(error);
            }
            self.told.insert(path, text);
        }
    }

    /// Takes in the files that were opened since the last look, those first that appeared first. What
    /// hinders that is told when their names are looked up, if it lasts.
    fn take_arrived(&mut self, now: Duration, consumer: &mut impl Consumer) {
        for (source, identity, file) in self.file_system.arrived() {
            if !self.by_identity.contains_key(&identity) {
                let _ = self.take_in(&source, identity, file, now, consumer);
            }
        }
    }

    /// Opens the file that `source` is at present, unless it is known.
    fn find_file(
        &mut self,
        source: &Source,
        now: Duration,
        consumer: &mut impl Consumer,
    ) -> Result<(), Error> {
        let mut identity = self.file_system.identify(source)?;
        if !self.by_identity.contains_key(&identity) && !self.is_done(source) {
            let (opened, file) = self.file_system.open(source)?;
            identity = opened;
            if !self.by_identity.contains_key(&identity) {
                self.take_in(source, identity, file, now, consumer)?;
            }
        }
        let number = self.by_identity.get(&identity);
        if let Some(file) = number.and_then(|number| self.files.get_mut(number)) {
            file.is_named = true;
            file.quiet_since = now;
        }
        Ok(())
    }

    /// Whether no more lines of this name are wanted.
    fn is_done(&self, source: &Source) -> bool {
        let stream = self.by_path.get(source.path());
        stream.is_some_and(|&stream| self.streams[stream].is_done())
    }

    /// Follows a file from now on.
    fn take_in(
        &mut self,
        source: &Source,
        identity: F::Identity,
        file: F::File,
        now: Duration,
        consumer: &mut impl Consumer,
    ) -> Result<(), Error> {
        let stream = self.stream(source);
        let started = self.start(&file, identity);
        let position = started.map_err(|error| Error::io(source.path(), error))?;
        let is_first_look = self.is_first_look;
        let number = self.next_number();
        if position.is_within() {
            let limit = self.settings.max_line_length;
            let told = self.streams[stream].tell_first_line(&file, number, limit, consumer);
            if let Err(error) = told {
                // The next look begins at the same place.
                self.ended.push(Some(identity), stream, position);
                return Err(Error::io(source.path(), error));
            }
        }
        self.by_identity.insert(identity, number);
        let followed = Followed {
            file,
            stream,
            content: number,
            is_own: position.is_within() || is_first_look,
            position,
            unfinished: Unfinished::new(self.settings.max_line_length),
            is_named: false,
            quiet_since: now,
        };
        self.files.insert(number, followed);
        Ok(())
    }

    /// Where to begin: at the last lines of what is there at first, and at the start of what comes
    /// later, unless it was there before.
    fn start(&mut self, file: &F::File, identity: F::Identity) -> io::Result<Position> {
        if self.is_first_look {
            let offset = start_of_last_lines(file, file.size()?, self.settings.last_lines)?;
            return Position::at(file, offset);
        }
        Ok(self.ended.take(identity).unwrap_or_default())
    }

    fn stream(&mut self, source: &Source) -> usize {
        if let Some(&stream) = self.by_path.get(source.path()) {
            return stream;
        }
        let stream = self.streams.len();
        self.by_path.insert(source.path().to_owned(), stream);
        self.streams.push(Stream::new(source.clone(), stream));
        stream
    }

    fn next_number(&mut self) -> usize {
        self.count += 1;
        self.count - 1
    }

    /// Reads on in one file; whether there is more.
    fn read_file(
        &mut self,
        file: &mut Followed<F::File>,
        now: Duration,
        is_enough: &impl Fn() -> bool,
        consumer: &mut impl Consumer,
    ) -> io::Result<bool> {
        let mut read = 0;
        while read < SHARE && !is_enough() && !self.streams[file.stream].is_done() {
            match self.read_step(file, consumer) {
                Ok(Step::Bytes(range)) => {
                    read += range.len();
                    file.quiet_since = now;
                    let (stream, bytes) = (&mut self.streams[file.stream], &self.buffer[range]);
                    stream.hand_out(file.content, &mut file.unfinished, bytes, consumer)?;
                }
                Ok(Step::Cut(cut)) => {
                    file.quiet_since = now;
                    self.cut(file, cut, consumer)?;
                }
                Ok(Step::End) => return Ok(false),
                Err(error) => {
                    self.streams[file.stream].read_failed(error, consumer);
                    return Ok(false);
                }
            }
        }
        Ok(!self.streams[file.stream].is_done())
    }

    /// Reads what comes next. A file that may be a copy has to have something of its own.
    fn read_step(
        &mut self,
        file: &mut Followed<F::File>,
        consumer: &mut impl Consumer,
    ) -> io::Result<Step> {
        if !file.is_own {
            let Some(start) = start_of_own_lines(&file.file, self.originals(file.stream))? else {
                return Ok(Step::End);
            };
            if start > 0 {
                file.position = Position::at(&file.file, start)?;
                let limit = self.settings.max_line_length;
                let stream = &self.streams[file.stream];
                stream.tell_first_line(&file.file, file.content, limit, consumer)?;
            }
            file.is_own = true;
        }
        file.read(&mut self.buffer)
    }

    /// What a file called as this stream may be a copy of.
    fn originals(&self, stream: usize) -> impl Iterator<Item = (&Position, Option<&F::File>)> {
        let path = |stream: usize| self.streams[stream].path();
        let may_be = move |original| may_be_copy(path(stream), path(original));
        let files = self.files.values();
        let files = files.map(|file| (file.stream, &file.position, Some(&file.file)));
        let ended = self.ended.positions();
        files
            .chain(ended.map(|(stream, position)| (stream, position, None)))
            .filter(move |(stream, position, _)| position.is_within() && may_be(*stream))
            .map(|(_, position, file)| (position, file))
    }

    /// Goes on with what is left of a file that was cut short or written anew.
    fn cut(
        &mut self,
        file: &mut Followed<F::File>,
        cut: Cut,
        consumer: &mut impl Consumer,
    ) -> io::Result<()> {
        if !cut.ends_line {
            file.unfinished.restart(0);
        }
        if cut.position.is_within() {
            self.end_line(file, b"\n", consumer)?;
        } else {
            self.end_content(file, consumer)?;
            file.content = self.next_number();
            file.is_own = !cut.ends_line || cut.known > 0;
        }
        file.unfinished.restart(cut.known);
        let ended = std::mem::replace(&mut file.position, cut.position);
        self.ended.push(None, file.stream, ended);
        Ok(())
    }

    /// No more comes of a content: the file was replaced or is gone.
    fn end_content(
        &mut self,
        file: &mut Followed<F::File>,
        consumer: &mut impl Consumer,
    ) -> io::Result<()> {
        self.end_line(file, b"", consumer)?;
        consumer.ended(file.content);
        Ok(())
    }

    /// The last line ends with `end`, though its end never came.
    fn end_line(
        &mut self,
        file: &mut Followed<F::File>,
        end: &[u8],
        consumer: &mut impl Consumer,
    ) -> io::Result<()> {
        let stream = &mut self.streams[file.stream];
        stream.end_line(file.content, &mut file.unfinished, end, consumer)
    }

    /// Closes files that are done with: no name leads to them and nothing comes any more. Where there
    /// are too many, those that were found first and had nothing at this look.
    fn close_files(&mut self, now: Duration, consumer: &mut impl Consumer) -> io::Result<()> {
        let linger = self.settings.linger;
        let streams = &self.streams;
        let unnamed = self.files.values().filter(|file| !file.is_named).count();
        let mut surplus = unnamed.saturating_sub(UNNAMED_MAX);
        let mut is_closed = |file: &Followed<F::File>| {
            let quiet = now.saturating_sub(file.quiet_since);
            let is_surplus = !file.is_named && !quiet.is_zero() && surplus > 0;
            surplus -= usize::from(is_surplus);
            let is_over = !file.is_named && quiet >= linger;
            streams[file.stream].is_done() || is_over || is_surplus
        };
        let files = self.files.iter().filter(|(_, file)| is_closed(file));
        let numbers: Vec<usize> = files.map(|(number, _)| *number).collect();
        for number in numbers {
            let Some(mut file) = self.files.remove(&number) else {
                continue;
            };
            self.end_content(&mut file, consumer)?;
            self.forget(number, file);
        }
        Ok(())
    }

    /// Remembers how far a file was read, should it come back.
    fn forget(&mut self, number: usize, file: Followed<F::File>) {
        let known = self.by_identity.iter().find(|(_, known)| **known == number);
        let Some(identity) = known.map(|(identity, _)| *identity) else {
            return;
        };
        self.by_identity.remove(&identity);
        self.ended.push(Some(identity), file.stream, file.position);
    }
}
