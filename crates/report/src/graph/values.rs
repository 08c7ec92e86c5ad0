//! What was spent in each node.
//!
//! Millions of frames are counted here one by one, so the values lie in columns of their own, which
//! stay in the caches where whole nodes would not.

use dtail_profile::Profile;

use super::{NodeId, NodeTable, Weight};
use crate::prepare::Weights;

/// The values of the nodes of a table, added up sample by sample.
#[derive(Debug, Default)]
pub(crate) struct Values {
    flat: Vec<Weight>,
    cum: Vec<Cum>,
    /// The number of the current sample, from 1.
    sample: u32,
}

/// What was spent in a node and all it calls.
#[derive(Clone, Copy, Debug, Default)]
struct Cum {
    weight: Weight,
    /// The sample that was counted last.
    sample: u32,
}

impl Values {
    /// The values of all nodes of `table`.
    pub(super) fn of(profile: &Profile, table: &NodeTable, weights: Weights) -> Values {
        let mut values = Values::default();
        values.grow(table.infos.len());
        for sample in profile.samples.iter() {
            let (value, divisor) = weights.of(sample.values);
            if value == 0 && divisor == 0 {
                continue;
            }
            values.start_sample();
            for location in sample.stack {
                for node in table.of(*location) {
                    values.visit(*node, value, divisor);
                }
            }
            let leaf = sample.stack.first().and_then(|id| table.of(*id).first());
            if let Some(leaf) = leaf {
                values.add_flat(*leaf, value, divisor);
            }
        }
        values
    }

    /// Makes room for `nodes` more.
    pub(super) fn grow(&mut self, nodes: usize) {
        let nodes = self.flat.len() + nodes;
        self.flat.resize(nodes, Weight::default());
        self.cum.resize(nodes, Cum::default());
    }

    /// Counts from here on for the next sample; its number.
    pub(super) fn start_sample(&mut self) -> u32 {
        self.sample += 1;
        self.sample
    }

    /// Counts the sample for a node, once however often the stack passes through it. Whether this
    /// is the first time.
    #[inline]
    pub(super) fn visit(&mut self, node: NodeId, value: i64, divisor: i64) -> bool {
        let cum = &mut self.cum[node as usize];
        let is_first = cum.sample != self.sample;
        if is_first {
            cum.sample = self.sample;
            cum.weight.add(value, divisor);
        }
        is_first
    }

    /// Counts the sample as spent in the node itself.
    pub(super) fn add_flat(&mut self, node: NodeId, value: i64, divisor: i64) {
        self.flat[node as usize].add(value, divisor);
    }

    /// Spent in the node itself.
    pub(super) fn flat(&self, node: NodeId) -> Weight {
        self.flat[node as usize]
    }

    /// Spent in the node and all it calls.
    pub(super) fn cum(&self, node: NodeId) -> Weight {
        self.cum[node as usize].weight
    }

    /// The nodes that have a value, a positive one if `drops_negative`.
    pub(super) fn listed(&self, drops_negative: bool) -> Vec<NodeId> {
        let is_listed = |node: &NodeId| {
            let (flat, cum) = (self.flat(*node).sum, self.cum(*node).sum);
            let is_negative = flat < 0 || (flat == 0 && cum < 0);
            (flat != 0 || cum != 0) && !(drops_negative && is_negative)
        };
        (0..self.flat.len() as NodeId).filter(is_listed).collect()
    }
}
