//! Shares out the pieces of the feed among the threads.
//!
//! One thread at a time has the feed. What can be read by anybody it only takes from there, and gives
//! the feed back. A compressed file has to be inflated in order: whoever has the feed inflates block
//! after block for the others, so that the decoder and its window stay in one core's cache. Waking a
//! thread costs as much as inflating some ten kilobytes, so one that waits is woken for several
//! blocks at once. When enough lie ready, the inflating thread searches too.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::feed::Feed;
use crate::findings::Findings;

/// Blocks that lie ready before a thread is woken for them, and at most: as many are inflated while
/// they are searched.
const LEAD: usize = 3;

/// What a thread is to do next.
pub(crate) enum Turn<'a> {
    /// Search this piece.
    Search(Findings),
    /// Take the next piece from the feed.
    Read(Feed<'a>),
}

/// Where threads wait for pieces.
pub(crate) struct Intake<'a> {
    state: Mutex<State<'a>>,
    changed: Condvar,
}

struct State<'a> {
    /// `None` while some thread has it, and once there is nothing left.
    feed: Option<Feed<'a>>,
    /// Blocks that lie ready, in their order.
    ready: VecDeque<Findings>,
    /// How many may: none as long as one thread works alone.
    lead: usize,
    /// Threads that wait.
    waiting: usize,
    ended: bool,
}

impl<'a> Intake<'a> {
    /// For one thread.
    pub(crate) fn new(feed: Feed<'a>) -> Self {
        Intake {
            state: Mutex::new(State {
                feed: Some(feed),
                ready: VecDeque::new(),
                lead: 0,
                waiting: 0,
                ended: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Whether so much is to be done that further threads pay; asked while no thread has the feed.
    pub(crate) fn pays_threads(&self) -> bool {
        self.lock().feed.as_ref().is_some_and(Feed::pays_threads)
    }

    /// For several threads from now on.
    pub(crate) fn share(&self) {
        self.lock().lead = LEAD;
    }

    /// What the calling thread is to do, once there is anything; `None` when all is done.
    pub(crate) fn turn(&self) -> Option<Turn<'a>> {
        let mut state = self.lock();
        loop {
            if let Some(turn) = state.turn() {
                return Some(turn);
            }
            if state.ended {
                return None;
            }
            state.waiting += 1;
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
    }

    /// Lays a block ready. If there are too many then, gives back the first, to be searched at once.
    pub(crate) fn offer(&self, block: Findings) -> Option<Findings> {
        let mut state = self.lock();
        state.ready.push_back(block);
        if state.ready.len() > state.lead {
            return state.ready.pop_front();
        }
        if state.ready.len() == state.lead && state.waiting > 0 {
            self.changed.notify_one();
        }
        None
    }

    /// Gives the feed back, for the next thread.
    pub(crate) fn give_back(&self, feed: Feed<'a>) {
        let mut state = self.lock();
        state.feed = Some(feed);
        if state.waiting > 0 {
            self.changed.notify_one();
        }
    }

    /// The first block that lies ready.
    pub(crate) fn ready(&self) -> Option<Findings> {
        self.lock().ready.pop_front()
    }

    /// Nothing comes any more; what lies ready is still to be searched.
    pub(crate) fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> State<'a> {
    /// Reads on before all that lies ready is searched, so that no thread has to wait.
    fn turn(&mut self) -> Option<Turn<'a>> {
        let ready = |state: &mut Self| state.ready.pop_front().map(Turn::Search);
        if self.ready.len() >= self.lead {
            return ready(self).or_else(|| self.feed.take().map(Turn::Read));
        }
        let feed = self.feed.take().map(Turn::Read);
        feed.or_else(|| ready(self))
    }
}

#[cfg(test)]
mod tests {
    use logread::{Options, Unobserved};

    use super::*;
    use crate::files::Search;
    use crate::matcher::Matcher;

    /// An intake after these many blocks were offered: the numbers that came back, and then those that
    /// one thread searches with the feed in another's hands.
    fn offered(lead: bool, blocks: u64) -> (Vec<u64>, Vec<u64>) {
        let search = Search::new(Matcher::everything(), Options::default(), &Unobserved);
        let intake = Intake::new(Feed::new(&search, std::iter::empty()));
        if lead {
            intake.share();
        }
        let Some(Turn::Read(_feed)) = intake.turn() else {
            panic!("there is a feed, and nothing else");
        };
        let block = |number| Findings {
            number,
            ..Findings::default()
        };
        let offer = |number| intake.offer(block(number));
        let back = (0..blocks).filter_map(offer).map(|block| block.number);
        let back = back.collect();
        intake.end();
        let ready = std::iter::from_fn(|| match intake.turn()? {
            Turn::Search(block) => Some(block.number),
            Turn::Read(_) => panic!("the feed is in other hands"),
        });
        (back, ready.collect())
    }

    #[test]
    fn blocks_lie_ready_and_beyond_the_lead_the_first_is_searched_at_once() {
        assert_eq!(offered(false, 3), (vec![0, 1, 2], vec![]));
        assert_eq!(offered(true, 2), (vec![], vec![0, 1]));
        assert_eq!(offered(true, 5), (vec![0, 1], vec![2, 3, 4]));
    }
}
