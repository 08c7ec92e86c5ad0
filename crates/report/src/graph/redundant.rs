//! Takes edges away that stand for a path which the graph shows anyway.

use dtail_profile::Strings;

use super::{EdgeId, Graph};

impl Graph {
    /// Drops residual edges of which the target can be reached another way, lightest first; an edge
    /// that is heavier than one over which nothing was left out stays.
    pub(crate) fn drop_redundant_edges(&mut self, strings: &Strings) {
        for index in (0..self.listed.len()).rev() {
            let target = self.listed[index];
            let inward = self.sorted_edges(&self.node(target).inward, strings);
            for edge in inward.into_iter().rev() {
                if !self.edge(edge).is_residual {
                    break;
                }
                if self.is_redundant(edge) {
                    self.remove_edge(edge);
                }
            }
        }
    }

    /// Whether the edge's source reaches its target without it.
    fn is_redundant(&self, edge: EdgeId) -> bool {
        let (source, target) = (self.edge(edge).source, self.edge(edge).target);
        let mut seen = vec![false; self.nodes.len()];
        seen[target as usize] = true;
        let mut queue = vec![target];
        while let Some(node) = queue.pop() {
            for inward in &self.node(node).inward {
                let caller = self.edge(*inward).source;
                if *inward == edge || seen[caller as usize] {
                    continue;
                }
                if caller == source {
                    return true;
                }
                seen[caller as usize] = true;
                queue.push(caller);
            }
        }
        false
    }

    pub(crate) fn remove_edge(&mut self, edge: EdgeId) {
        let (source, target) = (self.edge(edge).source, self.edge(edge).target);
        self.nodes[source as usize]
            .outward
            .retain(|other| *other != edge);
        self.nodes[target as usize]
            .inward
            .retain(|other| *other != edge);
    }
}
