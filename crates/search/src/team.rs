//! The threads of a search.
//!
//! Each takes the next piece, reads it, finds its matching lines and delivers them. One thread
//! begins alone, and the others join in when the feed has found enough to do: ten thousand small
//! files, one large file and one compressed file are shared out alike.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::feed::{Feed, Piece};
use crate::files::Search;
use crate::findings::Findings;
use crate::matcher::Matcher;
use crate::order::{Order, Show};

/// Pieces under way for each thread: one that is searched, one that is shown, one between.
const ROOM: usize = 3;

struct Team<'a, S> {
    search: &'a Search<'a>,
    feed: Mutex<Feed<'a>>,
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
        feed: Mutex::new(feed),
        order: Order::new(show, ROOM * threads),
    };
    thread::scope(|scope| {
        if threads > 1 && team.work(|feed| feed.pays_threads()) {
            for number in 1..threads {
                let thread = thread::Builder::new().name(format!("search-{number}"));
                // With fewer threads it takes longer.
                let _ = thread.spawn_scoped(scope, || team.work(|_| false));
            }
        }
        team.work(|_| false);
    });
    team.order.into_show()
}

impl<S: Show> Team<'_, S> {
    /// Works until there is nothing to do, or until `pause` says so; whether there may be more.
    fn work(&self, pause: impl Fn(&Feed<'_>) -> bool) -> bool {
        let _end_on_panic = self.order.end_on_panic();
        // A clone has its own scratch space; with a shared one the threads would wait for each other.
        let matcher = self.search.matcher.clone();
        while let Some(mut findings) = self.order.room() {
            let mut feed = self.feed.lock().unwrap_or_else(PoisonError::into_inner);
            if pause(&feed) {
                self.order.give_back(findings);
                return true;
            }
            let Some((number, piece)) = feed.next(&mut findings.buffer) else {
                return false;
            };
            drop(feed);
            self.find(&mut findings, number, piece, &matcher);
            self.order.deliver(findings);
        }
        false
    }

    fn find(&self, findings: &mut Findings, number: u64, piece: Piece, matcher: &Matcher) {
        let observer = self.search.observer;
        if let Piece::Of(reading, _) = &piece {
            observer.file_entered(reading.source.path());
        }
        findings.number = number;
        findings.piece = Some(piece);
        observer.stage_entered("read");
        findings.read();
        observer.stage_entered("search");
        findings.search(matcher, self.matches_wanted());
    }

    /// How many matches in one piece may matter: the one behind the last ends the lines after it.
    fn matches_wanted(&self) -> usize {
        match self.search.window.max {
            max if max > 0 && !self.search.invert => {
                usize::try_from(max).map_or(usize::MAX, |max| max.saturating_add(1))
            }
            _ => usize::MAX,
        }
    }
}
