//! The threads of a search.
//!
//! Each takes the next piece, reads it, finds its matching lines and delivers them. One thread
//! begins alone, and the others join in when the feed has found enough to do: ten thousand small
//! files, one large file and one compressed file are shared out alike.

use std::io;
use std::thread;

use crate::feed::{Feed, Part, Piece};
use crate::files::Search;
use crate::findings::Findings;
use crate::intake::{Intake, Turn};
use crate::matcher::Matcher;
use crate::order::{Order, Show};

/// Pieces under way for each thread: one that is searched, one that is shown, one between.
const ROOM: usize = 3;

struct Team<'a, S> {
    search: &'a Search<'a>,
    intake: Intake<'a>,
    order: Order<S>,
}

/// Searches everything that `feed` has, and gives back `show`.
///
/// # Errors
/// What hindered `show`.
pub(crate) fn run<'a, S: Show + Send>(
    search: &'a Search<'a>,
    feed: Feed<'a>,
    show: S,
) -> io::Result<S> {
    let threads = search.threads.max(1);
    let team = Team {
        search,
        intake: Intake::new(feed),
        order: Order::new(show, ROOM * threads),
    };
    thread::scope(|scope| {
        if threads > 1 {
            team.work(|| team.intake.pays_threads());
            if team.intake.pays_threads() {
                team.intake.share();
                for number in 1..threads {
                    let thread = thread::Builder::new().name(format!("search-{number}"));
                    // With fewer threads it takes longer.
                    let _ = thread.spawn_scoped(scope, || team.work(|| false));
                }
            }
        }
        team.work(|| false);
    });
    team.order.into_show()
}

impl<'a, S: Show> Team<'a, S> {
    /// Works until there is nothing to do, or until `pause` says so.
    fn work(&self, pause: impl Fn() -> bool) {
        let _end_on_panic = self.end_on_panic();
        // A clone has its own scratch space; with a shared one the threads would wait for each other.
        let matcher = self.search.matcher.clone();
        while !pause()
            && let Some(mut findings) = self.take()
        {
            self.find(&mut findings, &matcher);
            self.order.deliver(findings);
        }
    }

    /// A piece to search.
    fn take(&self) -> Option<Findings> {
        loop {
            match self.intake.turn()? {
                Turn::Search(findings) => return Some(findings),
                Turn::Read(feed) => {
                    if let Some(findings) = self.read(feed) {
                        return Some(findings);
                    }
                }
            }
        }
    }

    /// Reads blocks for all threads, until there are enough; gives one that is to be searched.
    fn read(&self, mut feed: Feed<'a>) -> Option<Findings> {
        loop {
            let room = self.order.room_at_once();
            // There may be no other thread that would search it and so make room.
            if room.is_none()
                && let Some(ready) = self.intake.ready()
            {
                self.intake.give_back(feed);
                return Some(ready);
            }
            let Some(mut findings) = room.or_else(|| self.order.room()) else {
                break;
            };
            let Some((number, piece)) = feed.next(&mut findings.buffer) else {
                break;
            };
            let is_block = matches!(piece, Piece::Of(_, Part::Block(_)));
            findings.number = number;
            findings.piece = Some(piece);
            let mine = match is_block {
                true => self.intake.offer(findings),
                false => Some(findings),
            };
            if mine.is_some() {
                self.intake.give_back(feed);
                return mine;
            }
        }
        self.intake.end();
        None
    }

    fn find(&self, findings: &mut Findings, matcher: &Matcher) {
        let observer = self.search.observer;
        if let Some(Piece::Of(reading, _)) = &findings.piece {
            observer.file_entered(reading.source.path());
        }
        observer.stage_entered("read");
        findings.read();
        observer.stage_entered("search");
        let limit = self.search.window.matches_wanted(self.search.invert);
        findings.search(matcher, limit);
    }

    /// Ends the search if the calling thread panics, for otherwise the others would wait for it.
    fn end_on_panic(&self) -> impl Drop + '_ {
        EndOnPanic(self)
    }
}

struct EndOnPanic<'t, 'a, S: Show>(&'t Team<'a, S>);

impl<S: Show> Drop for EndOnPanic<'_, '_, S> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.order.stop();
            self.0.intake.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs::{self, File};
    use std::io::Write;
    use std::sync::mpsc;
    use std::time::Duration;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use logread::{Options, Unobserved};

    use super::*;

    struct Numbers(Vec<u64>);

    impl Show for Numbers {
        fn show(&mut self, findings: &mut Findings) -> io::Result<()> {
            self.0.push(findings.number);
            Ok(())
        }
    }

    /// The numbers of the pieces of these files, as one thread shows them that was to have company.
    fn shown_alone(names: Vec<OsString>) -> Vec<u64> {
        let options = Options {
            buffer_size: 64,
            max_line_length: 16,
        };
        let search = Search::new(Matcher::everything(), options, &Unobserved);
        let team = Team {
            intake: Intake::new(Feed::new(&search, logread::sources(names))),
            order: Order::new(Numbers(Vec::new()), 2 * ROOM),
            search: &search,
        };
        team.intake.share();
        team.work(|| false);
        let numbers = team.order.into_show();
        numbers.expect("nothing hinders it").0
    }

    /// No further thread may be had: a limit of the system.
    #[test]
    fn one_thread_alone_goes_on_though_it_reads_ahead() {
        let directory = tempfile::tempdir().expect("a directory for the test");
        let path = |name: &str| directory.path().join(name);
        let file = File::create(path("0.gz")).expect("it can be made");
        let mut encoder = GzEncoder::new(file, Compression::fast());
        let lines = b"a line\n".repeat(100);
        encoder.write_all(&lines).expect("it can be written");
        encoder.finish().expect("it can be written");
        (1..20).for_each(|name| fs::write(path(&name.to_string()), "x\n").expect("it is small"));
        let names = (1..20).map(|name| name.to_string());
        let names = std::iter::once("0.gz".to_owned()).chain(names);
        let names = names.map(|name| path(&name).into_os_string()).collect();

        let (done, shown) = mpsc::channel();
        thread::spawn(move || done.send(shown_alone(names)));
        let shown = shown.recv_timeout(Duration::from_secs(60));
        let shown = shown.expect("it does not wait for ever");
        assert!(shown.len() > 30, "{shown:?}");
        assert!(shown.iter().copied().eq(0..shown.len() as u64), "{shown:?}");
    }
}
