//! Where the stacks of threads lie that nobody watched from their start.
//!
//! A walk must know how far up it may read. For threads that were watched from their start the slot
//! says it; for the others, and for code that runs on a stack of its own, the writable mappings of the
//! process say it: from the stack pointer to the end of its mapping everything is readable.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::PoisonError;

use dtail_symbolize::parse_maps;

use crate::sys::{Published, machine};

static IN_FORCE: Published<Box<[Range<u64>]>> = Published::empty();
static PUBLISHED: Mutex<u32> = Mutex::new(0);

/// How many lists may be published, since none is ever freed.
const PUBLISHED_MAX: u32 = 1024;

/// Reads the writable mappings again. Allocates: not for a signal handler.
pub(crate) fn refresh() {
    let mut published = PUBLISHED.lock().unwrap_or_else(PoisonError::into_inner);
    let writable = writable_mappings();
    let unchanged = IN_FORCE.get().is_some_and(|known| **known == *writable);
    if unchanged || *published >= PUBLISHED_MAX {
        return;
    }
    *published += 1;
    IN_FORCE.set(Box::leak(Box::new(writable)));
}

fn writable_mappings() -> Box<[Range<u64>]> {
    let mappings = parse_maps(&machine::maps());
    mappings
        .iter()
        .filter(|m| m.writable)
        .map(|m| m.start..m.limit)
        .collect()
}

/// The end of the mapping that `stack_pointer` lies in. Async-signal-safe.
pub(crate) fn end_of(stack_pointer: u64) -> Option<u64> {
    let ranges = IN_FORCE.get()?;
    let after = ranges.partition_point(|range| range.start <= stack_pointer);
    let range = ranges.get(after.checked_sub(1)?)?;
    range.contains(&stack_pointer).then_some(range.end)
}
