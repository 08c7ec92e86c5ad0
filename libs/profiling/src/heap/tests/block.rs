//! Blocks of the allocator under test, around one that counts what reaches it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::super::ProfilingAllocator;

/// The system's allocator, counting what reaches it, and able to be out of memory.
#[derive(Debug)]
struct Inner;

pub(super) static REALLOCS: AtomicU64 = AtomicU64::new(0);
pub(super) static CALLOCS: AtomicU64 = AtomicU64::new(0);
pub(super) static IS_EXHAUSTED: AtomicBool = AtomicBool::new(false);

// SAFETY: passes everything on to the system's allocator, or has no memory.
unsafe impl GlobalAlloc for Inner {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if IS_EXHAUSTED.load(Ordering::Relaxed) {
            return std::ptr::null_mut();
        }
        // SAFETY: passed on to the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        CALLOCS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: passed on to the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: passed on to the caller.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        REALLOCS.fetch_add(1, Ordering::Relaxed);
        if IS_EXHAUSTED.load(Ordering::Relaxed) {
            return std::ptr::null_mut();
        }
        // SAFETY: passed on to the caller.
        unsafe { System.realloc(block, layout, new_size) }
    }
}

static ALLOCATOR: ProfilingAllocator<Inner> = ProfilingAllocator::new(Inner);

/// A block of the allocator under test, filled with a pattern that is checked whenever it is used.
#[derive(Debug)]
pub(super) struct Block {
    start: *mut u8,
    layout: Layout,
    fill: u8,
}

// SAFETY: a block belongs to whoever has it.
unsafe impl Send for Block {}

impl Block {
    pub(super) fn new(size: usize, align: usize, is_zeroed: bool) -> Option<Block> {
        let layout = Layout::from_size_align(size, align).expect("a valid layout");
        // SAFETY: the size is not 0.
        let start = unsafe {
            if is_zeroed {
                ALLOCATOR.alloc_zeroed(layout)
            } else {
                ALLOCATOR.alloc(layout)
            }
        };
        if start.is_null() {
            return None;
        }
        assert_eq!(start as usize % align, 0);
        let block = Block {
            start,
            layout,
            fill: size as u8,
        };
        assert!(!is_zeroed || block.ends().iter().all(|byte| *byte == 0));
        block.write();
        Some(block)
    }

    pub(super) fn sized(size: usize) -> Block {
        Block::new(size, 8, false).expect("there is memory")
    }

    pub(super) fn resize(&mut self, new_size: usize) -> bool {
        self.check();
        // SAFETY: allocated with that layout, and the new size is not 0.
        let moved = unsafe { ALLOCATOR.realloc(self.start, self.layout, new_size) };
        if moved.is_null() {
            self.check();
            return false;
        }
        let kept = self.layout.size().min(new_size);
        self.start = moved;
        self.layout = Layout::from_size_align(kept, self.layout.align()).expect("it was valid");
        // SAFETY: the block has at least that many bytes.
        assert_eq!(unsafe { *moved }, self.fill, "the first byte moved along");
        self.layout = Layout::from_size_align(new_size, self.layout.align()).expect("valid");
        self.write();
        true
    }

    /// The first and last bytes: enough to notice an overlap, and cheap for large blocks.
    fn ends(&self) -> [u8; 2] {
        // SAFETY: the block has at least one byte.
        unsafe { [*self.start, *self.start.add(self.layout.size() - 1)] }
    }

    fn write(&self) {
        // SAFETY: the block has at least one byte and is this test's.
        unsafe {
            *self.start = self.fill;
            *self.start.add(self.layout.size() - 1) = self.fill;
        }
    }

    fn check(&self) {
        assert_eq!(
            self.ends(),
            [self.fill; 2],
            "nobody else writes into the block"
        );
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.check();
        // SAFETY: allocated with that layout, and not used afterwards.
        unsafe { ALLOCATOR.dealloc(self.start, self.layout) };
    }
}
