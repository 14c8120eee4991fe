//! Counts allocations, of this thread's case alone: nothing else runs beside it.
#![expect(
    unsafe_code,
    reason = "an allocator is unsafe to implement; this one hands everything on to the system's"
)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static IS_COUNTING: AtomicBool = AtomicBool::new(false);
static COUNTED: AtomicU64 = AtomicU64::new(0);

/// How often `call` allocates or grows what it has allocated.
pub(crate) fn count(call: impl FnOnce()) -> u64 {
    COUNTED.store(0, Relaxed);
    IS_COUNTING.store(true, Relaxed);
    call();
    IS_COUNTING.store(false, Relaxed);
    COUNTED.load(Relaxed)
}

/// The system's allocator; while times are taken, one load and one branch that is never taken are added to it.
struct Counting;

impl Counting {
    #[inline]
    fn note() {
        if IS_COUNTING.load(Relaxed) {
            COUNTED.fetch_add(1, Relaxed);
        }
    }
}

// SAFETY: each method is `System`'s with the arguments as they are; noting allocates nothing and cannot unwind.
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::note();
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::note();
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::note();
        // SAFETY: as the caller promises.
        unsafe { System.realloc(block, layout, size) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}
