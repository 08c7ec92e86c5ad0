#![doc = include_str!("../README.md")]

mod active;
mod builder;
mod cpu;
mod encode;
mod environment;
mod error;
mod heap;
mod labels;
mod manager;
mod metrics;
mod profiler;
mod report;
mod session;
mod symbolization;
mod sys;
mod unwind;

pub use builder::ProfilerBuilder;
pub use error::{Error, ErrorKind};
pub use heap::ProfilingAllocator;
pub use labels::{Labels, with_labels};
pub use manager::Kind;
pub use metrics::{AllocatorMetrics, RuntimeMetrics};
pub use profiler::Profiler;
pub use report::{ProfileFile, ProfileReport};
pub use symbolization::Symbolize;
