//! Measures operations and their parts.

use std::{ops, sync::Arc};

use super::{
    Measured, Result,
    meter::{Meter, Quantity},
};

/// An operation on a bus, which is measured as a whole and in parts.
pub(super) struct Operation {
    pub(super) op: &'static str,
    pub(super) bus: &'static str,
    pub(super) whole: Run,
    /// The same work with the client that the bus wraps.
    pub(super) bare: Option<Run>,
    pub(super) parts: Vec<Part>,
}

/// A part of an operation that the public API has a call for.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) run: Run,
    /// How many of the parts before it the call contains. They are subtracted.
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
        let parts = self.parts.iter_mut().map(|part| &mut part.run);
        [&mut self.whole].into_iter().chain(&mut self.bare).chain(parts)
    }

    /// Makes the rows of the costs of its runs.
    fn rows(&self, tracing: &'static str, costs: &[Cost]) -> Vec<Measured> {
        let (whole, costs) = (costs[0], &costs[1..]);
        let (bare, parts) = costs.split_at(usize::from(self.bare.is_some()));
        let row = |part, cost: Cost| Measured {
            op: self.op,
            bus: self.bus,
            tracing,
            part,
            ns: cost.ns,
            allocs: cost.allocs,
            share: cost.ns / whole.ns,
            ratio_to_bare: None,
        };
        let ratio_to_bare = bare.first().map(|bare| whole.ns / bare.ns);
        let mut rows = vec![Measured { ratio_to_bare, ..row("whole", whole) }];
        let mut own: Vec<Cost> = Vec::new();
        for (part, cost) in self.parts.iter().zip(parts) {
            let contained = own[own.len() - part.contains..].iter();
            own.push(contained.fold(*cost, |cost, contained| cost - *contained));
        }
        rows.extend(self.parts.iter().zip(&own).map(|(part, cost)| row(part.name, *cost)));
        if !own.is_empty() {
            rows.push(row("rest", own.into_iter().fold(whole, ops::Sub::sub)));
        }
        rows
    }
}

/// Runs all operations once per round, so that drift affects all of them equally. The fastest round counts.
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
