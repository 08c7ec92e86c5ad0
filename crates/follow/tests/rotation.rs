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

use follow::{Arrived, Consumer, FileSystem, Follower, Origin, ReadAt, Settings};
use logread::{Error, ErrorKind, Source};
use proptest::prelude::*;

/// The names that are followed.
const NAMES: [&str; 2] = ["a.log", "b.log"];
/// A name that may be, too.
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
    /// The file is cut to a part of it, in thirds.
    Cut(&'static str, usize),
    /// `a.log` becomes `a.log.1`, and nothing takes its place yet.
    Rotate,
    /// `a.log` is copied to `a.log.1`, another file than before.
    Copy,
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

const EVENTS: [Event; 15] = [
    Line("a.log"),
    Piece("a.log"),
    Line("b.log"),
    Line(ASIDE),
    Truncate("a.log"),
    Truncate(ASIDE),
    Cut("a.log", 1),
    Rotate,
    Copy,
    ComeBack,
    Create,
    Remove("a.log"),
    Remove(ASIDE),
    Look,
    Wait,
];

/// What else there is in long stories.
const MORE_EVENTS: [Event; 3] = [Cut("a.log", 2), Cut(ASIDE, 2), Piece(ASIDE)];

/// One file. Its number is taken again by other files once it is closed and has no name.
#[derive(Debug)]
struct Inode {
    number: usize,
    bytes: RefCell<Vec<u8>>,
}

/// What the model knows of a file that is followed.
#[derive(Debug)]
struct Known {
    inode: Rc<Inode>,
    /// The name it was found under.
    stream: &'static str,
    /// All that was there at the last look.
    seen: Vec<u8>,
    /// Behind the lines that were handed out.
    from: usize,
    /// How many bytes from there on were part of a longer line that was handed out.
    known: usize,
    is_own: bool,
    quiet_since: Duration,
}

/// A content that came to an end: of which file if it may come back, its name, and all of it.
type Ended = (Option<usize>, &'static str, Vec<u8>);

type World = Rc<RefCell<Files>>;

#[derive(Debug, Default)]
struct Files {
    followed: Vec<&'static str>,
    /// Whether each file is told of as soon as it has a name, after the first look.
    tells: bool,
    /// What was told since the last look.
    told: Vec<(&'static str, Rc<Inode>)>,
    names: BTreeMap<&'static str, Rc<Inode>>,
    /// All files there ever were.
    inodes: Vec<Weak<Inode>>,
    model: Model,
}

/// Expects lines, from all the bytes that were ever seen.
#[derive(Debug, Default)]
struct Model {
    files: Vec<Known>,
    ended: Vec<Ended>,
    lines: Vec<String>,
}

impl Files {
    fn create(&mut self, name: &'static str) {
        if !self.names.contains_key(name) {
            let inode = self.inode(Vec::new());
            self.name(name, inode);
        }
    }

    fn name(&mut self, name: &'static str, inode: Rc<Inode>) {
        if self.tells && self.followed.contains(&name) {
            self.told.push((name, Rc::clone(&inode)));
        }
        self.names.insert(name, inode);
    }

    fn inode(&mut self, bytes: Vec<u8>) -> Rc<Inode> {
        let alive: Vec<_> = self.inodes.iter().filter_map(Weak::upgrade).collect();
        let in_use = |number| alive.iter().any(|inode| inode.number == number);
        let inode = Rc::new(Inode {
            number: (0..)
                .find(|number| !in_use(*number))
                .expect("numbers never end"),
            bytes: RefCell::new(bytes),
        });
        self.inodes.push(Rc::downgrade(&inode));
        inode
    }

    /// What a look at `now` can see.
    fn see(&mut self, now: Duration, is_first: bool) {
        let Files {
            followed,
            names,
            model,
            told,
            ..
        } = self;
        for (name, inode) in told {
            if !model
                .files
                .iter()
                .any(|file| Rc::ptr_eq(&file.inode, inode))
            {
                model.find(name, inode, now, false);
            }
        }
        for (name, inode) in followed.iter().filter_map(|name| names.get_key_value(name)) {
            model.find(name, inode, now, is_first);
        }
        for index in 0..model.files.len() {
            model.read(index, now);
        }
        let is_named = |inode: &Rc<Inode>| {
            let mut named = followed.iter().filter_map(|name| names.get(name));
            named.any(|named| Rc::ptr_eq(named, inode))
        };
        let is_closed =
            |file: &mut Known| !is_named(&file.inode) && now - file.quiet_since >= LINGER;
        for mut file in model.files.extract_if(.., is_closed).collect::<Vec<_>>() {
            model.lines.extend(file.rest());
            model
                .ended
                .push((Some(file.inode.number), file.stream, file.seen));
        }
    }
}

impl Model {
    fn find(&mut self, name: &'static str, inode: &Rc<Inode>, now: Duration, is_first: bool) {
        let mut files = self.files.iter_mut();
        if let Some(file) = files.find(|file| Rc::ptr_eq(&file.inode, inode)) {
            file.quiet_since = now;
            return;
        }
        let mut file = Known {
            inode: Rc::clone(inode),
            stream: name,
            seen: Vec::new(),
            from: 0,
            known: 0,
            is_own: is_first,
            quiet_since: now,
        };
        let is_it = |(number, ..): &Ended| *number == Some(inode.number);
        if is_first {
            let bytes = inode.bytes.borrow();
            file.seen = bytes[..line_start(&bytes, bytes.len())].to_vec();
        } else if let Some(index) = self.ended.iter().rposition(is_it) {
            file.seen = self.ended.remove(index).2;
            file.is_own = !file.seen.is_empty();
        }
        file.from = file.seen.len();
        self.files.push(file);
    }

    fn read(&mut self, index: usize, now: Duration) {
        let bytes = self.files[index].inode.bytes.borrow().clone();
        if !self.files[index].is_own && !self.find_own_lines(index, &bytes) {
            return;
        }
        let file = &mut self.files[index];
        if file.seen != bytes {
            file.quiet_since = now;
        }
        if !bytes.starts_with(&file.seen) {
            let kept = same(&bytes, &file.seen);
            let start = line_start(&bytes, kept);
            let mut ended = None;
            if kept <= file.from {
                ended = file.rest();
                if let Some(line) = ended.as_mut().filter(|_| start > 0) {
                    line.push('\n');
                }
            }
            file.known = kept.min(file.from) - start;
            file.from = start;
            file.is_own = kept > 0;
            let seen = std::mem::replace(&mut file.seen, bytes[..start].to_vec());
            self.ended.push((None, file.stream, seen));
            self.lines.extend(ended);
            return self.read(index, now);
        }
        file.seen = bytes;
        while let Some(length) = file.seen[file.from..].iter().position(|b| *b == b'\n') {
            let line = &file.seen[file.from..=file.from + length];
            self.lines.push(String::from_utf8_lossy(line).into_owned());
            file.from += length + 1;
            file.known = 0;
        }
    }

    /// Where the lines begin that a copy does not have in common with what it may be a copy of;
    /// whether there are any.
    fn find_own_lines(&mut self, index: usize, bytes: &[u8]) -> bool {
        let file = &self.files[index];
        if file.stream == ASIDE {
            let live = self
                .files
                .iter()
                .filter(|other| !Rc::ptr_eq(&other.inode, &file.inode));
            let live =
                live.map(|other| (other.stream, &other.seen, other.inode.bytes.borrow().len()));
            let ended = self
                .ended
                .iter()
                .map(|(_, stream, seen)| (*stream, seen, 0));
            let mut known = 0;
            for (stream, seen, size) in live.chain(ended) {
                if stream != "a.log" || seen.is_empty() {
                    continue;
                }
                let kept = same(bytes, seen);
                if kept == bytes.len() || kept == seen.len() && size > kept {
                    return false;
                }
                known = known.max(kept);
            }
            let start = line_start(bytes, known);
            let file = &mut self.files[index];
            file.seen = bytes[..start].to_vec();
            file.from = start;
        }
        self.files[index].is_own = true;
        true
    }

    fn finish(mut self) -> Vec<String> {
        for file in &mut self.files {
            self.lines.extend(file.rest());
        }
        self.lines.sort_unstable();
        self.lines
    }
}

impl Known {
    /// The last line, though its end never came, unless it is known.
    fn rest(&mut self) -> Option<String> {
        let rest = &self.seen[std::mem::replace(&mut self.from, self.seen.len())..];
        let known = std::mem::take(&mut self.known);
        (rest.len() > known).then(|| String::from_utf8_lossy(rest).into_owned())
    }
}

/// How many bytes both begin with.
fn same(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Where the line begins that ends behind `end`.
fn line_start(bytes: &[u8], end: usize) -> usize {
    bytes[..end]
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1)
}

struct Disk(World);

struct File(Rc<Inode>);

impl FileSystem for Disk {
    type Identity = usize;
    type File = File;

    fn sources(&mut self) -> Vec<Result<Source, Error>> {
        let files = self.0.borrow();
        let sources = files.followed.iter();
        sources.map(|name| Ok(Source::file(name, *name))).collect()
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

    fn arrived(&mut self) -> Vec<Arrived<Self>> {
        let told = std::mem::take(&mut self.0.borrow_mut().told);
        let opened = told.into_iter().map(|(name, inode)| {
            let source = Source::file(name, name);
            (source, inode.number, File(inode))
        });
        opened.collect()
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

const SETTINGS: Settings = Settings {
    last_lines: 0,
    max_line_length: 1000,
    linger: LINGER,
};

/// Plays `events`, with files that are told of at once or only found at looks; the lines that came, and
/// those that had to, sorted.
fn play(events: &[Event], followed: &[&'static str], tells: bool) -> (Vec<String>, Vec<String>) {
    let world = World::default();
    world.borrow_mut().followed = followed.to_vec();
    world.borrow_mut().create("a.log");
    let mut follower = Follower::new(Disk(Rc::clone(&world)), SETTINGS);
    let mut got = Lines::default();
    let (mut now, mut is_first) = (Duration::ZERO, true);
    for (number, event) in events.iter().chain(&[Look, Look]).enumerate() {
        let mut files = world.borrow_mut();
        match *event {
            Line(name) => write(&mut files, name, format!("{number};\n")),
            Piece(name) => write(&mut files, name, format!("{number},")),
            Truncate(name) => cut(&files, name, 0),
            Cut(name, thirds) => cut(&files, name, thirds),
            Rotate => {
                if let Some(inode) = files.names.remove("a.log") {
                    files.name(ASIDE, inode);
                }
            }
            Copy => {
                if let Some(inode) = files.names.get("a.log").cloned() {
                    files.names.remove(ASIDE);
                    let copy = files.inode(inode.bytes.borrow().clone());
                    files.name(ASIDE, copy);
                }
            }
            ComeBack => {
                if let Some(inode) = files.names.remove(ASIDE) {
                    files.name("a.log", inode);
                }
            }
            Create => files.create("a.log"),
            Remove(name) => drop(files.names.remove(name)),
            Wait => now += 2 * LINGER,
            Look => {
                files.see(now, is_first);
                is_first = false;
                files.tells = tells;
                drop(files);
                let looked = follower
                    .look(now, || false, &mut got)
                    .expect("memory never fails");
                assert!(!looked.more && !looked.over);
            }
        }
    }
    follower.finish(&mut got).expect("memory never fails");
    let model = std::mem::take(&mut world.borrow_mut().model);
    (got.0, model.finish())
}

fn cut(files: &Files, name: &str, thirds: usize) {
    if let Some(inode) = files.names.get(name) {
        let mut bytes = inode.bytes.borrow_mut();
        let length = bytes.len() * thirds / 3;
        bytes.truncate(length);
    }
}

fn write(files: &mut Files, name: &'static str, text: String) {
    if name != ASIDE {
        files.create(name);
    }
    if let Some(inode) = files.names.get(name) {
        inode.bytes.borrow_mut().extend_from_slice(text.as_bytes());
    }
}

/// The names that are followed where copies are.
const WITH_ASIDE: [&str; 2] = ["a.log", ASIDE];

fn check(events: &[Event], followed: &[&'static str], tells: bool) {
    let (mut got, expected) = play(events, followed, tells);
    got.sort_unstable();
    assert_eq!(got, expected, "{events:?} {followed:?} {tells}");
}

#[test]
fn every_order_of_four_events() {
    const COUNT: usize = EVENTS.len();
    for number in 0..COUNT.pow(4) {
        let digit = |place| number / COUNT.pow(place) % COUNT;
        let events = [0, 1, 2, 3].map(|place| EVENTS[digit(place)]);
        for followed in [NAMES, WITH_ASIDE] {
            check(&events, &followed, false);
            check(&events, &followed, true);
            check(
                &events.map(|event| [event, Look]).concat(),
                &followed,
                false,
            );
        }
    }
}

/// Exactly these lines come, in this order.
#[track_caller]
fn comes(events: &[Event], followed: &[&'static str], lines: &[&str]) {
    assert_eq!(play(events, followed, false).0, lines);
}

const A: Event = Line("a.log");

#[test]
fn files_that_are_gone_before_a_look_are_read_where_they_were_told_of() {
    let (remove, rotate) = (Remove("a.log"), Rotate);
    let events = [
        Look, A, remove, A, A, remove, A, rotate, A, Look, Create, remove, Look,
    ];
    let lines = |tells| play(&events, &NAMES, tells).0;
    assert_eq!(lines(true), ["1;\n", "3;\n", "4;\n", "6;\n", "8;\n"]);
    assert_eq!(lines(false), ["1;\n", "8;\n"]);
}

#[test]
fn not_all_files_without_a_name_are_kept_open() {
    let world = World::default();
    world.borrow_mut().followed = NAMES.to_vec();
    let mut follower = Follower::new(Disk(Rc::clone(&world)), SETTINGS);
    let (mut got, mut open) = (Lines::default(), 0);
    for second in 0..700 {
        write(&mut world.borrow_mut(), "a.log", format!("{second}\n"));
        let now = Duration::from_millis(second);
        follower
            .look(now, || false, &mut got)
            .expect("memory never fails");
        let mut files = world.borrow_mut();
        files.names.remove("a.log");
        open = files.inodes.iter().filter_map(Weak::upgrade).count();
    }
    // The first file was there before.
    assert_eq!(got.0.len(), 699);
    assert!((400..=600).contains(&open), "{open}");
}

#[test]
fn a_line_whose_writer_was_late_is_not_lost() {
    let events = [Look, A, Look, Rotate, Create, A, Look, Line(ASIDE)];
    comes(&events, &NAMES, &["1;\n", "5;\n", "7;\n"]);
}

#[test]
fn a_file_written_anew_to_a_larger_size_is_read_from_its_start() {
    let events = [Look, A, Look, Truncate("a.log"), A, A];
    comes(&events, &NAMES, &["1;\n", "4;\n", "5;\n"]);
}

#[test]
fn a_line_without_an_end_comes_when_its_file_is_gone_or_at_the_end() {
    let events = [
        Look,
        Piece("a.log"),
        Look,
        Remove("a.log"),
        Look,
        Wait,
        Look,
    ];
    comes(&events, &NAMES, &["1,"]);
    comes(&[Look, A, Piece("a.log")], &NAMES, &["1;\n", "2,"]);
}

#[test]
fn what_is_left_of_a_file_that_was_cut_short_does_not_come_again() {
    // Three lines of three bytes; one is left, then a line and a half.
    let cut = |thirds| [Look, A, A, A, Look, Cut("a.log", thirds), A];
    comes(&cut(1), &NAMES, &["1;\n", "2;\n", "3;\n", "6;\n"]);
    let halves = [Look, A, A, Look, Cut("a.log", 1), Look, Look];
    comes(&halves, &NAMES, &["1;\n", "2;\n"]);
    let halves = [Look, A, A, Look, Cut("a.log", 2), Look, A];
    comes(&halves, &NAMES, &["1;\n", "2;\n", "26;\n"]);
}

#[test]
fn a_copy_that_was_made_before_a_truncation_goes_on_where_its_file_was_read() {
    // A line came after the last look, and is in the copy only.
    let events = [Look, A, Look, A, Copy, Truncate("a.log"), A, Look];
    comes(&events, &WITH_ASIDE, &["1;\n", "6;\n", "3;\n"]);
    let events = [
        Look,
        A,
        A,
        Look,
        Copy,
        Look,
        A,
        Look,
        Truncate("a.log"),
        Look,
        A,
    ];
    comes(&events, &WITH_ASIDE, &["1;\n", "2;\n", "6;\n", "10;\n"]);
    // Whoever writes to the copy is heard.
    let events = [Look, A, Look, Copy, Look, Line(ASIDE), Look];
    comes(&events, &WITH_ASIDE, &["1;\n", "5;\n"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn long_stories(
        events in prop::collection::vec(
            prop::sample::select([&EVENTS[..], &MORE_EVENTS].concat()),
            0..60,
        ),
    ) {
        for followed in [NAMES, WITH_ASIDE, [ASIDE, "a.log"]] {
            check(&events, &followed, false);
            check(&events, &followed, true);
        }
    }
}
