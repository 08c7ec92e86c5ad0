//! What a consumer is given, and what it is not: more than one look reads, lines over the limit, and
//! nothing once it has enough.

use std::fs;
use std::io;
use std::io::Write;
use std::ops::ControlFlow;
use std::time::Duration;

use follow::{Consumer, Disk, Follower, Origin, Settings};
use logread::{Error, Source};

/// Wants so many calls, and keeps what came.
struct Wants {
    calls: usize,
    lines: Vec<u8>,
    long_lines: usize,
}

impl Wants {
    fn calls(calls: usize) -> Self {
        Wants {
            calls,
            lines: Vec::new(),
            long_lines: 0,
        }
    }
}

impl Consumer for Wants {
    fn lines(&mut self, _: Origin<'_>, lines: &[u8]) -> io::Result<ControlFlow<()>> {
        self.lines.extend_from_slice(lines);
        self.calls -= 1;
        Ok(match self.calls {
            0 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
    }

    fn long_line(&mut self, _: &Source) {
        self.long_lines += 1;
    }

    fn unreadable(&mut self, error: Error) {
        panic!("{error}");
    }
}

/// Follows `a.log` and its copies; each of `writes` is added to it before a look, and is copied aside
/// if it `copies`. Looks until there is no more, and ends, when `late` was written behind the last look.
fn follow(writes: &[&[u8]], copies: bool, late: &[u8], wants: &mut Wants) {
    let directory = tempfile::tempdir().expect("a directory for the test");
    let path = directory.path().join("a.log");
    let mut log = fs::File::create(&path).expect("it can be made");
    let names = vec![directory.path().join("a.log*").into_os_string()];
    let settings = Settings {
        last_lines: 0,
        max_line_length: 100,
        linger: Duration::from_secs(1),
    };
    let mut follower = Follower::new(Disk::new(names, None), settings);
    let mut look = |wants: &mut Wants| {
        let looked = follower.look(Duration::ZERO, || false, wants);
        looked.expect("memory never fails").more
    };
    assert!(!look(wants));
    for bytes in writes {
        log.write_all(bytes).expect("it can be written");
        if copies {
            fs::copy(&path, directory.path().join("a.log.1")).expect("a copy");
        }
        while look(wants) {}
    }
    log.write_all(late).expect("it can be written");
    follower.finish(wants).expect("memory never fails");
}

#[test]
fn a_copy_of_a_file_that_takes_several_looks_has_no_line_again() {
    let numbers: Vec<u8> = (10_000_000..11_200_000)
        .flat_map(|number| format!("{number}\n").into_bytes())
        .collect();
    let mut wants = Wants::calls(usize::MAX);
    follow(&[&numbers], true, b"", &mut wants);
    assert!(wants.lines == numbers, "{} bytes", wants.lines.len());
}

#[test]
fn long_lines_come_in_pieces_and_are_told_once() {
    let long = [&[b'x'; 250][..], b"\n", &[b'y'; 130], b"\nz\n"].concat();
    let mut wants = Wants::calls(usize::MAX);
    follow(&[&long, &long], false, b"", &mut wants);
    assert_eq!(wants.lines, [&long[..], &long].concat());
    assert_eq!(wants.long_lines, 1);
}

#[test]
fn nothing_comes_once_a_consumer_has_enough() {
    let mut wants = Wants::calls(1);
    follow(&[b"1\n2", b"\n3\n4"], false, b"", &mut wants);
    assert_eq!(wants.lines, b"1\n");
}

#[test]
fn at_the_end_come_late_lines_but_no_part_of_one_that_goes_on() {
    let mut wants = Wants::calls(usize::MAX);
    follow(&[b"1\n2"], false, b"2\n3", &mut wants);
    assert_eq!(wants.lines, b"1\n22\n3");

    let numbers: Vec<u8> = (10_000_000..11_000_000)
        .flat_map(|number| format!("{number}\n").into_bytes())
        .collect();
    let mut wants = Wants::calls(usize::MAX);
    follow(&[], false, &numbers, &mut wants);
    assert!(wants.lines.ends_with(b"\n") && numbers.starts_with(&wants.lines));
}
