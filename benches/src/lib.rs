//! Workloads and measurements that the benchmarks share.

pub mod heap_pairs;
pub mod inputs;
pub mod pairs;
pub mod usage;
pub mod workload;
