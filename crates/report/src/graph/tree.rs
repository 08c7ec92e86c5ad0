//! Graphs in which a node is a path: the option call_tree.

use super::trim::Cutoffs;
use super::{Graph, NodeId, Trimmed};
use crate::graph::order::magnitude;

impl Graph {
    /// Takes small nodes away, then all but the first `limit` in the order that `sort` gives.
    pub(super) fn trim_tree(
        mut self,
        cutoffs: Cutoffs,
        limit: Option<usize>,
        sort: impl Fn(&mut Graph),
    ) -> Trimmed {
        let all = self.listed.len();
        if cutoffs.node > 0 {
            let is_large = |id: &NodeId| magnitude(self.node(*id).cum.sum) >= cutoffs.node;
            let large: Vec<bool> = self.listed.iter().map(is_large).collect();
            self.keep_in_tree(&large);
        }
        let nodes_before_limit = self.listed.len();
        sort(&mut self);
        if let Some(limit) = limit {
            self.drop_small(cutoffs);
            let top = self.first_nodes(limit).len();
            let kept: Vec<bool> = (0..self.listed.len()).map(|index| index < top).collect();
            self.keep_in_tree(&kept);
            sort(&mut self);
        }
        let dropped_edges = self.drop_small(cutoffs);
        let dropped_nodes = all - nodes_before_limit;
        Trimmed {
            graph: self,
            nodes_before_limit,
            dropped_nodes,
            dropped_edges,
        }
    }

    /// Keeps of the listed nodes those for which `kept` says so; the callees of the others are
    /// called by their callers instead.
    fn keep_in_tree(&mut self, kept: &[bool]) {
        let listed = std::mem::take(&mut self.listed);
        let mut removed = vec![false; self.edges.len()];
        for (id, is_kept) in listed.iter().zip(kept) {
            if *is_kept {
                self.listed.push(*id);
            } else {
                self.bridge(*id, &mut removed);
            }
        }
        self.remove_edges(&removed);
    }

    /// Takes one node out of the tree; the edge to it is marked and its own belong to its caller, if it
    /// has one.
    fn bridge(&mut self, id: NodeId, removed: &mut [bool]) {
        let inward = self.node(id).inward.first().copied();
        for outward in std::mem::take(&mut self.nodes[id as usize].outward) {
            if removed[outward as usize] {
                continue;
            }
            let Some(inward) = inward else {
                let target = self.edge(outward).target;
                self.nodes[target as usize].inward.clear();
                continue;
            };
            let (source, is_inline) = (self.edge(inward).source, self.edge(inward).is_inline);
            let edge = &mut self.edges[outward as usize];
            edge.source = source;
            edge.is_residual = true;
            edge.is_inline &= is_inline;
            self.nodes[source as usize].outward.push(outward);
        }
        if let Some(inward) = inward {
            removed[inward as usize] = true;
        }
    }
}
