//! Queries log files.

#![forbid(unsafe_code)]

mod feed;
mod job;
mod manual;
mod map;

use dtail_profiling::ProfilingAllocator;

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

fn main() -> std::process::ExitCode {
    cli::run(map::map)
}
