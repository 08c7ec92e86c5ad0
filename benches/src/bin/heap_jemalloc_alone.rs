//! jemalloc by itself, which profiles the heap if its environment variable says so; see `benches::heap_pairs`.

use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() {
    benches::heap_pairs::measure();
}
