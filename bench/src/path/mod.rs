//! The path of a typed event through the bus, by the public API alone: publishing and consuming, and the
//! share of each part.

mod consume;
mod cost_of_parts;
mod meter;
mod null;
mod publish;

use std::io;

use serde::Serialize;
use signalbook::Event;
use signalbook_runtime::Bus;

use self::{
    cost_of_parts::{Operation, measure},
    null::NullBackend,
};
use crate::{
    bus::Result,
    codec::{payload_data, payload_types::enrollment::CourseEnrollmentData},
    report::Row,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The number of rounds. Each round runs every case once; the result is the fastest.
    #[arg(long, default_value_t = 21)]
    rounds: usize,
    /// Run only these buses.
    #[arg(long, value_delimiter = ',')]
    buses: Vec<String>,
    /// Run only these operations.
    #[arg(long, value_delimiter = ',')]
    ops: Vec<String>,
    /// Whether a subscriber of `tracing` formats events and spans; both if it is not given.
    #[arg(long)]
    tracing: Option<bool>,
}

/// The cost of an operation or of one of its parts.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    op: &'static str,
    bus: &'static str,
    /// Whether a subscriber of `tracing` formats events and spans, and drops the text.
    tracing: &'static str,
    /// `whole`, or a part.
    part: &'static str,
    /// Nanoseconds per event.
    ns: f64,
    /// Allocations per event.
    allocs: f64,
    /// The share of the time of the whole operation.
    share: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio_to_bare: Option<f64>,
}

impl Row for Measured {
    const HEADS: &'static [&'static str] =
        &["op", "bus", "tracing", "part", "ns", "allocs", "share", "ratio to bare"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.op.to_owned(),
            self.bus.to_owned(),
            self.tracing.to_owned(),
            self.part.to_owned(),
            format!("{:.0}", self.ns),
            format!("{:.2}", self.allocs),
            format!("{:.0} %", self.share * 100.0),
            self.ratio_to_bare.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}")),
        ]
    }
}

/// The number of events of a run: a multiple of the sizes of batches.
const EVENTS: u32 = 1600;

const SOURCE: &str = "openedx/lms/web";

/// The event of the payload `medium`.
#[derive(Clone, Debug, PartialEq, Event)]
#[event(
    type = "org.openedx.learning.course.enrollment.created.v1",
    key = "enrollment.course.course_key",
    topics = ["learning-course-enrollment-lifecycle"]
)]
struct Enrolled {
    enrollment: CourseEnrollmentData,
}

/// Measures all operations, and those on the null bus again with a subscriber of `tracing`.
pub(crate) fn run(args: &Args) -> Result<Vec<Measured>> {
    let (payload, _) = payload_data::read(include_str!("../../data/codec/medium.json"));
    let event: Enrolled = signalbook::decode(&payload.data[0])?;
    let sealed = Bus::memory().publisher(SOURCE).seal(&event)?;
    let backend = NullBackend::new(sealed.messages()[0].clone());
    let folder = tempfile::tempdir()?;
    let on_null = || {
        let mut operations = Vec::from(publish::on_null(&backend, &event));
        operations.push(consume::on_null(&backend));
        operations
    };
    let mut operations = on_null();
    operations[0].parts = publish::parts(&backend, &event)?;
    operations[2].parts = consume::parts(&backend);
    operations.extend(publish::in_memory(&event));
    operations.push(consume::in_memory(&event));
    operations.extend(publish::in_sqlite(folder.path(), &event)?);
    operations.push(consume::in_sqlite(folder.path(), &event)?);
    let chosen = |names: &[String], name: &str| names.is_empty() || names.iter().any(|chosen| chosen == name);
    let is_chosen = |tracing: bool, operation: &Operation| {
        args.tracing.is_none_or(|chosen| chosen == tracing)
            && chosen(&args.buses, operation.bus)
            && chosen(&args.ops, operation.op)
    };
    operations.retain(|operation| is_chosen(false, operation));
    let mut rows = measure(&mut operations, args.rounds, "off")?;
    // This comes last, because a global subscriber cannot be removed.
    tracing_subscriber::fmt().with_writer(io::sink).try_init().map_err(|error| error.to_string())?;
    let mut operations = on_null();
    operations.retain(|operation| is_chosen(true, operation));
    rows.extend(measure(&mut operations, args.rounds, "on")?);
    Ok(rows)
}
