//! Gives every node a layer: each arc at least as long as it must be, and the sum of length times
//! weight the least there is.
//!
//! This is the network simplex of Gansner and others (1993). The tree of tight arcs holds all nodes
//! together; as long as pulling one of its arcs apart would shorten more weight than it lengthens,
//! that arc leaves the tree and the nearest one the other way comes in. The worth of a tree arc is
//! the weight that leaves the subtree less the weight that enters it: arcs within the subtree count
//! in both and cancel, so it is a sum over the subtree's nodes.

use crate::cycles::Arc;

/// Exchanges at most for every node. The method ends by itself in all but degenerate cases, which
/// may go around in circles; any state it is stopped in is a valid ranking.
const EXCHANGES_PER_NODE: usize = 20;

/// The layer of every node, from 0.
pub(crate) fn ranks(nodes: usize, arcs: &[Arc]) -> Vec<usize> {
    if nodes == 0 {
        return Vec::new();
    }
    let mut network = Network::new(nodes, arcs);
    network.grow_tree();
    for _ in 0..EXCHANGES_PER_NODE * nodes {
        if !network.exchange() {
            break;
        }
    }
    let ranks = &network.ranks[..nodes];
    let least = ranks.iter().min().copied().unwrap_or(0);
    let above = |rank: &i64| usize::try_from(rank - least).expect("no rank is below the least");
    ranks.iter().map(above).collect()
}

#[derive(Clone, Copy)]
struct Link {
    source: usize,
    target: usize,
    weight: i64,
    min_length: i64,
}

struct Network {
    links: Vec<Link>,
    ranks: Vec<i64>,
    /// The links of the tree.
    tree: Vec<usize>,
    /// The weight that leaves each node less the weight that enters it.
    surplus: Vec<i64>,
}

/// The tree hung up at its root.
struct Hung {
    /// The nodes, each before those below it.
    order: Vec<usize>,
    /// The place of each node in `order`, and of the last node of its subtree.
    spans: Vec<(usize, usize)>,
    /// The link to the node above.
    above: Vec<Option<usize>>,
}

impl Network {
    /// The arcs, and a root above all sources, which makes one network of any number of parts.
    fn new(nodes: usize, arcs: &[Arc]) -> Network {
        let link = |arc: &Arc| Link {
            source: arc.source,
            target: arc.target,
            weight: arc.weight,
            min_length: arc.min_length,
        };
        let mut links: Vec<Link> = arcs.iter().map(link).collect();
        let mut is_source = vec![true; nodes];
        arcs.iter().for_each(|arc| is_source[arc.target] = false);
        links.extend((0..nodes).filter(|node| is_source[*node]).map(|node| Link {
            source: nodes,
            target: node,
            weight: 0,
            min_length: 1,
        }));
        let mut surplus = vec![0; nodes + 1];
        for link in &links {
            surplus[link.source] += link.weight;
            surplus[link.target] -= link.weight;
        }
        Network {
            ranks: longest_paths(nodes + 1, &links),
            links,
            tree: Vec::new(),
            surplus,
        }
    }

    /// How much longer a link is than it must be.
    fn slack(&self, link: usize) -> i64 {
        let Link {
            source,
            target,
            min_length,
            ..
        } = self.links[link];
        self.ranks[target] - self.ranks[source] - min_length
    }

    /// Grows a tree of tight links from the root, and moves it until it touches the next node.
    fn grow_tree(&mut self) {
        let mut is_in = vec![false; self.ranks.len()];
        is_in[self.ranks.len() - 1] = true;
        for _ in 1..self.ranks.len() {
            let crosses = |link: &usize| {
                let Link { source, target, .. } = self.links[*link];
                is_in[source] != is_in[target]
            };
            let next = (0..self.links.len())
                .filter(crosses)
                .min_by_key(|link| self.slack(*link));
            let next = next.expect("the root is linked to every part");
            let slack = self.slack(next);
            let Link { source, target, .. } = self.links[next];
            let step = if is_in[source] { slack } else { -slack };
            self.move_nodes(step, |node| is_in[node]);
            self.tree.push(next);
            is_in[source] = true;
            is_in[target] = true;
        }
    }

    fn move_nodes(&mut self, step: i64, moves: impl Fn(usize) -> bool) {
        for (node, rank) in self.ranks.iter_mut().enumerate() {
            if moves(node) {
                *rank += step;
            }
        }
    }

    /// Exchanges the tree's worst link for a better one; false when none is worse than useless.
    fn exchange(&mut self) -> bool {
        let hung = self.hang();
        let Some((leaving, top)) = self.worst(&hung) else {
            return false;
        };
        let is_below = |node: usize| {
            let (first, last) = hung.spans[top];
            (first..=last).contains(&hung.spans[node].0)
        };
        // The link leads out of the subtree: the one that replaces it leads in, or vice versa.
        let leads_out = is_below(self.links[leaving].source);
        let replaces = |link: &usize| {
            let Link { source, target, .. } = self.links[*link];
            is_below(source) != leads_out && is_below(target) == leads_out
        };
        let entering = (0..self.links.len())
            .filter(replaces)
            .min_by_key(|link| self.slack(*link));
        let Some(entering) = entering else {
            return false;
        };
        let slack = self.slack(entering);
        let step = if leads_out { -slack } else { slack };
        self.move_nodes(step, is_below);
        self.tree.retain(|link| *link != leaving);
        self.tree.push(entering);
        true
    }

