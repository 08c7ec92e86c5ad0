//! What a program that prints lines does when files change while it is at work.
//!
//! It is held up at a place that is known: before a named pipe that nobody has written to, or behind a
//! pipe that nobody reads from.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::process::{Child, Command};

use super::Harness;

/// More than a pipe and the buffers of a program hold.
const LINES: usize = 500_000;

/// How long a file is left that is cut short; within a line.
const LEFT: usize = 1_000_003;

fn text() -> Vec<u8> {
    let line = |number| format!("line {number:08}\n");
    (0..LINES)
        .flat_map(|number| line(number).into_bytes())
        .collect()
}

/// `program`, with the files that follow after `flags`, which make it print every line as it is; a file
/// that could not be read makes it end with `failed`.
pub(crate) fn check(harness: &Harness, program: &str, flags: &str, failed: i32) {
    let problem = |text: &str| format!("{program}: {text}\n");
    let gone = problem("d/2: no such file");
    vanishing_file(harness, &format!("{flags} d/*"), "1\n3\n", &gone, failed);
    let text = text();
    let more = b"and more\n".as_slice();
    changing_file(
        harness,
        &format!("{flags} big b"),
        |big| append(big, more),
        (&[&text, more, b"b\n"].concat(), "", 0),
    );
    changing_file(
        harness,
        &format!("{flags} big b"),
        |big| big.set_len(LEFT as u64).expect("a shorter file"),
        (
            &[&text[..LEFT], b"\nb\n"].concat(),
            &problem("big: was cut short while it was read"),
            failed,
        ),
    );
}

/// A pattern is expanded, and then one of its files is removed before its turn.
pub(crate) fn vanishing_file(
    harness: &Harness,
    args: &str,
    stdout: &str,
    stderr: &str,
    status: i32,
) {
    let directory = harness.path().join("d");
    fs::create_dir_all(&directory).expect("a directory");
    let [first, second, third] = ["1", "2", "3"].map(|name| directory.join(name));
    let made = Command::new("mkfifo").arg(&first).status();
    assert!(made.expect("there is a mkfifo").success());
    fs::write(&second, "2\n").expect("a file");
    fs::write(&third, "3\n").expect("a file");
    let child = harness.command(args).spawn().expect("the program starts");
    // Opened once the program opens the other end.
    let mut pipe = File::options().write(true).open(&first).expect("a reader");
    fs::remove_file(second).expect("it was there");
    pipe.write_all(b"1\n").expect("the program reads");
    drop(pipe);
    is(child, stdout.as_bytes(), stderr, status);
}

fn append(mut file: &File, bytes: &[u8]) {
    file.write_all(bytes).expect("a file that grows");
}

/// The program has begun to print the file `big` when `change` happens to it.
fn changing_file(
    harness: &Harness,
    args: &str,
    change: impl FnOnce(&File),
    (stdout, stderr, status): (&[u8], &str, i32),
) {
    let path = harness.path().join("big");
    fs::write(&path, text()).expect("a file");
    fs::write(harness.path().join("b"), "b\n").expect("a file");
    let big = File::options().append(true).open(path).expect("a file");
    let mut child = harness.command(args).spawn().expect("the program starts");
    let mut first = [0];
    let output = child.stdout.as_mut().expect("a pipe");
    output.read_exact(&mut first).expect("the program prints");
    change(&big);
    is(child, stdout.get(1..).unwrap_or_default(), stderr, status);
}

#[track_caller]
fn is(child: Child, stdout: &[u8], stderr: &str, status: i32) {
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), stderr);
    let same = output.stdout == stdout;
    assert!(same, "{} bytes, not {}", output.stdout.len(), stdout.len());
    assert_eq!(output.status.code(), Some(status));
}
