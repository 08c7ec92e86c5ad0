//! Every order of what may become of a log file: no line is lost, none comes twice.
//!
//! The files are in memory. What is expected comes from a model that has no positions: it knows for
//! each content of each file what could be seen of it at the looks.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::rc::{Rc, Weak};
use std::time::Duration;

use follow::{Consumer, FileSystem, Follower, Origin, ReadAt, Settings};
use logread::{Error, ErrorKind, Source};
use proptest::prelude::*;

/// The names that are followed.
const NAMES: [&str; 2] = ["a.log", "b.log"];
/// A name that is not.
const ASIDE: &str = "a.log.1";
const LINGER: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    /// A whole line is written to the file under this name.
    Line(&'static str),
    /// A piece of a line is.
    Piece(&'static str),
    /// The file is cut to nothing.
    Truncate(&'static str),
    /// `a.log` becomes `a.log.1`, and nothing takes its place yet.
    Rotate,
    /// What was rotated away takes its old name again.
    ComeBack,
    /// `a.log` is there, empty if it was not.
    Create,
    Remove(&'static str),
    Look,
    /// More time than a file that is gone is waited for.
    Wait,
}

use Event::*;

const EVENTS: [Event; 13] = [
    Line("a.log"),
    Piece("a.log"),
    Line("b.log"),
    Line(ASIDE),
    Truncate("a.log"),
    Truncate(ASIDE),
    Rotate,
    ComeBack,
    Create,
    Remove("a.log"),
    Remove(ASIDE),
    Look,
    Wait,
];

/// One file: what is in it, and what the model knows of it.
#[derive(Debug)]
struct Inode {
    /// Taken again by other files once this is closed and has no name.
    number: usize,
    bytes: RefCell<Vec<u8>>,
    contents: RefCell<Vec<Content>>,
    /// Whether the follower knows of it, and since which look nothing came.
    quiet_since: RefCell<Option<Duration>>,
}

/// What was written between two truncations.
#[derive(Clone, Debug, Default)]
struct Content {
    /// As much as was there at the last look at which it was followed.
    seen: Vec<u8>,
    /// Where lines ended because nothing more was expected.
    cuts: Vec<usize>,
    /// What was there when following began.
    passed_over: usize,
}

type World = Rc<RefCell<Files>>;

#[derive(Debug, Default)]
struct Files {
    names: BTreeMap<&'static str, Rc<Inode>>,
    /// All that there ever were, for the model.
    numbers: Vec<Weak<Inode>>,
}

impl Files {
    fn create(&mut self, name: &'static str) {
        if self.names.contains_key(name) {
            return;
        }
        let in_use = |number| {
            let alive = self.numbers.iter().filter_map(Weak::upgrade);
            alive.into_iter().any(|inode| inode.number == number)
        };
        let inode = Rc::new(Inode {
            number: (0..)
                .find(|number| !in_use(*number))
                .expect("numbers never end"),
            bytes: RefCell::default(),
            contents: RefCell::new(vec![Content::default()]),
            quiet_since: RefCell::default(),
        });
        self.numbers.push(Rc::downgrade(&inode));
        self.names.insert(name, inode);
    }

    fn alive(&self) -> Vec<Rc<Inode>> {
        self.numbers.iter().filter_map(Weak::upgrade).collect()
    }

    fn is_followed(&self, inode: &Rc<Inode>) -> bool {
        let named = NAMES.iter().filter_map(|name| self.names.get(name));
        named.into_iter().any(|named| Rc::ptr_eq(named, inode))
    }

    /// What a look at `now` can see.
    fn see(&mut self, now: Duration, is_first: bool) {
        for inode in self.alive() {
            let is_named = self.is_followed(&inode);
            let (bytes, mut quiet) = (inode.bytes.borrow(), inode.quiet_since.borrow_mut());
            let mut contents = inode.contents.borrow_mut();
            let content = contents.last_mut().expect("there is one at least");
            if quiet.is_none() && !is_named {
                continue;
            }
            if is_first {
                content.passed_over = bytes
                    .iter()
                    .rposition(|b| *b == b'\n')
                    .map_or(0, |at| at + 1);
                content.seen = bytes[..content.passed_over].to_vec();
            }
            let grew = content.seen != *bytes;
            content.seen.clone_from(&bytes);
            if grew || quiet.is_none() {
                *quiet = Some(now);
            }
            let end = content.seen.len();
            for ended in contents.iter_mut().rev().skip(1) {
                let end = ended.seen.len();
                ended.cuts.push(end);
            }
            let since = quiet.expect("it was set above");
            if !is_named && now - since >= LINGER {
                *quiet = None;
                let content = contents.last_mut().expect("there is one at least");
                content.cuts.push(end);
            }
        }
    }
}

impl Drop for Inode {
    fn drop(&mut self) {
        EXPECTED.with_borrow_mut(|expected| expected.append(&mut self.contents.borrow_mut()));
    }
}

thread_local! {
    /// The contents of files that are closed.
    static EXPECTED: RefCell<Vec<Content>> = RefCell::default();
}

impl Content {
    fn lines(&self) -> Vec<String> {
        let is_end = |&end: &usize| self.seen[end - 1] == b'\n' || self.cuts.contains(&end);
        let ends = (self.passed_over + 1..=self.seen.len()).filter(is_end);
        let mut start = self.passed_over;
        ends.map(|end| {
            let line = &self.seen[std::mem::replace(&mut start, end)..end];
            String::from_utf8_lossy(line).into_owned()
        })
        .collect()
    }
}

struct Disk(World);

struct File(Rc<Inode>);

impl FileSystem for Disk {
    type Identity = usize;
    type File = File;

    fn sources(&mut self) -> Vec<Result<Source, Error>> {
        NAMES
            .iter()
            .map(|name| Ok(Source::file(name, *name)))
            .collect()
    }

    fn identify(&mut self, source: &Source) -> Result<usize, Error> {
        self.open(source).map(|(identity, _)| identity)
    }

    fn open(&mut self, source: &Source) -> Result<(usize, File), Error> {
        let files = self.0.borrow();
        let name = source.path().to_str().expect("names are text");
        let inode = files.names.get(name);
        let inode = inode.ok_or_else(|| Error::new(name, ErrorKind::NotFound))?;
        Ok((inode.number, File(Rc::clone(inode))))
    }
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let bytes = self.0.bytes.borrow();
        let rest = bytes.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.0.bytes.borrow().len() as u64)
    }
}

#[derive(Default)]
struct Lines(Vec<String>);

impl Consumer for Lines {
    fn lines(&mut self, _: Origin<'_>, lines: &[u8]) -> io::Result<ControlFlow<()>> {
        let text = String::from_utf8_lossy(lines);
        self.0.extend(text.split_inclusive('\n').map(str::to_owned));
        Ok(ControlFlow::Continue(()))
    }

    fn long_line(&mut self, source: &Source) {
        panic!("no line is long: {source:?}");
    }

    fn unreadable(&mut self, error: Error) {
        assert!(matches!(error.kind(), ErrorKind::NotFound), "{error}");
    }
}

/// Plays `events`; the lines that came, and those that had to.
fn play(events: &[Event]) -> (Vec<String>, Vec<String>) {
    EXPECTED.with_borrow_mut(Vec::clear);
    let world = World::default();
    world.borrow_mut().create("a.log");
    let settings = Settings {
        last_lines: 0,
        max_line_length: 1000,
        linger: LINGER,
    };
    let mut follower = Follower::new(Disk(Rc::clone(&world)), settings);
    let mut got = Lines::default();
    let (mut now, mut is_first) = (Duration::ZERO, true);
    for (number, event) in events.iter().chain(&[Look, Look]).enumerate() {
        let mut files = world.borrow_mut();
        match *event {
            Line(name) => write(&mut files, name, format!("{number};\n")),
            Piece(name) => write(&mut files, name, format!("{number},")),
            Truncate(name) => {
                if let Some(inode) = files.names.get(name) {
                    inode.bytes.borrow_mut().clear();
                    inode.contents.borrow_mut().push(Content::default());
                }
            }
            Rotate => {
                if let Some(inode) = files.names.remove("a.log") {
                    files.names.insert(ASIDE, inode);
                }
            }
            ComeBack => {
                if let Some(inode) = files.names.remove(ASIDE) {
                    files.names.insert("a.log", inode);
                }
            }
            Create => files.create("a.log"),
            Remove(name) => drop(files.names.remove(name)),
            Wait => now += 2 * LINGER,
            Look => {
                files.see(now, is_first);
                is_first = false;
                drop(files);
                let looked = follower
                    .look(now, || false, &mut got)
                    .expect("memory never fails");
                assert!(!looked.more && !looked.over);
            }
        }
    }
    drop((follower, world));
    let contents = EXPECTED.with_borrow_mut(std::mem::take);
    let mut expected: Vec<String> = contents.iter().flat_map(Content::lines).collect();
    expected.sort_unstable();
    (got.0, expected)
}

fn write(files: &mut Files, name: &'static str, text: String) {
    if name != ASIDE {
        files.create(name);
    }
    if let Some(inode) = files.names.get(name) {
        inode.bytes.borrow_mut().extend_from_slice(text.as_bytes());
    }
}

fn check(events: &[Event]) {
    let (mut got, expected) = play(events);
    got.sort_unstable();
    assert_eq!(got, expected, "{events:?}");
}

#[test]
fn every_order_of_four_events() {
    const COUNT: usize = EVENTS.len();
    for number in 0..COUNT.pow(4) {
        let digit = |place| number / COUNT.pow(place) % COUNT;
        let events = [0, 1, 2, 3].map(|place| EVENTS[digit(place)]);
        check(&events);
        check(&events.map(|event| [event, Look]).concat());
    }
}

#[test]
fn a_line_whose_writer_was_late_is_not_lost() {
    let events = [
        Look,
        Line("a.log"),
        Look,
        Rotate,
        Create,
        Line("a.log"),
        Look,
        Line(ASIDE),
    ];
    assert_eq!(play(&events).0, ["1;\n", "5;\n", "7;\n"]);
}

#[test]
fn a_file_written_anew_to_a_larger_size_is_read_from_its_start() {
    let events = [
        Look,
        Line("a.log"),
        Look,
        Truncate("a.log"),
        Line("a.log"),
        Line("a.log"),
    ];
    assert_eq!(play(&events).0, ["1;\n", "4;\n", "5;\n"]);
}

#[test]
fn the_last_line_of_a_file_that_is_gone_needs_no_end() {
    let events = [
        Look,
        Piece("a.log"),
        Look,
        Remove("a.log"),
        Look,
        Wait,
        Look,
    ];
    assert_eq!(play(&events).0, ["1,"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn long_stories(events in prop::collection::vec(prop::sample::select(EVENTS.as_slice()), 0..60)) {
        check(&events);
    }
}
