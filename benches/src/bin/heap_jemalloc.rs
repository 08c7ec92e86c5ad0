//! jemalloc, profiled at a rate of RATE bytes, the third argument, or not at all; see `benches::heap_pairs`.

use dtail_profiling::ProfilingAllocator;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: ProfilingAllocator<Jemalloc> = ProfilingAllocator::new(Jemalloc);

fn main() -> Result<(), benches::heap_pairs::Error> {
    benches::heap_pairs::measure_profiled()
}
