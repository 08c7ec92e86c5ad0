//! Finds coordinates: the order within the layers stays, edges become straight.
//!
//! What is made small is the sum over all links of weight times the square of their slant. One layer
//! has its best places while its neighbours hold still: that is a regression under the condition that
//! items keep their distances, and merging neighbours that would overlap into blocks solves it
//! exactly (pool adjacent violators). Sweeps over all layers approach the best places of all.

mod parts;

use crate::layers::{Item, ItemId, Layered};
use crate::{Point, Spacing};

/// Sweeps in which layers look to one side only, which moves whole branches.
const ONE_SIDED_SWEEPS: usize = 8;
/// Sweeps after that at least and at most; between, as many as place this many items in all.
const SWEEPS_MIN: usize = 20;
const SWEEPS_MAX: usize = 300;
const PLACED: usize = 2_000_000;
/// The sweeps end when no item moves further than this.
const REST: f64 = 0.2;
/// The pull to the middle of the drawing, beside the weight 1 of a light link.
const PULL: f64 = 1e-3;
/// How far apart the links of a node leave it, and how much of its width they may take.
const PORT_DISTANCE: f64 = 12.0;
const PORTS_SHARE: f64 = 0.8;

/// The coordinates of all items, and where their links start and end.
#[derive(Debug)]
pub(crate) struct Places {
    /// The line of each item: x, and y of its middle.
    pub(crate) items: Vec<Point>,
    /// Upper and lower border of each layer.
    pub(crate) layers: Vec<(f64, f64)>,
    /// For each link how far beside the items' lines its upper and its lower end are.
    pub(crate) ports: Vec<(f64, f64)>,
}

/// Finds coordinates for items in their order.
pub(crate) fn place(layered: &Layered, spacing: Spacing) -> Places {
    let mut solver = Solver::new(layered, spacing);
    for sweep in 0..ONE_SIDED_SWEEPS {
        solver.sweep(if sweep % 2 == 0 {
            Side::Above
        } else {
            Side::Below
        });
    }
    let sweeps = PLACED / layered.items.len().max(1);
    for _ in 0..sweeps.clamp(SWEEPS_MIN, SWEEPS_MAX) {
        if solver.sweep(Side::Both) < REST {
            break;
        }
    }
    parts::gather(&mut solver);
    let (heights, ports) = (heights(layered, &solver), solver.ports);
    let middle = |item: &Item| {
        let (top, bottom) = heights[item.layer];
        (top + bottom) / 2.0
    };
    let point = |(x, item): (&f64, &Item)| Point {
        x: *x,
        y: middle(item),
    };
    Places {
        items: solver.lines.iter().zip(&layered.items).map(point).collect(),
        layers: heights,
        ports,
    }
}

/// The links that a layer looks to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Below,
    Both,
}

pub(crate) struct Solver<'a> {
    layered: &'a Layered,
    spacing: Spacing,
    /// The line of each item.
    lines: Vec<f64>,
    /// For each layer the lines of its items where they stand as close as they may, the first at 0.
    offsets: Vec<Vec<f64>>,
    ports: Vec<(f64, f64)>,
}

/// Items that touch each other and move as one.
#[derive(Clone, Copy)]
struct Block {
    weight: f64,
    /// Weight times wanted place, summed up.
    moment: f64,
    items: usize,
}

impl Block {
    fn place(&self) -> f64 {
        self.moment / self.weight
    }
}

