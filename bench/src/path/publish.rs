//! Publishing, one by one and in batches.

use std::{hint::black_box, path::Path, sync::Arc};

use signalbook::{encode_to_vec, envelope};
use signalbook_runtime::{
    Bus,
    backend::{Backend, Outgoing},
    blocking::block_on,
};
use signalbook_sqlite::SqliteBackend;

use super::{
    EVENTS, Enrolled, Result, SOURCE,
    cost_of_parts::{Operation, Part, Run},
    null::NullBackend,
};
use crate::bus::bare_sqlite;

type Error = Box<dyn std::error::Error>;

/// The number of events of a batch.
const BATCH: usize = 100;

/// With one flush for each event, a tenth of the events takes long enough.
const FLUSHED_EVENTS: u32 = EVENTS / 10;

pub(super) fn on_null(backend: &NullBackend, event: &Enrolled) -> [Operation; 2] {
    let bus = Bus::new(Arc::new(backend.clone()));
    operations("null", event, EVENTS, move || bus.clone())
}

pub(super) fn in_memory(event: &Enrolled) -> [Operation; 2] {
    // The bus keeps all messages: each run begins with a new one.
    operations("memory", event, EVENTS, || Bus::clone(&Bus::memory()))
}

pub(super) fn in_sqlite(folder: &Path, event: &Enrolled) -> Result<[Operation; 2]> {
    let bus = Bus::new(Arc::new(SqliteBackend::open(folder.join("published.db"))?));
    let sealed = bus.publisher(SOURCE).seal(event)?;
    let bare = |name: &str, events: u32, batch: usize| {
        let mut connection = bare_sqlite::bare(&folder.join(name))?;
        let batch = vec![sealed.messages()[0].clone(); batch];
        Ok::<_, Error>(Run::new(events, move |meter| {
            let batches = vec![batch.clone(); usize::try_from(events)? / batch.len()];
            meter.start();
            bare_sqlite::insert(&mut connection, batches)?;
            meter.stop();
            Ok(())
        }))
    };
    let bare = [bare("one.db", FLUSHED_EVENTS, 1)?, bare("batches.db", EVENTS, BATCH)?];
    let mut operations = operations("sqlite", event, FLUSHED_EVENTS, move || bus.clone());
    for (operation, bare) in operations.iter_mut().zip(bare) {
        operation.bare = Some(bare);
    }
    Ok(operations)
}

/// The parts of publishing one event. The rest passes their results on: futures, batches, positions.
pub(super) fn parts(backend: &NullBackend, event: &Enrolled) -> Result<Vec<Part>> {
    let publisher = Bus::new(Arc::new(backend.clone())).publisher(SOURCE);
    let metadata = publisher.metadata::<Enrolled>();
    let messages = publisher.seal(event)?.messages().to_vec();
    let (encoded, sealed, announcing) = (event.clone(), event.clone(), publisher.clone());
    let encode = repeated(move || Ok(encode_to_vec(black_box(&encoded))?));
    let announce = repeated(move || Ok(announcing.metadata::<Enrolled>()));
    let headers = repeated(move || Ok(envelope::seal(black_box(&metadata), None, Vec::new())));
    let seal = repeated(move || Ok(publisher.seal(black_box(&sealed))?));
    let part = |name, run| Part { name, run, contains: 0 };
    Ok(vec![
        part("encode", encode),
        part("metadata", announce),
        part("headers", headers),
        Part { contains: 3, ..part("key and topic", seal) },
        part("backend", through_backend(backend.clone(), messages)),
    ])
}

fn operations(
    bus: &'static str,
    event: &Enrolled,
    events: u32,
    make: impl Fn() -> Bus + Clone + 'static,
) -> [Operation; 2] {
    let operation = |op, whole| Operation { op, bus, whole, bare: None, parts: Vec::new() };
    [
        operation("publish", one_by_one(event.clone(), events, make.clone())),
        operation("publish_batch", in_batches(event.clone(), make)),
    ]
}

fn one_by_one(event: Enrolled, events: u32, bus: impl Fn() -> Bus + 'static) -> Run {
    Run::new(events, move |meter| {
        let publisher = bus().publisher(SOURCE);
        block_on(async {
            // The first event records its schema.
            publisher.publish(&event).await?;
            meter.start();
            for _ in 0..events {
                black_box(publisher.publish(black_box(&event)).await?);
            }
            meter.stop();
            Ok(())
        })
    })
}

fn in_batches(event: Enrolled, bus: impl Fn() -> Bus + 'static) -> Run {
    let batch = vec![event; BATCH];
    Run::new(EVENTS, move |meter| {
        let publisher = bus().publisher(SOURCE);
        block_on(async {
            publisher.publish(&batch[0]).await?;
            meter.start();
            for _ in 0..usize::try_from(EVENTS)? / BATCH {
                black_box(publisher.publish_all(black_box(&batch)).await?);
            }
            meter.stop();
            Ok(())
        })
    })
}

fn through_backend(backend: NullBackend, messages: Vec<Outgoing>) -> Run {
    Run::new(EVENTS, move |meter| {
        // Few messages at a time, so that they are in the cache.
        for _ in 0..usize::try_from(EVENTS)? / BATCH {
            let batches = vec![messages.clone(); BATCH];
            block_on(async {
                meter.start();
                for batch in batches {
                    black_box(backend.publish(black_box(batch)).await?);
                }
                meter.stop();
                Ok::<_, Error>(())
            })?;
        }
        Ok(())
    })
}

/// Calls `call` for each event.
pub(super) fn repeated<T>(mut call: impl FnMut() -> Result<T> + 'static) -> Run {
    Run::new(EVENTS, move |meter| {
        meter.start();
        for _ in 0..EVENTS {
            black_box(call()?);
        }
        meter.stop();
        Ok(())
    })
}
