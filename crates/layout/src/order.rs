//! Arranges the items of every layer so that few links cross.
//!
//! Sweeps go down and up through the layers; each orders a layer by the mean place of the items
//! that its items are linked to, then exchanges neighbours as long as that saves crossings. The
//! best arrangement seen is the result.

use std::cmp::Ordering;

use crate::layers::{ItemId, Layered};

/// Sweeps at most, and how many in a row may bring nothing.
const SWEEPS: usize = 24;
const IDLE_SWEEPS: usize = 6;
/// Rounds of exchanges after one sweep at most.
const EXCHANGE_ROUNDS: usize = 8;

/// Orders the layers.
pub(crate) fn arrange(layered: &mut Layered) {
    let mut arrangement = Arrangement::new(layered);
    let (mut best, mut idle) = (arrangement.crossings(), 0);
    let mut best_layers = arrangement.layers.clone();
    for sweep in 0..SWEEPS {
        if best == 0 || idle == IDLE_SWEEPS {
            break;
        }
        arrangement.sweep(sweep % 2 == 0);
        arrangement.exchange();
        let crossings = arrangement.crossings();
        idle += 1;
        if crossings < best {
            (best, idle) = (crossings, 0);
            best_layers.clone_from(&arrangement.layers);
        }
    }
    layered.layers = best_layers;
}

struct Arrangement {
    layers: Vec<Vec<ItemId>>,
    /// The place of each item in its layer.
    places: Vec<usize>,
    /// The items linked to each item in the layer above and in the one below.
    above: Vec<Vec<ItemId>>,
    below: Vec<Vec<ItemId>>,
}

impl Arrangement {
    /// A first arrangement: depth first from the top, so that what belongs together starts together.
    fn new(layered: &Layered) -> Arrangement {
        let ends = |links: &[usize], of: fn(&crate::layers::Link) -> ItemId| {
            links.iter().map(|link| of(&layered.links[*link])).collect()
        };
        let upward = layered.upward.iter();
        let downward = layered.downward.iter();
        let mut arrangement = Arrangement {
            layers: vec![Vec::new(); layered.layers.len()],
            places: vec![0; layered.items.len()],
            above: upward.map(|links| ends(links, |link| link.upper)).collect(),
            below: downward
                .map(|links| ends(links, |link| link.lower))
                .collect(),
        };
        let mut is_seen = vec![false; layered.items.len()];
        let mut stack: Vec<ItemId> = layered.layers.iter().flatten().rev().copied().collect();
        while let Some(item) = stack.pop() {
            if is_seen[item] {
                continue;
            }
            is_seen[item] = true;
            arrangement.layers[layered.items[item].layer].push(item);
            stack.extend(arrangement.below[item].iter().rev());
        }
        (0..arrangement.layers.len()).for_each(|layer| arrangement.number(layer));
        arrangement
    }

    /// Notes the places of a layer's items.
    fn number(&mut self, layer: usize) {
        for (place, item) in self.layers[layer].iter().enumerate() {
            self.places[*item] = place;
        }
    }

    fn sweep(&mut self, is_downward: bool) {
        let layers = self.layers.len();
        if is_downward {
            (1..layers).for_each(|layer| self.order(layer, true));
        } else {
            (0..layers.saturating_sub(1))
                .rev()
                .for_each(|layer| self.order(layer, false));
        }
    }

    /// Orders a layer by the one above it or below it. Items without links there keep their place.
    fn order(&mut self, layer: usize, by_above: bool) {
        let linked = if by_above { &self.above } else { &self.below };
        let mean = |item: &ItemId| {
            let places = linked[*item].iter().map(|other| self.places[*other] as f64);
            (!linked[*item].is_empty()).then(|| places.sum::<f64>() / linked[*item].len() as f64)
        };
        let means: Vec<Option<f64>> = self.layers[layer].iter().map(mean).collect();
        let mut moving: Vec<(f64, ItemId)> = self.layers[layer]
            .iter()
            .zip(&means)
            .filter_map(|(item, mean)| Some(((*mean)?, *item)))
            .collect();
        moving.sort_by(|left, right| left.0.partial_cmp(&right.0).unwrap_or(Ordering::Equal));
        let mut moving = moving.into_iter();
        for (item, mean) in self.layers[layer].iter_mut().zip(&means) {
            if mean.is_some()
                && let Some((_, next)) = moving.next()
            {
                *item = next;
            }
        }
        self.number(layer);
    }

    /// Exchanges neighbours as long as that saves crossings.
    fn exchange(&mut self) {
        for _ in 0..EXCHANGE_ROUNDS {
            let rounds = (0..self.layers.len()).map(|layer| self.exchange_in(layer));
            let saved: usize = rounds.sum();
            if saved == 0 {
                break;
            }
        }
    }

    /// Exchanges neighbours of one layer; how many crossings that saved.
    fn exchange_in(&mut self, layer: usize) -> usize {
        let mut saved = 0;
        for place in 1..self.layers[layer].len() {
            let (left, right) = (self.layers[layer][place - 1], self.layers[layer][place]);
            let (kept, exchanged) = self.crossings_of_pair(left, right);
            if exchanged < kept {
                saved += kept - exchanged;
                self.layers[layer].swap(place - 1, place);
                self.places.swap(left, right);
            }
        }
        saved
    }

    /// The crossings between the links of two neighbours as they stand, and exchanged.
    fn crossings_of_pair(&self, left: ItemId, right: ItemId) -> (usize, usize) {
        let mut crossings = (0, 0);
        for linked in [&self.above, &self.below] {
            for first in &linked[left] {
                for second in &linked[right] {
                    match self.places[*first].cmp(&self.places[*second]) {
                        Ordering::Greater => crossings.0 += 1,
                        Ordering::Less => crossings.1 += 1,
                        Ordering::Equal => {}
                    }
                }
            }
        }
        crossings
    }

    /// The crossings of all links.
    fn crossings(&self) -> usize {
        (0..self.layers.len())
            .map(|layer| self.crossings_below(layer))
            .sum()
    }

    /// The crossings between a layer and the next: the pairs of links whose lower ends are in the
    /// other order than their upper ones. They are counted with a binary indexed tree.
    fn crossings_below(&self, layer: usize) -> usize {
        let width = self.layers.get(layer + 1).map_or(0, Vec::len);
        let mut tree = vec![0usize; width + 1];
        let (mut links, mut crossings) = (0, 0);
        for item in &self.layers[layer] {
            let mut ends: Vec<usize> = self.below[*item]
                .iter()
                .map(|id| self.places[*id])
                .collect();
            ends.sort_unstable();
            for end in &ends {
                crossings += links - sum_to(&tree, end + 1);
            }
            for end in ends {
                links += 1;
                count(&mut tree, end + 1);
            }
        }
        crossings
    }
}

/// Counts one at `index` of a binary indexed tree, from 1.
fn count(tree: &mut [usize], mut index: usize) {
    while index < tree.len() {
        tree[index] += 1;
        index += index & index.wrapping_neg();
    }
}

/// How many were counted up to `index`.
fn sum_to(tree: &[usize], mut index: usize) -> usize {
    let mut sum = 0;
    while index > 0 {
        sum += tree[index];
        index &= index - 1;
    }
    sum
}
