//! Shows log files.

#![forbid(unsafe_code)]

mod manual;
mod show;

use dtail_profiling::ProfilingAllocator;

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

fn main() -> std::process::ExitCode {
    cli::run(show::show)
}
