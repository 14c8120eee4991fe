//! Publishing through a backend, compared with what it wraps: for SQLite the same inserts into the same table
//! with the same flushes, for memory a vector behind a lock.

pub(crate) mod bare_sqlite;

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use serde::Serialize;
use signalbook_runtime::{
    MemoryBackend,
    backend::{Backend, Message, Outgoing},
    blocking::block_on,
};
use signalbook_sqlite::SqliteBackend;

use crate::report::Row;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The number of rounds. Each round runs every case once; the result is the median.
    #[arg(long, default_value_t = 11)]
    rounds: usize,
    /// The number of messages that a case publishes in a round.
    #[arg(long, default_value_t = 2000)]
    messages: usize,
}

/// The result of a case.
#[derive(Debug, Serialize)]
pub(crate) struct Published {
    case: &'static str,
    lib: &'static str,
    /// Microseconds per message.
    us: f64,
    ratio_to_bare: f64,
}

impl Row for Published {
    const HEADS: &'static [&'static str] = &["case", "lib", "us per message", "ratio to bare"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.case.to_owned(),
            self.lib.to_owned(),
            format!("{:.2}", self.us),
            format!("{:.2}", self.ratio_to_bare),
        ]
    }
}

pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How messages are grouped into calls. For SQLite a call is a transaction.
const CASES: [(&str, Grouping); 5] = [
    ("one by one", Grouping::Batches(1)),
    ("one by one, 100 concurrent", Grouping::Overlapping(100)),
    ("batches of 10", Grouping::Batches(10)),
    ("batches of 100", Grouping::Batches(100)),
    ("batches of 1000", Grouping::Batches(1000)),
];

#[derive(Clone, Copy, Debug)]
enum Grouping {
    Batches(usize),
    /// The number of calls, with one message each, that are made before the first is awaited. The bare client
    /// has no such mode: it makes one call after the other.
    Overlapping(usize),
}

impl Grouping {
    /// The number of messages per call, and the number of concurrent calls.
    fn sizes(self) -> (usize, usize) {
        match self {
            Self::Batches(size) => (size, 1),
            Self::Overlapping(calls) => (1, calls),
        }
    }

    fn batches(self, messages: usize) -> Vec<Vec<Outgoing>> {
        let (batch, _) = self.sizes();
        (0..messages / batch).map(|_| (0..batch).map(outgoing).collect()).collect()
    }
}

/// The times of a case in all rounds, in microseconds per message.
#[derive(Clone, Default)]
struct Times {
    ours: Vec<f64>,
    bare: Vec<f64>,
}

/// Measures all cases.
pub(crate) fn run(args: &Args) -> Result<Vec<Published>> {
    let folder = tempfile::tempdir()?;
    let bus = SqliteBackend::open(folder.path().join("bus.db"))?;
    let mut connection = bare_sqlite::bare(&folder.path().join("bare.db"))?;
    let mut in_sqlite = vec![Times::default(); CASES.len()];
    let mut in_memory = in_sqlite.clone();
    for _ in 0..args.rounds {
        for (case, (_, grouping)) in CASES.iter().enumerate() {
            let messages = args.messages.min(match grouping {
                // With one flush for each message, a tenth of the messages takes long enough.
                Grouping::Batches(1) | Grouping::Overlapping(_) => args.messages.div_ceil(10).max(100),
                Grouping::Batches(_) => args.messages,
            });
            let times = &mut in_sqlite[case];
            times.ours.push(publish(&bus, *grouping, messages)?);
            times
                .bare
                .push(timed(*grouping, messages, |batches| bare_sqlite::insert(&mut connection, batches))?);
            // The memory backend keeps all messages: each round begins with a new one.
            let times = &mut in_memory[case];
            times.ours.push(publish(&MemoryBackend::new(), *grouping, args.messages)?);
            let log = Mutex::default();
            times.bare.push(timed(*grouping, args.messages, |batches| push(&log, batches))?);
        }
    }
    block_on(bus.close())?;
    let rows = |times: Vec<Times>, [bare, ours]: [&'static str; 2]| {
        CASES.iter().zip(times).flat_map(move |((case, _), times)| {
            let (ours_us, bare_us) = (median(times.ours), median(times.bare));
            let row = |lib, us| Published { case, lib, us, ratio_to_bare: us / bare_us };
            [row(bare, bare_us), row(ours, ours_us)]
        })
    };
    let in_sqlite = rows(in_sqlite, ["rusqlite", "signalbook, sqlite"]);
    Ok(in_sqlite.chain(rows(in_memory, ["vector behind a lock", "signalbook, memory"])).collect())
}

/// Publishes through `bus`. Returns the microseconds per message.
fn publish(bus: &dyn Backend, grouping: Grouping, messages: usize) -> Result<f64> {
    let (_, under_way) = grouping.sizes();
    timed(grouping, messages, |batches| {
        let mut batches = batches.into_iter();
        loop {
            let published: Vec<_> =
                batches.by_ref().take(under_way).map(|batch| bus.publish(batch)).collect();
            if published.is_empty() {
                return Ok(());
            }
            for published in published {
                block_on(published)?;
            }
        }
    })
}

fn push(log: &Mutex<Vec<Outgoing>>, batches: Vec<Vec<Outgoing>>) -> Result<()> {
    for batch in batches {
        log.lock().map_err(|_| "the lock is poisoned")?.extend(batch);
    }
    Ok(())
}

/// Returns the microseconds per message that `send` takes.
fn timed(
    grouping: Grouping,
    messages: usize,
    send: impl FnOnce(Vec<Vec<Outgoing>>) -> Result<()>,
) -> Result<f64> {
    let batches = grouping.batches(messages);
    let begin = Instant::now();
    send(batches)?;
    Ok(micros_each(begin.elapsed(), messages))
}

/// A message with the size of an enrolment: a key, CloudEvents headers, 192 bytes.
fn outgoing(number: usize) -> Outgoing {
    let headers = [
        ("ce_id", "7bd2a5a8-c879-11f0-a5c0-0242ac120002"),
        ("ce_source", "openedx/lms/web"),
        ("ce_specversion", "1.0"),
        ("ce_time", "2026-11-23T18:00:00+00:00"),
        ("ce_type", "org.openedx.learning.course.enrollment.created.v1"),
    ];
    let message = Message {
        key: Some(format!("course-v1:edX+DemoX+{}", number % 50).into_bytes()),
        headers: headers.into_iter().collect(),
        payload: Some(vec![42; 192]),
    };
    Outgoing::new("learning-course-enrollment-lifecycle", message)
}

fn micros_each(time: Duration, messages: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a count of messages is far below 2^52")]
    let messages = messages as f64;
    time.as_secs_f64() * 1e6 / messages
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
