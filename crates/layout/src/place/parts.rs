//! Moves the parts of a graph that is not connected close to each other.
//!
//! Sweeps place layer by layer and hardly ever move a whole part: it has nothing to be straight
//! with. So each part moves as it is towards the middle, as far as the others let it.

use super::Solver;
use crate::layers::{ItemId, Layered};

/// Rounds over all parts; in the first those in the middle may still be in the way.
const ROUNDS: usize = 3;

/// Moves the parts together, those next to the middle first.
pub(super) fn gather(solver: &mut Solver<'_>) {
    let part_of = parts(solver.layered);
    let count = part_of.iter().max().map_or(0, |last| last + 1);
    if count < 2 {
        return;
    }
    let mut items = vec![Vec::new(); count];
    part_of
        .iter()
        .enumerate()
        .for_each(|(item, part)| items[*part].push(item));
    for _ in 0..ROUNDS {
        let middle = |items: &Vec<ItemId>| {
            items.iter().map(|item| solver.lines[*item]).sum::<f64>() / items.len() as f64
        };
        let mut order: Vec<(f64, usize)> = items
            .iter()
            .enumerate()
            .map(|(part, items)| (middle(items), part))
            .collect();
        order.sort_by(|left, right| left.0.abs().total_cmp(&right.0.abs()));
        for (middle, part) in order {
            let room = room(solver, &part_of, part, middle > 0.0);
            let step = -middle.signum() * room.min(middle.abs());
            items[part]
                .iter()
                .for_each(|item| solver.lines[*item] += step);
        }
    }
}

/// The number of the connected part that each item belongs to.
fn parts(layered: &Layered) -> Vec<usize> {
    let mut part_of = vec![usize::MAX; layered.items.len()];
    let mut count = 0;
    for item in 0..layered.items.len() {
        if part_of[item] != usize::MAX {
            continue;
        }
        let mut stack = vec![item];
        while let Some(item) = stack.pop() {
            if part_of[item] == usize::MAX {
                part_of[item] = count;
                stack.extend(
                    layered.upward[item]
                        .iter()
                        .map(|link| layered.links[*link].upper),
                );
                stack.extend(
                    layered.downward[item]
                        .iter()
                        .map(|link| layered.links[*link].lower),
                );
            }
        }
        count += 1;
    }
    part_of
}

/// How far a part can move to one side before it comes too close to another.
fn room(solver: &Solver<'_>, part_of: &[usize], part: usize, to_left: bool) -> f64 {
    let mut room = f64::INFINITY;
    for (layer, offsets) in solver.layered.layers.iter().zip(&solver.offsets) {
        for index in 1..layer.len() {
            let (left, right) = (layer[index - 1], layer[index]);
            let (moving, still) = if to_left {
                (right, left)
            } else {
                (left, right)
            };
            if part_of[moving] == part && part_of[still] != part {
                let distance = offsets[index] - offsets[index - 1];
                room = room.min(solver.lines[right] - solver.lines[left] - distance);
            }
        }
    }
    room.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::Solver;
    use super::gather;
    use crate::layers::Layered;
    use crate::{Size, Spacing};

    #[test]
    fn parts_move_up_to_each_other() {
        let spacing = Spacing::default();
        let size = Size {
            width: 30.0,
            height: 10.0,
        };
        let layered = Layered::new(&[size; 3], &[], &[], &[0; 3], spacing);
        let mut solver = Solver::new(&layered, spacing);
        solver.lines = vec![-700.0, -10.0, 500.0];
        gather(&mut solver);
        assert_eq!(solver.lines, [-50.0, 0.0, 50.0]);
    }
}
