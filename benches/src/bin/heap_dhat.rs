//! dhat, which records every allocation when the third argument is there; see `benches::heap_pairs`.

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    let profiler = std::env::args()
        .nth(3)
        .map(|_| dhat::Profiler::builder().testing().build());
    benches::heap_pairs::measure();
    drop(profiler);
}
