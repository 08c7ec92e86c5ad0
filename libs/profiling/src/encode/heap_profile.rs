//! The memory profiles, with the four values that Go's have.

use std::collections::HashSet;

use dtail_profile::{InvalidProfile, LocationId, Profile, ProfileBuilder};
use dtail_symbolize::Frame;

use super::facts::{Facts, Header};
use super::image::ProcessImage;
use super::stack_writer::{
    LOST_SAMPLES, StackWriter, TRUNCATED_STACK, collect_addresses, lookup_addresses, pseudo_frame,
};
use crate::heap::{HeapSnapshot, StackValues};

/// Which moment the values in use are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InUse {
    /// When the snapshot was taken.
    Now,
    /// When the most bytes were in use.
    AtPeak,
}

/// What a memory profile shows first, and of which moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Show {
    pub(crate) default_sample_type: &'static str,
    pub(crate) in_use: InUse,
}

/// Adds the addresses whose names the profile needs.
pub(crate) fn addresses(heap: &HeapSnapshot, addresses: &mut HashSet<u64>) {
    collect_addresses(
        heap.stacks.iter().map(|stack| stack.frames.as_slice()),
        addresses,
    );
}

/// The profile of a snapshot.
pub(crate) fn heap_profile(
    heap: &HeapSnapshot,
    show: Show,
    image: &ProcessImage,
    header: Header,
    mut facts: Facts,
) -> Result<Profile, InvalidProfile> {
    let mut builder = ProfileBuilder::new();
    for (kind, unit) in [
        ("alloc_objects", "count"),
        ("alloc_space", "bytes"),
        ("inuse_objects", "count"),
        ("inuse_space", "bytes"),
    ] {
        builder.sample_type(kind, unit);
    }
    builder.default_sample_type(show.default_sample_type);
    builder.period("space", "bytes", signed(heap.rate_bytes));
    header.write(&mut builder);
    facts.set(
        "lost",
        heap.losses.overflow_samples + heap.losses.untracked_samples,
    );
    facts.write(&mut builder, "");
    let mut stacks = StackWriter::add_mappings(image, &mut builder);
    for stack in &heap.stacks {
        let values = values(stack, show.in_use);
        if values == [0; 4] {
            continue;
        }
        let locations = locations(stack, &mut stacks, &mut builder);
        builder.sample(&locations, &values, &[]);
    }
    if heap.overflow.alloc_objects > 0 {
        let lost = pseudo_frame(&mut builder, LOST_SAMPLES);
        builder.sample(&[lost], &values(&heap.overflow, show.in_use), &[]);
    }
    builder.finish()
}

fn values(stack: &StackValues, in_use: InUse) -> [i64; 4] {
    let (objects, bytes) = match in_use {
        InUse::Now => (stack.inuse_objects, stack.inuse_bytes),
        InUse::AtPeak => (stack.peak_objects, stack.peak_bytes),
    };
    [stack.alloc_objects, stack.alloc_bytes, objects, bytes].map(signed)
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The stack without the allocator's own leading frames, so that its leaf is whoever asked for memory.
fn locations(
    stack: &StackValues,
    stacks: &mut StackWriter<'_>,
    builder: &mut ProfileBuilder,
) -> Vec<LocationId> {
    let mut leading = true;
    let mut locations = Vec::with_capacity(stack.frames.len());
    for address in lookup_addresses(&stack.frames) {
        if leading {
            let Some(location) = stacks.location_after(builder, address, is_allocator) else {
                continue;
            };
            leading = false;
            locations.push(location);
        } else {
            locations.push(stacks.location(builder, address));
        }
    }
    if stack.truncated {
        locations.push(pseudo_frame(builder, TRUNCATED_STACK));
    }
    locations
}

/// Whether a frame belongs to the way from a request for memory to the profiler: the profiler, the
/// symbols that the compiler puts between, and the parts of `alloc` that only pass a request on.
fn is_allocator(frame: &Frame) -> bool {
    // The executable's functions that stand in front of the C library's.
    const OF_C: [&str; 6] = [
        "malloc",
        "calloc",
        "realloc",
        "memalign",
        "aligned_alloc",
        "posix_memalign",
    ];
    if cfg!(c_allocations) && OF_C.contains(&frame.name.as_str()) {
        return true;
    }
    const OWN: &str = concat!(env!("CARGO_CRATE_NAME"), "::");
    const STARTS: [&str; 9] = [
        OWN,
        "dtail_sampler::",
        "__rust_",
        "__rustc::__rust_",
        "__rdl_",
        "__rustc::__rdl_",
        "alloc::alloc::",
        "alloc::raw_vec::",
        "core::alloc::",
    ];
    // `<Type>::method` and `<Type as Trait>::method`: what counts is where the type is from.
    let name = frame.name.trim_start_matches('<');
    let from_allocator = STARTS.iter().any(|start| name.starts_with(start));
    from_allocator
        || frame
            .name
            .contains(" as core::alloc::global::GlobalAlloc>::")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: bool) {
        let frame = Frame {
            name: name.to_owned(),
            ..Frame::default()
        };
        assert_eq!(is_allocator(&frame), expected, "{name}");
    }

    #[test]
    fn the_way_to_the_allocator_is_not_shown() {
        check(
            "<dtail_profiling::heap::ProfilingAllocator as core::alloc::global::GlobalAlloc>::alloc",
            true,
        );
        check("__rustc::__rust_alloc", true);
        check("__rust_realloc", true);
        check("alloc::alloc::alloc", true);
        check(
            "<alloc::alloc::Global as core::alloc::Allocator>::allocate",
            true,
        );
        check("<alloc::alloc::Global>::alloc_impl", true);
        check("<alloc::raw_vec::RawVec<T,A>>::grow_one", true);
        check("alloc::raw_vec::RawVecInner<A>::finish_grow", true);
    }

    #[test]
    fn who_asks_for_memory_is_shown() {
        check("<alloc::boxed::Box<T>>::new", false);
        check("<alloc::vec::Vec<T,A>>::push", false);
        check("alloc::string::String::push_str", false);
        check("my_program::alloc::alloc::thing", false);
        check("plain::main", false);
    }
}
