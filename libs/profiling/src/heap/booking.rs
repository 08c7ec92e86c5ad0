//! What is remembered of a sampled block while it lives.

use dtail_sampler::gap::Weight;

/// The receipt of an entry in the ledger: exactly what the free of the block has to take out again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Booking {
    /// The session it belongs to. Bookings of ended sessions mean nothing.
    pub(super) session: u32,
    /// The stack that allocated the block, as `stacks` numbers it.
    pub(super) stack: u32,
    /// What the block stands for.
    pub(super) weight: Weight,
}
