//! Times several cases in turn, so that drift affects all of them equally.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::report::Row;

const ROUNDS: usize = 21;
const SAMPLE: Duration = Duration::from_millis(3);

/// A case to time: the number of operations of a call, and the call.
pub(crate) struct Case<'a> {
    pub(crate) name: &'static str,
    pub(crate) operations: u32,
    pub(crate) call: Box<dyn FnMut() + 'a>,
}

/// The fastest round of a case.
#[derive(Debug, Serialize)]
pub(crate) struct Timed {
    case: &'static str,
    /// Nanoseconds per operation.
    ns: f64,
    ratio_to_first: f64,
}

impl Row for Timed {
    const HEADS: &'static [&'static str] = &["case", "ns", "ratio to the first"];

    fn cells(&self) -> Vec<String> {
        vec![self.case.to_owned(), format!("{:.0}", self.ns), format!("{:.2}", self.ratio_to_first)]
    }
}

/// Times `cases`, each once per round.
pub(crate) fn compare(mut cases: Vec<Case<'_>>) -> Vec<Timed> {
    let calls: Vec<u32> = cases.iter_mut().map(calls_a_sample).collect();
    let mut fastest = vec![f64::INFINITY; cases.len()];
    for _ in 0..ROUNDS {
        for ((case, calls), fastest) in cases.iter_mut().zip(&calls).zip(&mut fastest) {
            let each = time(case, *calls).as_secs_f64() / f64::from(*calls) / f64::from(case.operations);
            *fastest = fastest.min(each * 1e9);
        }
    }
    let timed =
        |(case, ns): (&Case<'_>, &f64)| Timed { case: case.name, ns: *ns, ratio_to_first: ns / fastest[0] };
    cases.iter().zip(&fastest).map(timed).collect()
}

fn calls_a_sample(case: &mut Case<'_>) -> u32 {
    let mut calls = 1;
    while time(case, calls) < SAMPLE {
        calls *= 2;
    }
    calls
}

fn time(case: &mut Case<'_>, calls: u32) -> Duration {
    let started = Instant::now();
    for _ in 0..calls {
        (case.call)();
    }
    started.elapsed()
}
