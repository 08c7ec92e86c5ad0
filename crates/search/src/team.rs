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
                for number in 1..threads {
                    let thread = thread::Builder::new().name(format!("search-{number}"));
                    // With fewer threads it takes longer. One alone has nobody to search what lies ready.
                    if thread.spawn_scoped(scope, || team.work(|| false)).is_ok() {
                        team.intake.share();
                    }
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
        while let Some(mut findings) = self.room() {
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

    /// Room for a piece, if any is wanted. Who waits for it has others search what lies ready.
    fn room(&self) -> Option<Findings> {
        self.order.room_at_once().or_else(|| {
            self.intake.wake();
            self.order.room()
        })
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
