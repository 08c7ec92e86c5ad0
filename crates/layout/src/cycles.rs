//! Makes a graph acyclic by turning edges around.
//!
//! The nodes are put in a row, and the edges that lead backwards in it are turned. Sinks go to the
//! end of the row and sources to its beginning; where there is neither, the node that gives most
//! more than it takes is next (Eades, Lin and Smyth 1993, with weights). A graph without cycles
//! keeps all its edges.

use crate::Edge;

/// An edge that points down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arc {
    /// Its position in the list of edges.
    pub(crate) edge: usize,
    pub(crate) source: usize,
    pub(crate) target: usize,
    pub(crate) weight: i64,
    pub(crate) min_length: i64,
    /// Whether it points the other way than the edge.
    pub(crate) is_turned: bool,
}

/// The edges `calls`, which are no loops, as arcs without a cycle.
pub(crate) fn downward(nodes: usize, edges: &[Edge], calls: &[usize]) -> Vec<Arc> {
    let places = Row::new(nodes, edges, calls).places();
    let arc = |at: &usize| {
        let edge = edges[*at];
        let is_turned = places[edge.source] > places[edge.target];
        let (source, target) = if is_turned {
            (edge.target, edge.source)
        } else {
            (edge.source, edge.target)
        };
        Arc {
            edge: *at,
            source,
            target,
            weight: i64::from(edge.weight.max(1)),
            min_length: i64::from(edge.min_length.max(1)),
            is_turned,
        }
    };
    calls.iter().map(arc).collect()
}

/// The nodes that are not in the row yet, and the edges between them.
struct Row {
    /// For every node its neighbours with the weight of the edge, positive for outgoing ones.
    neighbours: Vec<Vec<(usize, i64)>>,
    is_left: Vec<bool>,
    /// Edges into and out of a node from and to nodes that are left, and their weights.
    inward: Vec<(usize, i64)>,
    outward: Vec<(usize, i64)>,
}

impl Row {
    fn new(nodes: usize, edges: &[Edge], calls: &[usize]) -> Row {
        let mut row = Row {
            neighbours: vec![Vec::new(); nodes],
            is_left: vec![true; nodes],
            inward: vec![(0, 0); nodes],
            outward: vec![(0, 0); nodes],
        };
        for edge in calls.iter().map(|at| &edges[*at]) {
            let weight = i64::from(edge.weight.max(1));
            row.neighbours[edge.source].push((edge.target, weight));
            row.neighbours[edge.target].push((edge.source, -weight));
            add(&mut row.outward[edge.source], 1, weight);
            add(&mut row.inward[edge.target], 1, weight);
        }
        row
    }

    /// The place of every node in the row.
    fn places(mut self) -> Vec<usize> {
        let nodes = self.is_left.len();
        let (mut front, mut back) = (Vec::new(), Vec::new());
        while front.len() + back.len() < nodes {
            while let Some(sink) = self.first(|row, node| row.outward[node].0 == 0) {
                self.take(sink);
                back.push(sink);
            }
            while let Some(source) = self.first(|row, node| row.inward[node].0 == 0) {
                self.take(source);
                front.push(source);
            }
            let surplus = |node: &usize| self.outward[*node].1 - self.inward[*node].1;
            let left = (0..nodes).filter(|node| self.is_left[*node]);
            if let Some(next) = left.rev().max_by_key(surplus) {
                self.take(next);
                front.push(next);
            }
        }
        let mut places = vec![0; nodes];
        let row = front.into_iter().chain(back.into_iter().rev());
        row.enumerate()
            .for_each(|(place, node)| places[node] = place);
        places
    }

    fn first(&self, fits: impl Fn(&Row, usize) -> bool) -> Option<usize> {
        (0..self.is_left.len()).find(|node| self.is_left[*node] && fits(self, *node))
    }

    fn take(&mut self, node: usize) {
        self.is_left[node] = false;
        for (other, weight) in std::mem::take(&mut self.neighbours[node]) {
            if weight > 0 {
                add(&mut self.inward[other], -1, -weight);
            } else {
                add(&mut self.outward[other], -1, weight);
            }
        }
    }
}

/// Counts edges and their weight; a negative number takes them off.
fn add(sum: &mut (usize, i64), edges: isize, weight: i64) {
    sum.0 = sum.0.saturating_add_signed(edges);
    sum.1 += weight;
}
