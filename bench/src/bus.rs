//! Publishing through a bus beside its bare client: the same inserts into the same tables, with the same flushes.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use serde::Serialize;
use signalbook_runtime::{
    backend::{Backend as _, Message, Outgoing},
    blocking::block_on,
};
use signalbook_sqlite::SqliteBackend;

use crate::report::Row;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many rounds; each runs every case once, and the median of a case counts.
    #[arg(long, default_value_t = 11)]
    rounds: usize,
    /// How many messages a case publishes in a round.
    #[arg(long, default_value_t = 2000)]
    messages: usize,
}

/// A case's result.
#[derive(Debug, Serialize)]
pub(crate) struct Published {
    case: &'static str,
    lib: &'static str,
    /// Microseconds a message.
    us: f64,
    ratio_to_bare: f64,
}

impl Row for Published {
    const HEADS: &'static [&'static str] = &["case", "lib", "us a message", "ratio to bare"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.case.to_owned(),
            self.lib.to_owned(),
            format!("{:.2}", self.us),
            format!("{:.2}", self.ratio_to_bare),
        ]
    }
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How messages are grouped into transactions.
const CASES: [(&str, Grouping); 5] = [
    ("one by one", Grouping::Batches(1)),
    ("one by one, 100 under way", Grouping::Overlapping(100)),
    ("batches of 10", Grouping::Batches(10)),
    ("batches of 100", Grouping::Batches(100)),
    ("batches of 1000", Grouping::Batches(1000)),
];

#[derive(Clone, Copy, Debug)]
enum Grouping {
    Batches(usize),
    /// So many calls of one message each before the first is awaited. The bare client has nothing like it: it commits each.
    Overlapping(usize),
}

/// Measures all cases.
pub(crate) fn run(args: &Args) -> Result<Vec<Published>> {
    let folder = tempfile::tempdir()?;
    let bus = SqliteBackend::open(folder.path().join("bus.db"))?;
    let mut bare = bare(&folder.path().join("bare.db"))?;
    let mut times = vec![(Vec::new(), Vec::new()); CASES.len()];
    for _ in 0..args.rounds {
        for ((_, grouping), (ours, bares)) in CASES.iter().zip(&mut times) {
            let messages = args.messages.min(match grouping {
                // A flush each: a tenth of the messages takes long enough.
                Grouping::Batches(1) | Grouping::Overlapping(_) => args.messages.div_ceil(10).max(100),
                Grouping::Batches(_) => args.messages,
            });
            ours.push(publish(&bus, *grouping, messages)?);
            bares.push(insert(&mut bare, *grouping, messages)?);
        }
    }
    block_on(bus.close())?;
    Ok(CASES
        .iter()
        .zip(times)
        .flat_map(|((case, _), (ours, bares))| {
            let (ours, bares) = (median(ours), median(bares));
            let row = |lib, us| Published { case, lib, us, ratio_to_bare: us / bares };
            [row("rusqlite", bares), row("signalbook", ours)]
        })
        .collect())
}

fn publish(bus: &SqliteBackend, grouping: Grouping, messages: usize) -> Result<f64> {
    let (batch, under_way) = match grouping {
        Grouping::Batches(size) => (size, 1),
        Grouping::Overlapping(calls) => (1, calls),
    };
    let batches: Vec<Vec<_>> = (0..messages / batch).map(|_| (0..batch).map(outgoing).collect()).collect();
    let begin = Instant::now();
    let mut batches = batches.into_iter();
    loop {
        let published: Vec<_> = batches.by_ref().take(under_way).map(|batch| bus.publish(batch)).collect();
        if published.is_empty() {
            return Ok(micros_each(begin.elapsed(), messages));
        }
        for published in published {
            block_on(published)?;
        }
    }
}

fn insert(bare: &mut Connection, grouping: Grouping, messages: usize) -> Result<f64> {
    let batch = match grouping {
        Grouping::Batches(size) => size,
        Grouping::Overlapping(_) => 1,
    };
    let batches: Vec<Vec<_>> = (0..messages / batch).map(|_| (0..batch).map(outgoing).collect()).collect();
    let begin = Instant::now();
    for batch in batches {
        let transaction = bare.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO messages (topic, published, key, headers, payload) VALUES (1, ?1, ?2, ?3, ?4)",
            )?;
            for Outgoing { message, .. } in &batch {
                let headers =
                    message.headers.iter().map(|(name, value)| [&[0; 8], name.as_bytes(), value].concat());
                let headers = headers.collect::<Vec<_>>().concat();
                insert.execute((1_700_000_000_000_000_i64, &message.key, headers, &message.payload))?;
            }
        }
        transaction.commit()?;
    }
    Ok(micros_each(begin.elapsed(), messages))
}

/// The table of the bus, and its pragmas.
fn bare(path: &Path) -> Result<Connection> {
    let bare = Connection::open(path)?;
    bare.pragma_update(None, "journal_mode", "WAL")?;
    bare.pragma_update(None, "synchronous", "FULL")?;
    bare.execute_batch(
        "CREATE TABLE messages (
             offset INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL, published INTEGER NOT NULL,
             key BLOB, headers BLOB, payload BLOB NOT NULL
         ) STRICT;
         CREATE INDEX messages_by_topic ON messages (topic);",
    )?;
    Ok(bare)
}

/// A message of the size of an enrolment: a key, CloudEvents' headers, 192 bytes.
fn outgoing(number: usize) -> Outgoing {
    let header = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
    Outgoing {
        topic: "learning-course-enrollment-lifecycle".into(),
        message: Message {
            key: Some(format!("course-v1:edX+DemoX+{}", number % 50).into_bytes()),
            headers: vec![
                header("ce_id", "7bd2a5a8-c879-11f0-a5c0-0242ac120002"),
                header("ce_source", "openedx/lms/web"),
                header("ce_specversion", "1.0"),
                header("ce_time", "2026-11-23T18:00:00+00:00"),
                header("ce_type", "org.openedx.learning.course.enrollment.created.v1"),
            ],
            payload: vec![42; 192],
        },
    }
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
