//! CPU and memory profiles of a running Rust program in the pprof format.