impl<'a> Solver<'a> {
    fn new(layered: &'a Layered, spacing: Spacing) -> Solver<'a> {
        let mut solver = Solver {
            layered,
            spacing,
            lines: vec![0.0; layered.items.len()],
            offsets: Vec::new(),
            ports: ports(layered),
        };
        for layer in &layered.layers {
            let offsets = solver.offsets(layer);
            let half = offsets.last().copied().unwrap_or(0.0) / 2.0;
            for (item, offset) in layer.iter().zip(&offsets) {
                solver.lines[*item] = offset - half;
            }
            solver.offsets.push(offsets);
        }
        solver
    }

    /// The closest lines of a layer's items.
    fn offsets(&self, layer: &[ItemId]) -> Vec<f64> {
        let mut offset = 0.0;
        let mut offsets = Vec::with_capacity(layer.len());
        for (index, id) in layer.iter().enumerate() {
            if let Some(before) = index.checked_sub(1) {
                let (left, right) = (self.layered.items[layer[before]], self.layered.items[*id]);
                offset += left.right + self.distance(&left, &right) + right.left;
            }
            offsets.push(offset);
        }
        offsets
    }

    /// Between two neighbours; edges may come closer to each other than nodes.
    fn distance(&self, left: &Item, right: &Item) -> f64 {
        let is_node = |item: &Item| matches!(item.stands, crate::layers::Stands::Node(_));
        match (is_node(left), is_node(right)) {
            (true, true) => self.spacing.node,
            (false, false) => self.spacing.node / 4.0,
            _ => self.spacing.node / 2.0,
        }
    }

    /// Places every layer once; how far an item moved at most.
    fn sweep(&mut self, side: Side) -> f64 {
        let layers = self.layered.layers.len();
        let mut moved: f64 = 0.0;
        if side != Side::Below {
            moved = (0..layers).fold(moved, |moved, layer| moved.max(self.settle(layer, side)));
        }
        if side != Side::Above {
            moved = (0..layers)
                .rev()
                .fold(moved, |moved, layer| moved.max(self.settle(layer, side)));
        }
        moved
    }

    /// Gives a layer its best places while the others hold still; how far an item moved at most.
    fn settle(&mut self, layer: usize, side: Side) -> f64 {
        let offsets = &self.offsets[layer];
        let layer = &self.layered.layers[layer];
        let mut blocks: Vec<Block> = Vec::with_capacity(layer.len());
        for (id, offset) in layer.iter().zip(offsets) {
            let (weight, moment) = self.wish(*id, side);
            let mut block = Block {
                weight,
                moment: moment - weight * offset,
                items: 1,
            };
            while let Some(before) = blocks.pop_if(|before| before.place() >= block.place()) {
                block.weight += before.weight;
                block.moment += before.moment;
                block.items += before.items;
            }
            blocks.push(block);
        }
        let places = blocks
            .iter()
            .flat_map(|block| std::iter::repeat_n(block.place(), block.items));
        let mut moved: f64 = 0.0;
        for ((id, offset), place) in layer.iter().zip(offsets).zip(places) {
            moved = moved.max((self.lines[*id] - (place + offset)).abs());
            self.lines[*id] = place + offset;
        }
        moved
    }

    /// Where an item's links pull it: their weight, and weight times place.
    fn wish(&self, id: ItemId, side: Side) -> (f64, f64) {
        let (mut weight, mut moment) = (PULL, 0.0);
        let mut pull = |link: usize, place: f64| {
            let strength = self.layered.links[link].weight;
            weight += strength;
            moment += strength * place;
        };
        if side != Side::Below {
            for link in &self.layered.upward[id] {
                let (upper, lower) = self.ports[*link];
                pull(
                    *link,
                    self.lines[self.layered.links[*link].upper] + upper - lower,
                );
            }
        }
        if side != Side::Above {
            for link in &self.layered.downward[id] {
                let (upper, lower) = self.ports[*link];
                pull(
                    *link,
                    self.lines[self.layered.links[*link].lower] + lower - upper,
                );
            }
        }
        if weight == PULL {
            // Nothing to look to on this side: the item stays unless it is in the way.
            return (PULL, PULL * self.lines[id]);
        }
        (weight, moment)
    }
}

/// Where the links leave and enter the nodes: spread in the order of their other ends, so that they
/// do not cross. Bends have one place for all.
fn ports(layered: &Layered) -> Vec<(f64, f64)> {
    let mut places = vec![0; layered.items.len()];
    for layer in &layered.layers {
        layer
            .iter()
            .enumerate()
            .for_each(|(place, id)| places[*id] = place);
    }
    let mut ports = vec![(0.0, 0.0); layered.links.len()];
    for (id, item) in layered.items.iter().enumerate() {
        let half = item.left.min(item.right);
        let spread = |links: &[usize], other: &dyn Fn(usize) -> ItemId| {
            let mut links = links.to_vec();
            links.sort_by_key(|link| (places[other(*link)], *link));
            let gaps = links.len().saturating_sub(1) as f64;
            let distance = PORT_DISTANCE.min(2.0 * half * PORTS_SHARE / gaps.max(1.0));
            let port = move |index: usize| (index as f64 - gaps / 2.0) * distance;
            links
                .into_iter()
                .enumerate()
                .map(move |(index, link)| (link, port(index)))
        };
        for (link, port) in spread(&layered.downward[id], &|link| layered.links[link].lower) {
            ports[link].0 = port;
        }
        for (link, port) in spread(&layered.upward[id], &|link| layered.links[link].upper) {
            ports[link].1 = port;
        }
    }
    ports
}

/// How much further two layers are apart for every unit that a link between them goes sideways, and
/// how many times the usual distance at most.
const SLANT: f64 = 0.06;
const GAP_GROWTH: f64 = 3.0;

/// Upper and lower border of each layer, with more room where links go far sideways.
fn heights(layered: &Layered, solver: &Solver<'_>) -> Vec<(f64, f64)> {
    let mut slants = vec![0.0f64; layered.layers.len()];
    for (link, (upper, lower)) in layered.links.iter().zip(&solver.ports) {
        let slant = solver.lines[link.upper] + upper - solver.lines[link.lower] - lower;
        let most = &mut slants[layered.items[link.lower].layer];
        *most = most.max(slant.abs());
    }
    let mut bottom = 0.0;
    let mut heights = Vec::with_capacity(layered.layers.len());
    for (layer, items) in layered.layers.iter().enumerate() {
        let height = items
            .iter()
            .map(|id| layered.items[*id].height)
            .fold(0.0, f64::max);
        let gap = (slants[layer] * SLANT).clamp(layered.gap, layered.gap * GAP_GROWTH);
        let top = if layer == 0 { 0.0 } else { bottom + gap };
        bottom = top + height;
        heights.push((top, bottom));
    }
    heights
}
