//! Stack walk, sample ring and byte sampling for signal handlers and allocators: no_std, nothing allocated.
