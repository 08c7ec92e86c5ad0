//! Follows log files.

#![forbid(unsafe_code)]

mod color_table;
mod lines;
mod manual;
mod results;
mod standard_input;
mod tail;
mod troubles;
mod work;

use dtail_profiling::ProfilingAllocator;

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

fn main() -> std::process::ExitCode {
    cli::run(tail::tail)
}
