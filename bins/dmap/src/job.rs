//! Aggregates the lines of all files with every CPU, and shows results now and then and at the end.

use std::ffi::OsString;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use cli::{Failure, Messages, Program, ReadingProgress, Status};
use frontend::{Display, Look, Watched};
use mapreduce::{Aggregation, Plan};

use crate::feed::Feed;

/// Blocks that one thread aggregates before others join in: less is not worth starting them.
const BLOCKS_ALONE: usize = 4;

/// Runs `plan` over `files`, in their order; `look` is that of a result on standard output.
pub(crate) fn run(
    plan: &Plan,
    files: Vec<OsString>,
    look: Look,
    program: &Program,
) -> Result<Status, Failure> {
    let messages = &program.messages;
    warn_of_each(plan.warnings(), messages);
    let counters = frontend::counters(program);
    let watched = Watched {
        counters: &counters,
        progress: (!program.is_quiet())
            .then(ReadingProgress::of_result)
            .flatten(),
    };
    let job = Job::new(plan, Feed::new(plan, files, program, &watched), program);
    let mut display = Display::new(plan, look, program);
    let interim = job.aggregate(&mut display);
    program.annotate(counters.facts());
    interim?;
    if lock(&job.feed).is_cut_short() {
        messages.warn("ended early: the result is that of the lines read until then");
    }
    let total = job.total();
    warn_of_each(&total.warnings(), messages);
    match display.show_final(&total.report())? {
        Status::Success => Ok(lock(&job.feed).status()),
        failed => Ok(failed),
    }
}

fn warn_of_each(warnings: &[String], messages: &Messages) {
    for warning in warnings {
        messages.warn(format_args!("warning: {warning}"));
    }
}

/// The work shared by the threads. Each has an aggregation of its own, which it holds while it adds
/// a block; in between others may look.
struct Job<'p> {
    plan: &'p Plan,
    feed: Mutex<Feed<'p>>,
    parts: Vec<Mutex<Aggregation<'p>>>,
}

impl<'p> Job<'p> {
    fn new(plan: &'p Plan, feed: Feed<'p>, program: &Program) -> Self {
        let threads = thread::available_parallelism().map_or(1, |cpus| cpus.get());
        let on_stage = program.stage_labeller();
        let part = || Mutex::new(Aggregation::new(plan).telling(on_stage));
        Job {
            plan,
            feed: Mutex::new(feed),
            parts: (0..threads).map(|_| part()).collect(),
        }
    }

    /// Aggregates all blocks. Interim results go to `display`.
    ///
    /// # Errors
    /// An interim result could not be shown.
    fn aggregate(&self, display: &mut Display<'_>) -> Result<(), Failure> {
        let (work_is_done, done) = mpsc::channel::<()>();
        thread::scope(|scope| {
            let interim = display
                .wants_interim_results()
                .then(|| scope.spawn(|| self.show_interim_results(display, done)));
            if self.add_blocks(&self.parts[0], BLOCKS_ALONE) {
                let helpers: Vec<_> = self.parts[1..]
                    .iter()
                    .map(|part| scope.spawn(|| self.add_blocks(part, usize::MAX)))
                    .collect();
                self.add_blocks(&self.parts[0], usize::MAX);
                for helper in helpers {
                    join(helper);
                }
            }
            drop(work_is_done);
            interim.map_or(Ok(()), join)
        })
    }

    /// Adds at most `count_max` blocks to `part`; whether there may be more.
    fn add_blocks(&self, part: &Mutex<Aggregation<'p>>, count_max: usize) -> bool {
        let mut buffer = Vec::new();
        for _ in 0..count_max {
            let next = lock(&self.feed).next(&mut buffer);
            match next {
                Some((records, stamp)) => lock(part).add(&records, stamp),
                None => return false,
            }
        }
        true
    }

    /// Shows a result after half of the query's interval and after each interval from then on,
    /// until `done` is closed.
    fn show_interim_results(
        &self,
        display: &mut Display<'_>,
        done: Receiver<()>,
    ) -> Result<(), Failure> {
        let interval = self.plan.query().interval();
        let mut wait = interval / 2;
        while done.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            let mut so_far = Aggregation::new(self.plan);
            for part in &self.parts {
                so_far.merge(&lock(part));
            }
            display.show_interim(&so_far.report())?;
            wait = interval;
        }
        Ok(())
    }

    /// What all threads have aggregated; their parts are empty afterwards.
    fn total(&self) -> Aggregation<'p> {
        let take = |part| std::mem::replace(&mut *lock(part), Aggregation::new(self.plan));
        let mut parts = self.parts.iter().map(take);
        let mut total = parts.next().expect("there is at least one part");
        parts.for_each(|part| total.merge(&part));
        total
    }
}

/// A thread that panicked has broken nothing here: its panic goes on in the main thread.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn join<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