    /// The tree link that lengthens most weight, and the top of the subtree below it.
    fn worst(&self, hung: &Hung) -> Option<(usize, usize)> {
        let mut surplus = self.surplus.clone();
        let mut worst = (0, None);
        for node in hung.order.iter().rev() {
            let Some(link) = hung.above[*node] else {
                continue;
            };
            let Link { source, target, .. } = self.links[link];
            let is_upward = source == *node;
            let worth = if is_upward {
                surplus[*node]
            } else {
                -surplus[*node]
            };
            let parent = if is_upward { target } else { source };
            surplus[parent] += surplus[*node];
            if worth < worst.0 {
                worst = (worth, Some((link, *node)));
            }
        }
        worst.1
    }

    fn hang(&self) -> Hung {
        let nodes = self.ranks.len();
        let mut links_of = vec![Vec::new(); nodes];
        for link in &self.tree {
            let Link { source, target, .. } = self.links[*link];
            links_of[source].push((*link, target));
            links_of[target].push((*link, source));
        }
        let mut hung = Hung {
            order: Vec::with_capacity(nodes),
            spans: vec![(0, 0); nodes],
            above: vec![None; nodes],
        };
        let mut stack = vec![(nodes - 1, None)];
        while let Some((node, above)) = stack.pop() {
            let place = hung.order.len();
            hung.spans[node] = (place, place);
            hung.above[node] = above;
            hung.order.push(node);
            let below = links_of[node]
                .iter()
                .filter(|(link, _)| Some(*link) != above);
            stack.extend(below.map(|(link, other)| (*other, Some(*link))));
        }
        for node in hung.order.iter().rev() {
            if let Some(link) = hung.above[*node] {
                let Link { source, target, .. } = self.links[link];
                let parent = if source == *node { target } else { source };
                let last = hung.spans[*node].1;
                let span = &mut hung.spans[parent].1;
                *span = last.max(*span);
            }
        }
        hung
    }
}

/// The least rank of every node that keeps all links long enough.
fn longest_paths(nodes: usize, links: &[Link]) -> Vec<i64> {
    let mut outward = vec![Vec::new(); nodes];
    let mut waits_for = vec![0usize; nodes];
    for link in links {
        outward[link.source].push(link);
        waits_for[link.target] += 1;
    }
    let mut ranks = vec![0; nodes];
    let mut ready: Vec<usize> = (0..nodes).filter(|node| waits_for[*node] == 0).collect();
    while let Some(node) = ready.pop() {
        for link in &outward[node] {
            ranks[link.target] = ranks[link.target].max(ranks[node] + link.min_length);
            waits_for[link.target] -= 1;
            if waits_for[link.target] == 0 {
                ready.push(link.target);
            }
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn arc(source: usize, target: usize, weight: i64) -> Arc {
        Arc {
            edge: 0,
            source,
            target,
            weight,
            min_length: 1,
            is_turned: false,
        }
    }

    fn check(nodes: usize, arcs: &[(usize, usize, i64)], expected: &[usize]) {
        let arcs = arcs
            .iter()
            .map(|(source, target, weight)| arc(*source, *target, *weight));
        let arcs: Vec<Arc> = arcs.collect();
        assert_eq!(ranks(nodes, &arcs), expected, "{arcs:?}");
    }

    #[test]
    fn edges_are_as_short_as_their_weights_ask() {
        check(0, &[], &[]);
        check(2, &[], &[0, 0]);
        check(3, &[(0, 1, 1), (1, 2, 1), (0, 2, 1)], &[0, 1, 2]);
        // A source hangs as low as what it calls lets it.
        check(4, &[(0, 1, 1), (1, 2, 1), (3, 2, 1)], &[0, 1, 2, 1]);
        // The node between is pulled to the heavier side.
        let chain = [(0, 1, 1), (1, 2, 1), (2, 3, 1)];
        let with = |up, down| [&chain[..], &[(0, 4, up), (4, 3, down)]].concat();
        check(5, &with(5, 1), &[0, 1, 2, 3, 1]);
        check(5, &with(1, 5), &[0, 1, 2, 3, 2]);
    }

    /// The least sum of lengths times weights, by trying all rankings with as many layers as nodes.
    fn least_cost(nodes: usize, arcs: &[Arc]) -> i64 {
        let rankings = nodes.pow(nodes as u32);
        let layer = |ranking: usize, node: usize| ranking / nodes.pow(node as u32) % nodes;
        let cost = |ranking| {
            let ranks: Vec<usize> = (0..nodes).map(|node| layer(ranking, node)).collect();
            cost(&ranks, arcs)
        };
        (0..rankings)
            .filter_map(cost)
            .min()
            .expect("there is a ranking")
    }

    /// The sum of lengths times weights; none where an arc is too short.
    fn cost(ranks: &[usize], arcs: &[Arc]) -> Option<i64> {
        let length = |arc: &Arc| ranks[arc.target] as i64 - ranks[arc.source] as i64;
        let is_valid = arcs.iter().all(|arc| length(arc) >= arc.min_length);
        is_valid.then(|| arcs.iter().map(|arc| length(arc) * arc.weight).sum())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_ranking_is_better(ends in proptest::collection::vec((0..5usize, 0..5usize, 1..9i64), 0..9)) {
            let upward = ends.into_iter().filter(|(a, b, _)| a != b);
            let arcs: Vec<Arc> = upward.map(|(a, b, weight)| arc(a.min(b), a.max(b), weight)).collect();
            prop_assert_eq!(cost(&ranks(5, &arcs), &arcs), Some(least_cost(5, &arcs)));
        }
    }
}
