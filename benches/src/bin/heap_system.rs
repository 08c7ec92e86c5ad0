//! The system's allocator; see `benches::heap_pairs`.

use std::alloc::System;

#[global_allocator]
static ALLOCATOR: System = System;

fn main() {
    benches::heap_pairs::measure();
}
