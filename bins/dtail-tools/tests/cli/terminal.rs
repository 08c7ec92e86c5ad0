//! A program at a terminal: what it writes is waited for, what is typed goes in.
//!
//! The programs share this file, and no program needs all of it.

#![allow(dead_code)]

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// How long to wait for a text before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal with one program at it.
pub(crate) struct Terminal {
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    child: Child,
    /// What was written and not waited for yet.
    rest: String,
}

impl Terminal {
    /// Starts `command` at a terminal of 100 columns, for all its standard streams.
    pub(crate) fn start(command: Command) -> Terminal {
        Terminal::with(command, |command, slave| {
            command.stdin(slave.try_clone().unwrap());
            command.stdout(slave);
        })
    }

    /// Starts `command` at a terminal for its standard error; `streams` sets the two others.
    pub(crate) fn with(mut command: Command, streams: impl FnOnce(&mut Command, File)) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let slave = File::options()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap();
        let size = Winsize {
            ws_row: 40,
            ws_col: 100,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&slave, size).unwrap();
        command
            .stderr(slave.try_clone().unwrap())
            .env("TERM", "xterm");
        streams(&mut command, slave);
        let child = command.spawn().unwrap();
        let keyboard = File::from(master);
        let screen = watch(keyboard.try_clone().unwrap());
        Terminal {
            keyboard,
            screen,
            child,
            rest: String::new(),
        }
    }

    /// Types `text`.
    pub(crate) fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }

    /// Waits until `text` is written; gives what came before it.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.rest.find(text) {
                let before = self.rest[..at].to_owned();
                self.rest.drain(..at + text.len());
                return before;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.rest.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("no {text:?} in {:?}", self.rest),
            }
        }
    }

    /// The pipe into the program, where its standard input is one.
    pub(crate) fn input(&mut self) -> ChildStdin {
        self.child.stdin.take().unwrap()
    }

    /// Waits for the end of the program; what was written and not waited for.
    pub(crate) fn rest(mut self) -> String {
        self.child.wait().unwrap();
        let written: Vec<u8> = self.screen.iter().flatten().collect();
        self.rest + &String::from_utf8_lossy(&written)
    }

    /// Waits for the end of the program.
    pub(crate) fn end(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

/// Passes on what is written to the terminal, until the last program at it has ended.
fn watch(mut screen: File) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(size @ 1..) = screen.read(&mut buffer) {
            if sender.send(buffer[..size].to_vec()).is_err() {
                return;
            }
        }
    });
    receiver
}
