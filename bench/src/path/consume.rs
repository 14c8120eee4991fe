//! Consuming with one receiver.

use std::{
    future::ready,
    hint::black_box,
    num::NonZeroUsize,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use signalbook::{EventType, envelope};
use signalbook_runtime::{
    Bus, Reader, Received, Shutdown,
    backend::{Start, Subscriber},
    blocking::block_on,
    envelope::Strictness,
};
use signalbook_sqlite::SqliteBackend;

use super::{
    EVENTS, Enrolled, Result, SOURCE,
    cost_of_parts::{Operation, Part, Run},
    meter::Meter,
    null::NullBackend,
    publish::repeated,
};

/// The events that are consumed before the measurement begins: they make the reader, and fill the lanes.
const FIRST_EVENTS: u32 = 128;

const LAST_EVENT: u32 = FIRST_EVENTS + EVENTS;

/// How many messages a consumer requests at once by default.
const BATCH: usize = 64;

pub(super) fn on_null(backend: &NullBackend) -> Operation {
    let bus = Bus::new(Arc::new(backend.clone()));
    operation("null", move |meter| consume(&bus, "group", meter))
}

pub(super) fn in_memory(event: &Enrolled) -> Operation {
    let event = event.clone();
    // A consumer measures a bus with messages that no group has read.
    operation("memory", move |meter| {
        let bus = Bus::memory();
        publish(&bus, &event)?;
        consume(&bus, "group", meter)
    })
}

pub(super) fn in_sqlite(folder: &Path, event: &Enrolled) -> Result<Operation> {
    let bus = Bus::new(Arc::new(SqliteBackend::open(folder.join("consumed.db"))?));
    publish(&bus, event)?;
    let mut groups = 0;
    Ok(operation("sqlite", move |meter| {
        groups += 1;
        consume(&bus, &format!("group-{groups}"), meter)
    }))
}

/// The parts of consuming one event. The rest is the consumer: order, futures, acknowledgements.
pub(super) fn parts(backend: &NullBackend) -> Vec<Part> {
    let opened = backend.delivery().clone();
    let open = repeated(move || Ok(envelope::open(black_box(&opened), Strictness::default())?));
    let message = Arc::clone(&backend.delivery().message);
    let mut reader = Reader::<Enrolled>::new();
    let decode = repeated(move || {
        let payload = black_box(message.payload.as_deref().unwrap_or_default());
        Ok(reader.read_payload(Some(Enrolled::MINOR), payload)?)
    });
    let part = |name, run| Part { name, run, contains: 0 };
    vec![part("backend", from_backend(backend.clone())), part("open", open), part("decode", decode)]
}

fn operation(bus: &'static str, whole: impl FnMut(&Arc<Meter>) -> Result<()> + 'static) -> Operation {
    Operation { op: "consume", bus, whole: Run::new(EVENTS, whole), bare: None, parts: Vec::new() }
}

fn publish(bus: &Bus, event: &Enrolled) -> Result<()> {
    let events = vec![event.clone(); usize::try_from(LAST_EVENT + 1)?];
    block_on(bus.publisher(SOURCE).publish_all(&events))?;
    Ok(())
}

/// Consumes as a new group, and measures from the event after the first ones.
fn consume(bus: &Bus, group: &str, meter: &Arc<Meter>) -> Result<()> {
    let shutdown = Shutdown::new();
    let (begin, meter, count) = (shutdown.clone(), Arc::clone(meter), AtomicU32::new(0));
    let receiver = move |event: Received<Enrolled>| {
        black_box(&event.data);
        match count.fetch_add(1, Relaxed) {
            FIRST_EVENTS => meter.start(),
            LAST_EVENT => {
                meter.stop();
                begin.begin();
            }
            _ => {}
        }
        ready(())
    };
    block_on(bus.consumer(group).start(Start::Earliest).on(receiver).run(shutdown.wait()))?;
    Ok(())
}

fn from_backend(backend: NullBackend) -> Run {
    let max = NonZeroUsize::new(BATCH).unwrap_or(NonZeroUsize::MIN);
    Run::new(EVENTS, move |meter| {
        block_on(async {
            meter.start();
            for _ in 0..usize::try_from(EVENTS)? / BATCH {
                let batch = backend.receive(max, Duration::ZERO).await?;
                let positions = batch.deliveries.into_iter().map(|delivery| delivery.position).collect();
                backend.acknowledge(black_box(positions)).await?;
            }
            meter.stop();
            Ok(())
        })
    })
}
