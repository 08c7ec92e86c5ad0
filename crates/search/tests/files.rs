//! One expectation through files small and large, one thread and several, and small buffers.

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::Mutex;

use logread::{Counters, Observer, Options};
use search::{Layout, Matcher, Printer, Search, Window};

/// What a search of one file prints, and the problems it reports.
fn printed(
    text: &[u8],
    pattern: &str,
    adapt: impl Fn(&mut Search<'_>),
    layout: &Layout,
) -> (Vec<u8>, Vec<String>) {
    let mut file = tempfile::NamedTempFile::with_prefix("log").expect("a file for the test");
    file.write_all(text).expect("a file for the test");
    let counters = Counters::new(true);
    let matcher = Matcher::new(pattern).expect("a valid pattern");
    let mut search = Search::new(matcher, Options::default(), &counters);
    adapt(&mut search);
    let mut out = Vec::new();
    let mut problems = Vec::new();
    let mut printer = Printer::new(&mut out, layout.clone());
    let name = OsString::from(file.path());
    let result = search.files([name.clone()], &mut printer, |problem| {
        problems.push(
            problem
                .to_string()
                .replace(&*name.to_string_lossy(), "FILE"),
        );
    });
    let summary = result.expect("memory never fails");
    assert_eq!(summary.matched, !out.is_empty());
    if search.window.max == 0 {
        assert_eq!(counters.facts()[1], ("bytes", text.len() as u64));
    }
    (out, problems)
}

/// One thread and large buffers give the expectation for all the others.
#[track_caller]
fn check(text: &[u8], pattern: &str, invert: bool, window: Window) {
    let run = |threads: usize, buffer_size: usize, layout: &Layout| {
        let adapt = |search: &mut Search<'_>| {
            search.invert = invert;
            search.window = window;
            search.threads = threads;
            search.threads_from_bytes = 0;
            search.options = Options {
                buffer_size,
                max_line_length: 10_000,
            };
        };
        let (out, problems) = printed(text, pattern, adapt, layout);
        (without_name(&out), problems)
    };
    let headed = Layout::new(false, None, || "host".to_owned());
    for layout in [Layout::Plain, headed] {
        let expected = run(1, 1 << 20, &layout);
        for (threads, buffer_size) in [(1, 1000), (2, 1000), (5, 300)] {
            let got = run(threads, buffer_size, &layout);
            assert!(
                got == expected,
                "{pattern} {invert} {window:?}: {threads} threads"
            );
        }
    }
}

/// The name of the temporary file differs from run to run.
fn without_name(out: &[u8]) -> Vec<String> {
    let line = |line: &[u8]| {
        let line = String::from_utf8_lossy(line);
        let fields: Vec<&str> = line.split('|').collect();
        match fields.as_slice() {
            ["REMOTE", .., number, _, text] => format!("{number} {text}"),
            _ => line.into_owned(),
        }
    };
    logread::lines(out).map(line).collect()
}

fn text(lines: usize) -> Vec<u8> {
    let line = |number: usize| match number % 7 {
        0 => format!("ERROR line {number}\n"),
        3 => "\n".to_owned(),
        _ => format!("line {number} {}\n", "é".repeat(number % 50)),
    };
    (0..lines).map(line).collect::<String>().into_bytes()
}

#[test]
fn threads_give_what_one_gives() {
    let text = text(3_000);
    for pattern in ["ERROR", "line [0-9]*99 ", "^$", ".é$", "nothing"] {
        check(&text, pattern, false, Window::default());
        check(&text, pattern, true, Window::default());
    }
    check(
        &text,
        "99 ",
        false,
        Window {
            before: 3,
            after: 2,
            max: 0,
        },
    );
    check(
        &text,
        "ERROR",
        false,
        Window {
            before: 1,
            after: 9,
            max: 200,
        },
    );
}

#[test]
fn what_is_not_plain_is_read_on_from_its_place() {
    let end = b"ERROR without an end".as_slice();
    let damaged = b"ERROR \xff\xfe\n".as_slice();
    let long = [b"x".repeat(30_000), b" ERROR\n".to_vec()].concat();
    let longest_whole = [b"y".repeat(10_000), b"\n".to_vec()].concat();
    check(
        &[&text(2_000), end].concat(),
        "ERROR",
        false,
        Window::default(),
    );
    check(
        &[&text(2_000), damaged, &text(2_000)].concat(),
        "R.[^a]",
        false,
        Window::default(),
    );
    check(
        &[&text(2_000), &long, &text(2_000), end].concat(),
        "ERROR",
        true,
        Window::default(),
    );
    check(
        &[text(2_000), longest_whole, text(9)].concat(),
        "ERROR",
        false,
        Window::default(),
    );
}

#[test]
fn long_lines_are_reported_once_a_file() {
    let long = [b"x".repeat(30_000), b"\n".to_vec()].concat();
    let text = [text(2_000), long.clone(), text(100), long].concat();
    let (_, problems) = printed(
        &text,
        "ERROR",
        |search| search.options.max_line_length = 10_000,
        &Layout::Plain,
    );
    assert_eq!(problems, ["FILE: 2 lines were over the limit and split"]);
}

/// Fails after some bytes, as a closed pipe does.
struct Closing(usize);

impl Write for Closing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self
            .0
            .checked_sub(bytes.len())
            .ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_output_that_fails_ends_the_search() {
    let mut file = tempfile::NamedTempFile::new().expect("a file for the test");
    file.write_all(&text(20_000)).expect("a file for the test");
    let matcher = Matcher::new("line").expect("a valid pattern");
    let counters = Counters::default();
    let mut search = Search::new(matcher, Options::default(), &counters);
    search.threads = 3;
    let mut printer = Printer::new(Closing(200_000), Layout::Plain);
    let result = search.files([OsString::from(file.path())], &mut printer, |_| ());
    let error = result.expect_err("the output is closed");
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

/// The stages in their order.
#[derive(Debug, Default)]
struct Stages(Mutex<Vec<&'static str>>);

impl Observer for Stages {
    fn stage_entered(&self, stage: &'static str) {
        self.0.lock().expect("no panic").push(stage);
    }
}

#[test]
fn where_nothing_is_looked_for_lines_are_read_and_written() {
    let mut file = tempfile::NamedTempFile::new().expect("a file for the test");
    file.write_all(&text(20_000)).expect("a file for the test");
    let stages = Stages::default();
    let search = Search::new(Matcher::everything(), Options::default(), &stages);
    let mut printer = Printer::new(io::sink(), Layout::Plain);
    let result = search.files([OsString::from(file.path())], &mut printer, |_| ());
    result.expect("nothing hinders it");
    let stages = stages.0.into_inner().expect("no panic");
    let end = stages.len().saturating_sub(3);
    assert_eq!(stages[end..], ["read", "write", "read"][..], "{stages:?}");
}
