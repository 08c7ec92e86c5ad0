//! One step of a walk, with everything that it depended on.

use core::cell::Cell;

use crate::unwind::walk::ReadStack;

/// One step: a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Kept {
    pub(super) pc: u64,
    pub(super) sp: u64,
    /// Of the walk that took the step; the last one's where it matters.
    pub(super) fp: u64,
    return_address: Word,
    /// The caller's frame pointer, where the step read it; the value is that of the step that follows.
    pub(super) caller_fp: Word,
    pub(super) end: End,
    /// Whether the step read the caller's frame pointer.
    pub(super) restores_fp: bool,
    /// Whether the step's rule depends on the frame pointer's value.
    depends_on_fp: bool,
    /// Whether this step or one further out depends on `fp`.
    pub(super) fp_matters: bool,
    /// The same of the caller's.
    caller_fp_matters: bool,
}

/// A word of the stack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) place: u64,
    value: u64,
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum End {
    /// It must be taken by its rule.
    Unknown = 0,
    /// To the next of the kept steps.
    Caller = 1,
    /// It is the last.
    Outermost = 2,
}

impl Word {
    const NONE: Self = Self { place: 0, value: 0 };
}

impl Kept {
    pub(super) const NONE: Self = Self {
        pc: 0,
        sp: 0,
        fp: 0,
        return_address: Word::NONE,
        caller_fp: Word::NONE,
        end: End::Unknown,
        restores_fp: false,
        depends_on_fp: false,
        fp_matters: false,
        caller_fp_matters: false,
    };

    /// The step from the registers `at`, for which `read` was read, and which led to `end`.
    #[inline]
    pub(super) fn of(
        at: [u64; 3],
        read: &Read<'_, impl ReadStack>,
        end: End,
        depends_on_fp: bool,
    ) -> Self {
        let [pc, sp, fp] = at;
        let begin = Self {
            pc,
            sp,
            fp,
            depends_on_fp,
            ..Self::NONE
        };
        match (end, read.words()) {
            (End::Caller, (1, [return_address, _])) => Self {
                end,
                return_address,
                ..begin
            },
            (End::Caller, (2, [return_address, caller_fp])) => Self {
                end,
                return_address,
                caller_fp,
                restores_fp: true,
                ..begin
            },
            (End::Outermost, (0, _)) => Self { end, ..begin },
            _ => begin,
        }
    }

    /// Whether the step, which leads to a caller, leads to the same one.
    #[inline]
    pub(super) fn holds(&self, stack: &impl ReadStack) -> bool {
        let fp_holds = || match stack.word_at(self.caller_fp.place) {
            Some(fp) => fp == self.caller_fp.value || !self.caller_fp_matters,
            None => false,
        };
        stack.word_at(self.return_address.place) == Some(self.return_address.value)
            && (!self.restores_fp || fp_holds())
    }

    /// Whether the step began with these registers, as far as it matters.
    #[inline]
    pub(super) fn begins_with(&self, [pc, sp, fp]: [u64; 3]) -> bool {
        pc == self.pc && sp == self.sp && (fp == self.fp || !self.fp_matters)
    }

    /// Says which frame pointers matter to this step, which comes before `caller`'s.
    #[inline]
    pub(super) fn mark(&mut self, caller: &Kept) {
        self.caller_fp.value = caller.fp;
        let caller_fp_matters = caller.fp_matters;
        let leads_on = self.end == End::Caller;
        self.caller_fp_matters = leads_on && caller_fp_matters;
        let passes_on = caller_fp_matters && !self.restores_fp;
        self.fp_matters = leads_on && (self.depends_on_fp || passes_on);
    }
}

/// A stack that notes what is read of it.
pub(super) struct Read<'s, S> {
    stack: &'s S,
    words: [Cell<Word>; 2],
    /// How many were read; more than there is room for when one could not be.
    count: Cell<usize>,
}

impl<'s, S> Read<'s, S> {
    #[inline]
    pub(super) fn of(stack: &'s S) -> Self {
        Self {
            stack,
            words: [const { Cell::new(Word::NONE) }; 2],
            count: Cell::new(0),
        }
    }

    /// How many words were read, more than two standing for any that cannot be kept; and the first two.
    #[inline]
    pub(super) fn words(&self) -> (usize, [Word; 2]) {
        let [first, second] = &self.words;
        (self.count.get(), [first.get(), second.get()])
    }
}

impl<S: ReadStack> ReadStack for Read<'_, S> {
    #[inline]
    fn word_at(&self, place: u64) -> Option<u64> {
        let found = self.stack.word_at(place);
        let number = self.count.get();
        match (self.words.get(number), found) {
            (Some(word), Some(value)) => {
                word.set(Word { place, value });
                self.count.set(number.saturating_add(1));
            }
            _ => self.count.set(self.words.len().saturating_add(1)),
        }
        found
    }
}
