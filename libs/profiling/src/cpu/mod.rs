//! The CPU profiler: one timer a thread on that thread's CPU time.
//!
//! ```text
//! thread starts --> registry: slot, timer ----signal----> handler: walk the stack --> ring
//!                                                                                      | every 100 ms
//! thread ends ----> registry: what was not sampled            collector: (stack, thread) -> periods
//! ```
//!
//! # Why the totals are right
//!
//! A timer on a thread's own CPU time cannot miss what the thread uses, at any number of threads. Three
//! things could still make a total wrong, and each is booked:
//!
//! * The kernel looks at CPU timers on its tick, so above the tick's rate several periods come as one
//!   signal: its overrun is part of the sample's weight.
//! * The first expiry is uniform over one period, so that a thread that lives a tenth of a period has
//!   a chance of one in ten to be sampled. But a thread may live and die between two ticks. When a
//!   thread ends, the difference between its CPU time and its samples, of either sign, goes to a sum
//!   for its entry function; the sum is what `[unsampled cpu]` shows.
//! * A sample that finds no room in the ring is booked under `[lost samples]`.

mod collector;
mod cost;
mod handler;
mod recording;
mod registry;
mod slots;

pub(crate) use recording::{CpuData, Recording};
