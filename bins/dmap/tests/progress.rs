//! The line that says how far a long read is: on a terminal, until there is something else to see.

#[path = "../../dtail-tools/tests/cli/terminal.rs"]
mod terminal;

use std::fs::File;
use std::io::Write;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use terminal::Terminal;

const QUERY: &str = "select count($line) logformat generickv";
const ERASE: &str = "\r\x1b[K";

fn dmap(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dmap"));
    command.args(words).stdin(Stdio::piped());
    command
}

/// Writes lines into the program until it is stopped.
fn feed(mut input: ChildStdin, is_over: &Arc<AtomicBool>) -> JoinHandle<()> {
    let is_over = Arc::clone(is_over);
    thread::spawn(move || {
        while !is_over.load(Ordering::Relaxed) && input.write_all(b"a=1|b=2\n").is_ok() {}
    })
}

#[test]
fn progress_stands_until_the_result() {
    let mut terminal = Terminal::with(dmap(&["-output", "csv", QUERY]), |command, slave| {
        command.stdout(slave);
    });
    let is_over = Arc::new(AtomicBool::new(false));
    let feeder = feed(terminal.input(), &is_over);
    terminal.wait_for("\r\x1b[K-: ");
    terminal.wait_for("B/s\r");
    is_over.store(true, Ordering::Relaxed);
    feeder.join().unwrap();
    let before = terminal.wait_for("count($line)");
    assert!(before.ends_with(ERASE), "{before:?}");
    assert!(!terminal.rest().contains(ERASE));
}

/// What is shown of a read that takes longer than a line needs to come up.
#[track_caller]
fn check_silent(words: &[&str], variables: &[(&str, &str)], is_piped: bool) {
    let mut terminal = Terminal::with(dmap(words), |command, slave: File| {
        command.stdout(if is_piped {
            Stdio::piped()
        } else {
            slave.into()
        });
        command.envs(variables.iter().copied());
    });
    let is_over = Arc::new(AtomicBool::new(false));
    let feeder = feed(terminal.input(), &is_over);
    thread::sleep(Duration::from_millis(900));
    is_over.store(true, Ordering::Relaxed);
    feeder.join().unwrap();
    let shown = terminal.rest();
    assert!(
        !shown.contains("\x1b[K") && !shown.contains("B/s"),
        "{shown:?}"
    );
}

#[test]
fn nothing_is_shown_where_it_would_disturb() {
    check_silent(&[QUERY], &[], true);
    check_silent(&["-quiet", QUERY], &[], false);
    check_silent(&[QUERY], &[("TERM", "dumb")], false);
}
