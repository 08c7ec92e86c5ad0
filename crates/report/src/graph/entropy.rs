//! How interesting a node is in a picture.
//!
//! A node that merely passes on what comes in tells less than one where paths join or part; so the
//! score is the entropy of the edges on both sides, weighed with what was spent below the node.

use super::{EdgeId, Graph, Node};
use crate::graph::order::magnitude;
use crate::number::to_integer;

impl Graph {
    /// The score of a node; entries and leaves count as one bit.
    pub(super) fn score(&self, node: &Node) -> i64 {
        let side = |edges: &[EdgeId], own| {
            if edges.is_empty() {
                1.0
            } else {
                self.entropy(edges, own)
            }
        };
        let score = side(&node.inward, 0) + side(&node.outward, node.flat.sum);
        to_integer(score * node.cum.sum as f64).wrapping_add(node.flat.sum)
    }

    /// The entropy in bits of the edges' weights, and of what the node spent itself.
    fn entropy(&self, edges: &[EdgeId], own: i64) -> f64 {
        let weights = || edges.iter().map(|id| self.edge(*id).weight.sum);
        let positive = weights().filter(|weight| *weight > 0);
        let total = positive.fold(own, i64::wrapping_add);
        if total == 0 {
            return 0.0;
        }
        let bits = |weight: i64| {
            let share = magnitude(weight) as f64 / total as f64;
            -share * log2(share)
        };
        let of_edges: f64 = weights().map(bits).sum();
        of_edges + if own > 0 { bits(own) } else { 0.0 }
    }
}

/// The logarithm to base 2, exact for powers of two.
fn log2(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return value.log2();
    }
    let exponent = value.log2().floor() + 1.0;
    let fraction = value / exponent.exp2();
    if fraction == 0.5 {
        return exponent - 1.0;
    }
    exponent + fraction.ln() * std::f64::consts::LN_2.recip()
}
