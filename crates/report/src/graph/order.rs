//! The orders in which nodes and edges are listed.

use std::cmp::{Ordering, Reverse};

use dtail_profile::Strings;

use super::{Edge, EdgeId, Graph, Node, NodeId};
use crate::options::Sort;

impl Graph {
    /// Orders the listed nodes for a table: largest first by what `sort` names, then by name.
    pub(crate) fn sort(&mut self, sort: Sort, strings: &Strings) {
        let mut listed = std::mem::take(&mut self.listed);
        listed.sort_by(|left, right| {
            let (left, right) = (self.node(*left), self.node(*right));
            let by_flat = || magnitude(right.flat.sum).cmp(&magnitude(left.flat.sum));
            let by_cum = || magnitude(right.cum.sum).cmp(&magnitude(left.cum.sum));
            let by_name = || compare_names(left, right, strings);
            let order = match sort {
                Sort::Flat => by_flat().then_with(by_name).then_with(by_cum),
                Sort::Cum => by_cum().then_with(by_name).then_with(by_flat),
            };
            order.then_with(|| compare_fingerprints(left, right, strings))
        });
        self.listed = listed;
    }

    /// Orders the listed nodes for a picture: most interesting first, then by name.
    pub(crate) fn sort_by_score(&mut self, strings: &Strings) {
        let listed = std::mem::take(&mut self.listed);
        let score = |id: &NodeId| (magnitude(self.score(self.node(*id))), *id);
        let mut scored: Vec<(i64, NodeId)> = listed.iter().map(score).collect();
        scored.sort_by(|(left_score, left), (right_score, right)| {
            let (left, right) = (self.node(*left), self.node(*right));
            right_score
                .cmp(left_score)
                .then_with(|| compare_names(left, right, strings))
                .then_with(|| magnitude(right.flat.sum).cmp(&magnitude(left.flat.sum)))
                .then_with(|| compare_fingerprints(left, right, strings))
        });
        self.listed = scored.into_iter().map(|(_, id)| id).collect();
    }

    /// Edges in the order in which they are printed: heaviest first, then by the names at the ends.
    pub(crate) fn sorted_edges(&self, edges: &[EdgeId], strings: &Strings) -> Vec<EdgeId> {
        let mut sorted = edges.to_vec();
        sorted.sort_by(|left, right| {
            let (left, right) = (self.edge(*left), self.edge(*right));
            let key = |edge: &Edge| Reverse(magnitude(edge.weight.sum));
            let names = |left, right| compare_names(self.node(left), self.node(right), strings);
            key(left)
                .cmp(&key(right))
                .then_with(|| names(left.source, right.source))
                .then_with(|| names(left.target, right.target))
        });
        sorted
    }
}

/// A value without its sign; the smallest stays negative.
pub(crate) fn magnitude(value: i64) -> i64 {
    value.wrapping_abs()
}

fn compare_names(left: &Node, right: &Node, strings: &Strings) -> Ordering {
    let (left, right) = (&left.info, &right.info);
    if left == right {
        return Ordering::Equal;
    }
    left.printable(strings).cmp(&right.printable(strings))
}

fn compare_fingerprints(left: &Node, right: &Node, strings: &Strings) -> Ordering {
    left.info
        .fingerprint(strings)
        .cmp(&right.info.fingerprint(strings))
}
