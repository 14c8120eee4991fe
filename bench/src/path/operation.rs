//! Measures operations and their steps.

use std::{ops, sync::Arc};

use super::{
    Measured, Result,
    meter::{Meter, Quantity},
};

/// An operation on a bus, which is measured as a whole and in steps.
pub(super) struct Operation {
    pub(super) op: &'static str,
    pub(super) bus: &'static str,
    pub(super) whole: Run,
    /// The same work with the client that the bus wraps.
    pub(super) bare: Option<Run>,
    pub(super) steps: Vec<Step>,
}

/// A part of an operation that the public API has a call for.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) run: Run,
    /// How many of the steps before it the call contains. They are subtracted.
    pub(super) contains: usize,
}

/// Processes a number of events.
pub(super) struct Run {
    events: u32,
    call: Box<Call>,
}

type Call = dyn FnMut(&Arc<Meter>) -> Result<()>;

/// The cost of an event.
#[derive(Clone, Copy, Debug)]
struct Cost {
    ns: f64,
    allocs: f64,
}

impl Run {
    /// `call` processes `events` events while the meter runs.
    pub(super) fn new(events: u32, call: impl FnMut(&Arc<Meter>) -> Result<()> + 'static) -> Self {
        Self { events, call: Box::new(call) }
    }

    fn measure(&mut self, quantity: Quantity) -> Result<f64> {
        let meter = Arc::new(Meter::new(quantity));
        (self.call)(&meter)?;
        Ok(meter.total() / f64::from(self.events))
    }
}

impl Operation {
    fn runs(&mut self) -> impl Iterator<Item = &mut Run> {
        let steps = self.steps.iter_mut().map(|step| &mut step.run);
        [&mut self.whole].into_iter().chain(&mut self.bare).chain(steps)
    }

    /// Makes the rows of the costs of its runs.
    fn rows(&self, tracing: &'static str, costs: &[Cost]) -> Vec<Measured> {
        let (whole, costs) = (costs[0], &costs[1..]);
        let (bare, steps) = costs.split_at(usize::from(self.bare.is_some()));
        let row = |step, cost: Cost| Measured {
            op: self.op,
            bus: self.bus,
            tracing,
            step,
            ns: cost.ns,
            allocs: cost.allocs,
            share: cost.ns / whole.ns,
            ratio_to_bare: None,
        };
        let ratio_to_bare = bare.first().map(|bare| whole.ns / bare.ns);
        let mut rows = vec![Measured { ratio_to_bare, ..row("whole", whole) }];
        let mut own: Vec<Cost> = Vec::new();
        for (step, cost) in self.steps.iter().zip(steps) {
            let contained = own[own.len() - step.contains..].iter();
            own.push(contained.fold(*cost, |cost, contained| cost - *contained));
        }
        rows.extend(self.steps.iter().zip(&own).map(|(step, cost)| row(step.name, *cost)));
        if !own.is_empty() {
            rows.push(row("rest", own.into_iter().fold(whole, ops::Sub::sub)));
        }
        rows
    }
}

/// Runs all operations once per round, so that drift affects all of them alike. The fastest round counts.
pub(super) fn measure(
    operations: &mut [Operation],
    rounds: usize,
    tracing: &'static str,
) -> Result<Vec<Measured>> {
    let mut costs: Vec<Vec<Cost>> = Vec::new();
    for operation in &mut *operations {
        let allocs = operation.runs().map(|run| run.measure(Quantity::Allocations));
        costs.push(
            allocs.map(|allocs| Ok(Cost { ns: f64::INFINITY, allocs: allocs? })).collect::<Result<_>>()?,
        );
    }
    for _ in 0..rounds {
        for (operation, costs) in operations.iter_mut().zip(&mut costs) {
            for (run, cost) in operation.runs().zip(costs) {
                cost.ns = cost.ns.min(run.measure(Quantity::Nanoseconds)?);
            }
        }
    }
    Ok(operations.iter().zip(costs).flat_map(|(operation, costs)| operation.rows(tracing, &costs)).collect())
}

impl ops::Sub for Cost {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { ns: self.ns - other.ns, allocs: self.allocs - other.allocs }
    }
}
