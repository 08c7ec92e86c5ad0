//! The real program under its own profiler, from outside: whichever way it ends, the profiles are
//! there, and whatever becomes of them, the search is not affected.

mod crowd;
mod never_harms;
mod outcome;
mod profile_set;
mod same_second;
mod stage;
mod ways_out;
