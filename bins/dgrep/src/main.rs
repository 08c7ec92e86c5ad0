//! Searches log files.

#![forbid(unsafe_code)]

mod find;
mod manual;

use dtail_profiling::ProfilingAllocator;

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

fn main() -> std::process::ExitCode {
    cli::run(find::find)
}
