//! Workloads and measurements that the benchmarks share.

pub mod usage;
pub mod workload;
