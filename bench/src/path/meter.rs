//! Measures the time or the allocations of the parts of a run that count.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use crate::allocations;

/// What is measured. The allocator counts in a run of its own, because counting takes time.
#[derive(Clone, Copy, Debug)]
pub(super) enum Quantity {
    Nanoseconds,
    Allocations,
}

/// Adds up what is measured between [`start`](Self::start) and [`stop`](Self::stop).
#[derive(Debug)]
pub(super) struct Meter {
    quantity: Quantity,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    started: Instant,
    total: f64,
}

impl Meter {
    pub(super) fn new(quantity: Quantity) -> Self {
        Self { quantity, state: Mutex::new(State { started: Instant::now(), total: 0.0 }) }
    }

    pub(super) fn start(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match self.quantity {
            Quantity::Nanoseconds => state.started = Instant::now(),
            Quantity::Allocations => allocations::begin(),
        }
    }

    pub(super) fn stop(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.total += match self.quantity {
            Quantity::Nanoseconds => state.started.elapsed().as_secs_f64() * 1e9,
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            Quantity::Allocations => allocations::end() as f64,
        };
    }

    pub(super) fn total(&self) -> f64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).total
    }
}
