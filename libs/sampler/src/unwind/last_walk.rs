//! The last walk of a thread, to be taken again step by step where nothing has changed.
//!
//! A walk is a chain: each step waits for the rule and for the words that the step before it led to. But
//! from one walk of a thread to the next most of its stack stays as it was. So every step is kept with
//! what it depended on: the registers that it began with, and the words that it read. Where those are
//! the same, it leads where it led before. Comparing words at places that are known waits for
//! nothing, and many comparisons go on at the same time.
//!
//! Most code keeps anything at all in the frame pointer, another value in every turn of a loop, and
//! most rules do not look at it. So its value is compared only where a later step depends on it, before
//! one that finds the register restored. Where the walk leaves the kept steps, the value is read anew.
//!
//! What is kept begins at the leaf and ends at the outermost frame. A walk that leaves the way of the
//! last one is on it again as soon as it has the registers of one of its frames, and only the steps
//! between are taken by rules.

mod kept;

use core::mem::MaybeUninit;

use self::kept::{End, Kept, Read};
use super::arch::{FrameRegisters, Step};
use super::table::Table;
use super::walk::{ReadStack, Walk, WalkEnd, step};

/// How many steps are kept.
const STEPS: usize = 128;

/// See the module. All zero at first. The tables that it has walked by must not be freed before it.
#[derive(Debug)]
pub struct LastWalk {
    /// The address of the table that the steps were found by; 0 for none.
    table: usize,
    /// How many steps are kept, at the end of `kept`; the leaf's is the first of them.
    depth: usize,
    /// The steps of the present walk that are not among the kept ones, leaf first.
    taken: [Kept; STEPS],
    kept: [Kept; STEPS],
}

/// What a walk along the last one found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalkAgain {
    /// What [`walk`](super::walk()) would have found.
    pub walk: Walk,
    /// Whether the frames are those that the last walk found for an output of the same size.
    pub is_same: bool,
}

impl Default for LastWalk {
    fn default() -> Self {
        Self {
            table: 0,
            depth: 0,
            taken: [Kept::NONE; STEPS],
            kept: [Kept::NONE; STEPS],
        }
    }
}

impl LastWalk {
    /// Writes the addresses of the stack to `frames`, leaf first, exactly as [`walk`](super::walk())
    /// does.
    ///
    /// Async-signal-safe: no allocation, no lock, no call out of this crate but `stack.word_at`.
    #[inline]
    pub fn walk<R: FrameRegisters>(
        &mut self,
        from: R,
        table: &Table<'_>,
        stack: &impl ReadStack,
        frames: &mut [MaybeUninit<u64>],
    ) -> WalkAgain {
        self.begin(table);
        let mut way = Way::of(self);
        let mut at = from;
        let mut found = Walk {
            depth: 0,
            end: WalkEnd::Truncated,
            by_frame_pointer: 0,
        };
        loop {
            if way.joins(self, at, found.depth == 0) {
                let rest = frames.get_mut(found.depth..).unwrap_or_default();
                let (followed, end) = way.follow(self, stack, rest);
                found.depth = found.depth.saturating_add(followed);
                match end {
                    Followed::Left => at = way.leave(self, at, stack),
                    Followed::ToTheEnd => {
                        found.end = WalkEnd::Complete;
                        break;
                    }
                    Followed::OutOfRoom => break,
                }
            }
            let Some(frame) = frames.get_mut(found.depth) else {
                break;
            };
            frame.write(at.pc());
            let is_leaf = found.depth == 0;
            found.depth = found.depth.saturating_add(1);
            let (end, caller) = way.take(self, at, is_leaf, table, stack, &mut found);
            match end {
                End::Caller => at = caller,
                End::Outermost => {
                    found.end = WalkEnd::Complete;
                    break;
                }
                End::Unknown => {
                    found.end = WalkEnd::Lost;
                    break;
                }
            }
        }
        WalkAgain {
            walk: found,
            is_same: way.end(self),
        }
    }

    /// Makes the next walk one without a last one. Async-signal-safe.
    pub fn forget(&mut self) {
        self.depth = 0;
    }

    #[inline]
    fn begin(&mut self, table: &Table<'_>) {
        let identity = core::ptr::from_ref(table).addr();
        if self.table != identity {
            self.table = identity;
            self.forget();
        }
    }

    /// Where the kept steps begin.
    #[inline]
    fn first(&self) -> usize {
        STEPS.saturating_sub(self.depth)
    }

    /// Whether the step at `place` began with these registers, as far as it matters.
    #[inline]
    fn begins_with(&self, place: usize, at: impl FrameRegisters) -> bool {
        match (self.kept.get(place), at.words()) {
            (Some(kept), Some(words)) => kept.begins_with(words),
            _ => false,
        }
    }

    /// The first place from `place` on whose step does not begin below `sp`.
    #[inline]
    fn place_of(&self, sp: u64, mut place: usize) -> usize {
        while self.kept.get(place).is_some_and(|kept| kept.sp < sp) {
            place = place.saturating_add(1);
        }
        place
    }
}

/// How far a walk has come among the kept steps.
struct Way {
    /// The kept step that comes next, or may.
    place: usize,
    /// Where the walk came upon the kept steps that it follows.
    joined: Option<usize>,
    /// How many steps were taken that are not kept, or not in front of the kept ones that follow.
    taken: usize,
}

