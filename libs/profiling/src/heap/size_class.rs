//! The sizes of the arena's slots.
//!
//! Four steps per doubling: a slot is at most a quarter larger than its block needs, and from the size
//! of a page on always whole pages, of which the unused ones are never touched. All powers of two are
//! among them, for over-aligned blocks.

use std::alloc::Layout;

use crate::sys::arch::PAGE_BYTES_MAX;

/// The largest slot. Larger sampled blocks stay with the inner allocator, so that `realloc` can go
/// on moving pages instead of bytes.
pub(super) const SLOT_BYTES_MAX: usize = 256 * 1024;

/// Every slot is aligned to this; more costs a power of two.
const SLOT_ALIGNMENT: usize = 16;

/// The number of slot sizes.
pub(super) const CLASSES: usize = count_classes();

const SLOT_BYTES: [usize; CLASSES] = slot_sizes();

/// The index of a slot size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SizeClass(usize);

impl SizeClass {
    /// The class whose slots hold blocks of `layout`; `None` when it is too large.
    pub(super) fn of(layout: Layout) -> Option<SizeClass> {
        let needed = if layout.align() <= SLOT_ALIGNMENT {
            layout.size()
        } else {
            layout
                .size()
                .max(layout.align())
                .checked_next_power_of_two()?
        };
        let index = SLOT_BYTES.partition_point(|&slot_bytes| slot_bytes < needed);
        (index < CLASSES).then_some(SizeClass(index))
    }

    /// All classes, smallest first.
    #[cfg(test)]
    pub(super) fn all() -> impl Iterator<Item = SizeClass> {
        (0..CLASSES).map(SizeClass)
    }

    /// The class with this [`SizeClass::index`], if there is one.
    pub(super) fn from_index(index: usize) -> Option<SizeClass> {
        (index < CLASSES).then_some(SizeClass(index))
    }

    /// Position among the classes, smallest first.
    pub(super) fn index(self) -> usize {
        self.0
    }

    /// Bytes from one slot to the next.
    pub(super) fn slot_bytes(self) -> usize {
        SLOT_BYTES[self.0]
    }

    /// The alignment of every slot when the first one has it: the largest power of two that divides
    /// the size.
    pub(super) fn alignment(self) -> usize {
        1 << self.slot_bytes().trailing_zeros()
    }
}

/// The slot size after `slot_bytes`.
const fn next_slot_bytes(slot_bytes: usize) -> usize {
    let quarter = (slot_bytes + 1).next_power_of_two() / 8;
    let granule = if slot_bytes >= PAGE_BYTES_MAX {
        PAGE_BYTES_MAX
    } else {
        SLOT_ALIGNMENT
    };
    slot_bytes + if quarter > granule { quarter } else { granule }
}

const fn count_classes() -> usize {
    let (mut count, mut slot_bytes) = (1, SLOT_ALIGNMENT);
    while slot_bytes < SLOT_BYTES_MAX {
        slot_bytes = next_slot_bytes(slot_bytes);
        count += 1;
    }
    count
}

const fn slot_sizes() -> [usize; CLASSES] {
    let mut sizes = [SLOT_ALIGNMENT; CLASSES];
    let mut index = 1;
    while index < CLASSES {
        sizes[index] = next_slot_bytes(sizes[index - 1]);
        index += 1;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(size: usize, align: usize, slot_bytes: Option<usize>) {
        let layout = Layout::from_size_align(size, align).expect("a valid layout");
        let class = SizeClass::of(layout);
        assert_eq!(
            class.map(SizeClass::slot_bytes),
            slot_bytes,
            "{size} aligned to {align}"
        );
        if let Some(class) = class {
            assert!(class.alignment() >= align);
        }
    }

    #[test]
    fn blocks_get_the_smallest_slot_that_holds_and_aligns_them() {
        check(0, 1, Some(16));
        check(1, 1, Some(16));
        check(16, 16, Some(16));
        check(17, 8, Some(32));
        check(129, 8, Some(160));
        check(PAGE_BYTES_MAX, 8, Some(PAGE_BYTES_MAX));
        check(PAGE_BYTES_MAX + 1, 8, Some(2 * PAGE_BYTES_MAX));
        let step = PAGE_BYTES_MAX.max(32 * 1024);
        check(200_000, 8, Some(200_000_usize.next_multiple_of(step)));
        check(SLOT_BYTES_MAX, 8, Some(SLOT_BYTES_MAX));
        check(SLOT_BYTES_MAX + 1, 8, None);
        check(1, 64, Some(64));
        check(65, 64, Some(128));
        check(100, 4096, Some(4096));
        check(100, 1 << 20, None);
        check(5000, 4096, Some(8192));
    }

    #[test]
    fn slots_waste_at_most_a_quarter_and_include_all_powers_of_two() {
        for pair in SLOT_BYTES[8..]
            .windows(2)
            .filter(|pair| pair[0] >= 4 * PAGE_BYTES_MAX)
        {
            assert!(pair[1] * 4 <= pair[0] * 5, "{pair:?}");
        }
        for exponent in 4..=18 {
            assert!(SLOT_BYTES.contains(&(1 << exponent)));
        }
        assert_eq!(SLOT_BYTES[CLASSES - 1], SLOT_BYTES_MAX);
    }
}
