//! Encoding and decoding, compared with the peers and with the limit: a hand-written codec.

mod case;
mod common;
mod hand_written;
mod instructions;
mod libraries;
pub(crate) mod payload_data;
pub(crate) mod payload_types;

use serde::Serialize;

use self::{
    case::{Case, Op, Payload},
    libraries::{Evolved, Plain, Subject},
    payload_types::{
        batch::Batch,
        enrollment::CourseEnrollmentData,
        evolved::{OldBatch, OldEnrollment},
        skill::SkillVerified,
    },
};
use crate::{
    allocations,
    report::{self, Row},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The number of rounds. Each round times every case once; the result is the fastest.
    #[arg(long, default_value_t = 41)]
    rounds: usize,
    /// How long a case is timed in a round, in microseconds.
    #[arg(long, default_value_t = 2000)]
    sample: u32,
    /// Run only these payloads.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_values_t = [Payload::Small, Payload::Medium, Payload::Varied, Payload::Large]
    )]
    payloads: Vec<Payload>,
    /// Run only these operations.
    #[arg(long, value_enum, value_delimiter = ',')]
    ops: Vec<Op>,
    /// Run only these libraries, and the limit, which ratios refer to.
    #[arg(long, value_delimiter = ',')]
    libs: Vec<String>,
    /// Count instructions instead of time; needs valgrind.
    #[arg(long)]
    instructions: bool,
    /// Run only what `--instructions` counts.
    #[arg(long, hide = true)]
    under_callgrind: bool,
}

/// The result of a case.
#[derive(Debug, Serialize)]
struct Measured {
    payload: Payload,
    op: Op,
    lib: &'static str,
    /// Nanoseconds per operation.
    ns: f64,
    /// Allocations per operation; the mean if a payload has several values.
    allocs: f64,
    ratio_to_limit: f64,
}

impl Row for Measured {
    const HEADS: &'static [&'static str] = &["payload", "op", "lib", "ns", "allocs", "ratio to limit"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.payload.name().to_owned(),
            self.op.name().to_owned(),
            self.lib.to_owned(),
            format!("{:.1}", self.ns),
            format!("{:.1}", self.allocs),
            format!("{:.2}", self.ratio_to_limit),
        ]
    }
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The library that ratios refer to.
const LIMIT: &str = "limit";

/// Measures the chosen cases, and prints the results.
pub(crate) fn run(args: &Args, json: bool) -> Result<()> {
    let subjects: Vec<_> = args.payloads.iter().flat_map(|payload| subjects(*payload)).collect();
    let mut cases: Vec<Case<'_>> = subjects.iter().flat_map(|subject| subject.cases()).collect();
    cases.retain(|case| args.ops.is_empty() || args.ops.contains(&case.op));
    cases.retain(|case| {
        case.lib == LIMIT || args.libs.is_empty() || args.libs.iter().any(|lib| lib == case.lib)
    });
    cases.sort_by_key(|case| case.op);
    if args.under_callgrind {
        instructions::repeat(&mut cases, &args.libs);
        Ok(())
    } else if args.instructions {
        report::print(&instructions::count(&cases)?, json)
    } else {
        report::print(&measure(&mut cases, args), json)
    }
}

/// The subjects of a payload: its plain form, and its evolved form if it has one.
fn subjects(payload: Payload) -> Vec<Box<dyn Subject>> {
    let (written, evolved) = payload_data::read(match payload {
        Payload::Small => include_str!("../../data/codec/small.json"),
        Payload::Medium => include_str!("../../data/codec/medium.json"),
        Payload::Varied => include_str!("../../data/codec/varied.json"),
        Payload::Large => include_str!("../../data/codec/large.json"),
    });
    let (plain, evolved): (Box<dyn Subject>, Option<Box<dyn Subject>>) = match payload {
        Payload::Small => (Box::new(Plain::<SkillVerified>::new(payload, &written)), None),
        Payload::Medium | Payload::Varied => (
            Box::new(Plain::<CourseEnrollmentData>::new(payload, &written)),
            evolved.map(|evolved| Box::new(Evolved::<OldEnrollment>::new(payload, evolved)) as _),
        ),
        Payload::Large => (
            Box::new(Plain::<Batch>::new(payload, &written)),
            evolved.map(|evolved| Box::new(Evolved::<OldBatch>::new(payload, evolved)) as _),
        ),
    };
    [Some(plain), evolved].into_iter().flatten().collect()
}

fn measure(cases: &mut [Case<'_>], args: &Args) -> Vec<Measured> {
    let times: Vec<usize> = cases.iter_mut().map(|case| times_a_sample(case, args.sample)).collect();
    let mut fastest = vec![f64::INFINITY; cases.len()];
    for _ in 0..args.rounds {
        for ((case, times), fastest) in cases.iter_mut().zip(&times).zip(&mut fastest) {
            *fastest = fastest.min(case.time(*times));
        }
    }
    let limits: Vec<f64> = cases.iter().map(|case| fastest[limit_of(case, cases)]).collect();
    let measured = cases.iter_mut().zip(fastest).zip(limits).map(|((case, ns), limit)| Measured {
        payload: case.payload,
        op: case.op,
        lib: case.lib,
        ns,
        allocs: allocations(case),
        ratio_to_limit: ns / limit,
    });
    measured.collect()
}

/// The index of the limit for a case.
fn limit_of(case: &Case<'_>, cases: &[Case<'_>]) -> usize {
    let is_limit =
        |other: &Case<'_>| other.lib == LIMIT && other.payload == case.payload && other.op == case.op;
    cases.iter().position(is_limit).expect("every operation has a limit")
}

fn times_a_sample(case: &mut Case<'_>, micros: u32) -> usize {
    let mut times = case.inputs;
    loop {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let lasted = case.time(times) * times as f64 / 1e3;
        if lasted >= f64::from(micros) {
            return times;
        }
        times *= 2;
    }
}

fn allocations(case: &mut Case<'_>) -> f64 {
    let inputs = case.inputs;
    let counted = allocations::count(|| case.repeat(inputs));
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let mean = counted as f64 / inputs as f64;
    mean
}
