//! The heap as the writer of profiles gets to see it.

pub(crate) use super::ledger::Losses;

/// Every stack's sums at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HeapSnapshot {
    /// Mean bytes between samples; 1 when every allocation is one.
    pub(crate) rate_bytes: u64,
    /// One entry per distinct stack. All values are estimates of the true sums, not sums of samples.
    pub(crate) stacks: Vec<StackValues>,
    /// The sums of all stacks that found no place among the distinct ones; no frames.
    pub(crate) overflow: StackValues,
    /// What a bound kept out.
    pub(crate) losses: Losses,
}

/// What one stack allocated since the session began, has in use, and had in use when all stacks
/// together had the most bytes in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StackValues {
    /// Return addresses, innermost first; the profiler's own frames are among the first.
    pub(crate) frames: Vec<u64>,
    /// Whether outer frames are missing.
    pub(crate) truncated: bool,
    pub(crate) alloc_objects: u64,
    pub(crate) alloc_bytes: u64,
    pub(crate) inuse_objects: u64,
    pub(crate) inuse_bytes: u64,
    pub(crate) peak_objects: u64,
    pub(crate) peak_bytes: u64,
}

/// The sums over all stacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AllocationTotals {
    /// Bytes asked for since the session began, with the full new size of every `realloc`. Exact.
    pub(crate) allocated_bytes: u64,
    /// Successful calls of `alloc`, `alloc_zeroed` and `realloc` since the session began. Exact.
    pub(crate) allocated_objects: u64,
    /// Bytes in use of those blocks: estimated, and exact at a rate of 1.
    pub(crate) in_use_bytes: u64,
    /// The number of those blocks: estimated, and exact at a rate of 1.
    pub(crate) in_use_objects: u64,
}
