//! What one line of each kind of test data looks like.

use std::io::Write;

use jiff::{
    SignedDuration,
    civil::{self, DateTime},
};

use super::random::Random;

const ACTIONS: &[&str] = &[
    "login", "logout", "query", "update", "delete", "create", "read", "write", "sync", "backup",
];

/// Levels as often as a service in fair health writes them, in 20 lines.
const LEVELS: &[&str] = &[
    "INFO", "INFO", "INFO", "INFO", "INFO", "INFO", "INFO", "INFO", "INFO", "INFO", "INFO", "INFO",
    "DEBUG", "DEBUG", "DEBUG", "DEBUG", "DEBUG", "WARN", "WARN", "ERROR",
];

/// The kinds of content.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// An application's log: `[time] LEVEL - User NAME performed ...`.
    Application,
    /// DTail's own log format, with `MAPREDUCE:STATS` records.
    Stats,
    /// `timestamp,user,action,duration,status`, with that header line.
    Csv,
}

/// Writes lines of one kind, always the same ones for the same kind.
#[derive(Debug)]
pub(super) struct Lines {
    kind: Kind,
    clock: DateTime,
    random: Random,
}

impl Lines {
    /// The text of `kind` from its beginning.
    pub(super) fn new(kind: Kind) -> Lines {
        let clock = civil::date(2026, 1, 1).at(0, 0, 0, 0);
        let random = Random::new(kind as u64);
        Lines {
            kind,
            clock,
            random,
        }
    }

    /// Appends what stands before the first line: a header, or nothing.
    pub(super) fn header(&self, out: &mut Vec<u8>) {
        if self.kind == Kind::Csv {
            out.extend_from_slice(b"timestamp,user,action,duration,status\n");
        }
    }

    /// Appends the next line, at most [`super::LONGEST_LINE`] bytes of it.
    pub(super) fn append(&mut self, out: &mut Vec<u8>) {
        let pause = self.random.popular(5);
        self.clock = self
            .clock
            .saturating_add(SignedDuration::from_secs(i64::from(pause)));
        let written = match self.kind {
            Kind::Application => self.application(out),
            Kind::Stats => self.stats(out),
            Kind::Csv => self.csv(out),
        };
        written.expect("a Vec takes every write");
    }

    fn application(&mut self, out: &mut Vec<u8>) -> std::io::Result<()> {
        let time = self.clock.strftime("%Y-%m-%d %H:%M:%S");
        let level = self.random.choose(LEVELS);
        let user = self.random.popular(1000);
        let action = self.random.choose(ACTIONS);
        let (duration, status) = outcome(&mut self.random);
        writeln!(
            out,
            "[{time}] {level} - User user{user} performed {action} action \
             (duration: {duration}ms, status: {status})"
        )
    }

    fn csv(&mut self, out: &mut Vec<u8>) -> std::io::Result<()> {
        let time = self.clock.strftime("%Y-%m-%d %H:%M:%S");
        let user = self.random.popular(1000);
        let action = self.random.choose(ACTIONS);
        let (duration, status) = outcome(&mut self.random);
        writeln!(out, "{time},user{user},{action},{duration},{status}")
    }

    fn stats(&mut self, out: &mut Vec<u8>) -> std::io::Result<()> {
        let time = self.clock.strftime("%m%d-%H%M%S");
        let random = &mut self.random;
        let (pid, goroutines, calls) = (
            1 + random.below(999),
            5 + random.below(95),
            random.below(50),
        );
        let (load, uptime) = (random.popular(400), random.below(500));
        let (host, connections) = (random.below(50), random.popular(100));
        let lifetime = connections + random.below(9900);
        writeln!(
            out,
            "INFO|{time}|{pid}|stats.go:56|8|{goroutines}|{calls}|{}.{:02}|{uptime}h0m21s|\
             MAPREDUCE:STATS|hostname=server{host:02}|currentConnections={connections}|\
             lifetimeConnections={lifetime}",
            load / 100,
            load % 100,
        )
    }
}

/// How long an action took, in milliseconds, and whether it succeeded.
fn outcome(random: &mut Random) -> (u32, &'static str) {
    let status = if random.below(10) == 0 {
        "failure"
    } else {
        "success"
    };
    (100 + random.popular(5000), status)
}
