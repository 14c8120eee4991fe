//! Many events on each bus. Every event is consumed, in the order of its key, and the memory that the program
//! holds does not grow with the number of events. This is a separate test binary, because the allocator
//! counts for the whole process.
//!
//! `SIGNALBOOK_EVENTS` is the number of events; `scripts/soak events` publishes a million.

use std::{
    env,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use peak_alloc::PeakAlloc;
use signalbook::{
    DeadLetter, Event, Received, Retry, Shutdown,
    backend::Start,
    blocking::{self, Bus},
};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Held by the running test, because memory is counted for the whole process.
static ALONE: Mutex<()> = Mutex::new(());

/// The number of bytes that the program may hold in addition to the events of the bus.
const FREE: usize = 8 << 20;

const CONSUMERS: usize = 2;
const KEYS: usize = 100;
const BATCH: usize = 500;

#[derive(Debug, Event)]
#[event(type = "com.example.shop.stock.counted.v1", key = "shelf", topics = ["stock"])]
struct StockCounted {
    shelf: i64,
    /// The number of earlier events of the shelf.
    number: i64,
    note: String,
}

/// The number of consumed events of each shelf.
#[derive(Default)]
struct Tally(Mutex<Vec<i64>>);

impl Tally {
    /// Counts an event. It may be delivered again, but not before earlier events of its shelf.
    fn count(&self, event: &StockCounted) -> Result<(), String> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let index = usize::try_from(event.shelf).expect("a shelf is small");
        if counts.len() <= index {
            counts.resize(index + 1, 0);
        }
        let count = &mut counts[index];
        if event.number > *count {
            return Err(format!("{} comes before {count} of the shelf {index}", event.number));
        }
        *count = (*count).max(event.number + 1);
        Ok(())
    }

    fn sum(&self) -> usize {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        usize::try_from(counts.iter().sum::<i64>()).expect("the counts are small")
    }
}

#[test]
fn the_memory_bus_keeps_events_and_nothing_else() {
    // The key, the payload and the headers, in vectors that double when they grow.
    consume_all("memory:", 2000);
}

#[test]
fn the_sqlite_bus_keeps_nothing_in_memory() {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    consume_all(&format!("sqlite:{}", folder.path().join("bus.db").display()), 0);
}

/// Publishes events while the members of one group consume them. The bus may keep `kept` bytes for each
/// event.
#[expect(clippy::print_stdout, reason = "`scripts/soak` shows the figures")]
fn consume_all(url: &str, kept: usize) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let events =
        env::var("SIGNALBOOK_EVENTS").map_or(5000, |events| events.parse().expect("a number of events"));
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let bus = blocking::connect(url).expect("the bus opens");
    let tally = Arc::new(Tally::default());
    let shutdown = Shutdown::new();
    thread::scope(|scope| {
        for _ in 0..CONSUMERS {
            scope.spawn(|| consume(&bus, &tally, &shutdown));
        }
        publish(&bus, events);
        wait_until_consumed(&tally, events);
        shutdown.begin();
    });
    assert_eq!(tally.sum(), events, "events are lost");
    bus.close().expect("the bus closes");
    let held = MEMORY.peak_usage().saturating_sub(before);
    assert!(held <= FREE + kept * events, "{held} bytes for {events} events");
    println!("{url}: {events} events, at most {held} bytes");
}

fn publish(bus: &Bus, events: usize) {
    let publisher = bus.publisher("shop/stock");
    let event = |index: usize| StockCounted {
        shelf: i64::try_from(index % KEYS).expect("a shelf is small"),
        number: i64::try_from(index / KEYS).expect("a number is small"),
        note: "as counted in the evening, and again in the morning".into(),
    };
    for first in (0..events).step_by(BATCH) {
        let batch: Vec<_> = (first..events.min(first + BATCH)).map(event).collect();
        publisher.publish_all(&batch).expect("the batch is published");
    }
}

fn consume(bus: &Bus, tally: &Arc<Tally>, shutdown: &Shutdown) {
    let tally = Arc::clone(tally);
    bus.consumer("stock")
        .configure(|consumer| {
            consumer.start(Start::Earliest).retry(Retry::NONE).dead_letter(DeadLetter::Stop)
        })
        .on(move |event: Received<StockCounted>| tally.count(&event.data))
        .run(shutdown)
        .expect("events can be consumed");
}

/// Returns when all events are consumed, or when no event has been consumed for a minute.
fn wait_until_consumed(tally: &Tally, events: usize) {
    let mut last = (0, Instant::now());
    while last.0 < events && last.1.elapsed() < Duration::from_secs(60) {
        thread::sleep(Duration::from_millis(10));
        let sum = tally.sum();
        if sum > last.0 {
            last = (sum, Instant::now());
        }
    }
}
