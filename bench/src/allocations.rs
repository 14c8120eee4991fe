//! Counts the allocations of a case, of all threads.
#![expect(
    unsafe_code,
    reason = "implementing an allocator is unsafe; this one passes every call to the system allocator"
)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static IS_COUNTING: AtomicBool = AtomicBool::new(false);
static COUNTED: AtomicU64 = AtomicU64::new(0);

/// Returns how often `call` allocates or reallocates.
pub(crate) fn count(call: impl FnOnce()) -> u64 {
    begin();
    call();
    end()
}

/// Begins to count from zero.
pub(crate) fn begin() {
    COUNTED.store(0, Relaxed);
    IS_COUNTING.store(true, Relaxed);
}

/// Ends counting. Returns how often the program allocated or reallocated since [`begin`].
pub(crate) fn end() -> u64 {
    IS_COUNTING.store(false, Relaxed);
    COUNTED.load(Relaxed)
}

/// The system allocator with a counter. During timing it costs one load and one branch that is never taken.
struct Counting;

impl Counting {
    #[inline]
    fn note() {
        if IS_COUNTING.load(Relaxed) {
            COUNTED.fetch_add(1, Relaxed);
        }
    }
}

// SAFETY: each method calls that of `System` with the same arguments; counting does not allocate or unwind.
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::note();
        // SAFETY: guaranteed by the caller.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::note();
        // SAFETY: guaranteed by the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::note();
        // SAFETY: guaranteed by the caller.
        unsafe { System.realloc(block, layout, size) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: guaranteed by the caller.
        unsafe { System.dealloc(block, layout) }
    }
}