/// How it ended to follow kept steps.
enum Followed {
    /// The next step must be taken.
    Left,
    ToTheEnd,
    OutOfRoom,
}

impl Way {
    #[inline]
    fn of(last: &LastWalk) -> Self {
        Self {
            place: last.first(),
            joined: None,
            taken: 0,
        }
    }

    /// Whether the walk, which does not follow kept steps, comes upon one.
    #[inline]
    fn joins(&mut self, last: &LastWalk, at: impl FrameRegisters, is_leaf: bool) -> bool {
        // The rule of a leaf is that of its address, those of others are those of the call before.
        if !is_leaf {
            self.place = last.place_of(at.sp(), self.place);
        }
        if last.begins_with(self.place, at) {
            self.joined = Some(self.place);
        } else if is_leaf {
            self.place = self.place.saturating_add(1);
        }
        self.joined.is_some()
    }

    /// Follows the kept steps as far as they hold, and returns how many frames were written.
    #[inline]
    fn follow(
        &mut self,
        last: &LastWalk,
        stack: &impl ReadStack,
        frames: &mut [MaybeUninit<u64>],
    ) -> (usize, Followed) {
        let steps = last.kept.get(self.place..).unwrap_or_default();
        let mut followed = 0_usize;
        for (step, frame) in steps.iter().zip(frames) {
            frame.write(step.pc);
            if step.end != End::Caller || !step.holds(stack) {
                if step.end == End::Outermost {
                    return (followed.saturating_add(1), Followed::ToTheEnd);
                }
                self.place = self.place.saturating_add(followed);
                return (followed, Followed::Left);
            }
            followed = followed.wrapping_add(1);
        }
        (followed, Followed::OutOfRoom)
    }

    /// Leaves the kept steps, if the walk follows them: those that it has followed count as taken, and the
    /// frame pointers that did not matter are read. Returns where the walk is, which is `at` if it was
    /// not following.
    #[inline]
    fn leave<R: FrameRegisters>(
        &mut self,
        last: &mut LastWalk,
        at: R,
        stack: &impl ReadStack,
    ) -> R {
        let (Some(joined), Some([_, _, mut fp])) = (self.joined.take(), at.words()) else {
            return at;
        };
        for place in joined..self.place {
            let Some(mut step) = last.kept.get(place).copied() else {
                break;
            };
            step.fp = fp;
            if step.restores_fp {
                fp = stack.word_at(step.caller_fp.place).unwrap_or(0);
            }
            self.keep(last, step);
        }
        let here = last.kept.get(self.place);
        let here = here.map_or(at, |kept| R::of_words([kept.pc, kept.sp, fp]));
        self.place = self.place.saturating_add(1);
        here
    }

    /// Takes a step by its rule.
    #[inline]
    fn take<R: FrameRegisters>(
        &mut self,
        last: &mut LastWalk,
        at: R,
        is_leaf: bool,
        table: &Table<'_>,
        stack: &impl ReadStack,
        found: &mut Walk,
    ) -> (End, R) {
        let rule = table.rule_at(at.pc().wrapping_sub(u64::from(!is_leaf)));
        let read = Read::of(stack);
        let trusted = found.by_frame_pointer;
        let (end, caller) = match step(at, rule, &read, found) {
            Step::To { caller, .. } if caller.may_have_called(at) => (End::Caller, caller),
            Step::Outermost => (End::Outermost, at),
            _ => (End::Unknown, at),
        };
        let by_rule = found.by_frame_pointer == trusted && caller.words().is_some();
        let kept = if by_rule { end } else { End::Unknown };
        let words = at.words();
        self.keep(
            last,
            words.map_or(Kept::NONE, |at| {
                Kept::of(at, &read, kept, R::depends_on_fp(rule))
            }),
        );
        (end, caller)
    }

    #[inline]
    fn keep(&mut self, last: &mut LastWalk, step: Kept) {
        if let Some(taken) = last.taken.get_mut(self.taken) {
            *taken = step;
        }
        self.taken = self.taken.saturating_add(1);
    }

    /// Keeps what was taken, in front of what the walk ended with. Returns whether nothing was taken.
    #[inline]
    fn end(self, last: &mut LastWalk) -> bool {
        if self.taken == 0 {
            return self.joined == Some(last.first());
        }
        self.keep_taken(last);
        false
    }

    fn keep_taken(self, last: &mut LastWalk) {
        // Where not all have room, those that are further out are left away.
        let joined = self.joined.filter(|joined| *joined >= self.taken);
        let end = joined.unwrap_or(STEPS);
        let begin = end.saturating_sub(self.taken);
        let LastWalk { taken, kept, .. } = last;
        let mut caller = joined
            .and_then(|joined| kept.get(joined))
            .copied()
            .unwrap_or(Kept::NONE);
        let (Some(taken), Some(kept)) = (taken.get_mut(..self.taken), kept.get_mut(begin..end))
        else {
            return last.forget();
        };
        if joined.is_none()
            && let Some(outermost) = taken.last_mut()
            && outermost.end == End::Caller
        {
            outermost.end = End::Unknown;
        }
        for step in taken.iter_mut().rev() {
            step.mark(&caller);
            caller = *step;
        }
        kept.copy_from_slice(taken);
        last.depth = STEPS.saturating_sub(begin);
    }
}

#[cfg(test)]
mod tests;
