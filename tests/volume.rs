//! Many events on each bus. Every event is consumed, in the order of its key, and the memory that the program
//! holds does not grow with the number of events, nor does its resident size. This is a separate test binary,
//! because the allocator counts for the whole process.
//!
//! `SIGNALBOOK_EVENTS` is the number of events; `scripts/soak events` publishes a million.

use std::{
    env, fs,
    process::Command,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use peak_alloc::PeakAlloc;
use signalbook::{
    DeadLetter, Event, Received, Retry, Shutdown,
    backend::Start,
    blocking::{self, Bus},
};
use tokio::runtime::Builder;

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

/// Names the executor of a child process, which measures its resident size.
const EXECUTOR: &str = "SIGNALBOOK_EXECUTOR";

/// The number of events from which caches are filled, and the resident size must stay as it is.
const MANY_EVENTS: usize = 100_000;

#[cfg(target_os = "linux")]
#[test]
fn the_resident_size_does_not_grow_with_the_number_of_events() {
    match env::var(EXECUTOR).as_deref() {
        Ok("current-thread") => compare_resident_sizes(&mut Builder::new_current_thread()),
        Ok(_) => compare_resident_sizes(Builder::new_multi_thread().worker_threads(2)),
        // The memory that other tests have freed may still be resident in this process.
        Err(_) => ["current-thread", "multi-thread"].into_iter().for_each(in_child_process),
    }
}

#[cfg(target_os = "linux")]
#[expect(clippy::print_stdout, reason = "`scripts/soak` shows the figures")]
fn in_child_process(executor: &str) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let child = Command::new(env::current_exe().expect("the test binary has a path"))
        .args(["--exact", "the_resident_size_does_not_grow_with_the_number_of_events", "--nocapture"])
        .env(EXECUTOR, executor)
        .output()
        .expect("the test binary starts");
    let (output, errors) = (String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(child.status.success(), "{executor}: {output}{errors}");
    let sizes = output.lines().find(|line| line.starts_with("resident size")).expect("it prints its sizes");
    println!("{executor}: {sizes}");
}

/// Compares the resident sizes after a tenth of the events and after all. Both are published and consumed on
/// one executor.
#[cfg(target_os = "linux")]
#[expect(clippy::print_stdout, reason = "the parent process reads the sizes")]
fn compare_resident_sizes(executor: &mut Builder) {
    let executor = executor.build().expect("the executor starts");
    let events = number_of_events();
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let url = format!("sqlite:{}", folder.path().join("bus.db").display());
    let (shutdown, count, tenth) = (Shutdown::new(), AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let (stop, after_tenth) = (shutdown.clone(), Arc::clone(&tenth));
    let receiver = move |_: Received<StockCounted>| {
        let number = count.fetch_add(1, Relaxed) + 1;
        if number == events / 10 {
            after_tenth.store(resident_size(), Relaxed);
        }
        if number == events {
            stop.begin();
        }
        std::future::ready(())
    };
    let all = executor.block_on(async {
        let bus = signalbook::connect(&url).await.expect("the bus opens");
        let consumer = bus.consumer("stock").start(Start::Earliest).on(receiver);
        let consuming = tokio::spawn(async move { consumer.run(shutdown.wait()).await });
        let publisher = bus.publisher("shop/stock");
        for batch in batches(events) {
            publisher.publish_all(&batch).await.expect("the batch is published");
        }
        consuming.await.expect("no panic").expect("events can be consumed");
        let all = resident_size();
        bus.close().await.expect("the bus closes");
        all
    });
    let tenth = tenth.load(Relaxed);
    println!("resident size: {tenth} KiB after {} events, {all} KiB after {events}", events / 10);
    // After few events, caches still grow.
    let growth = if events / 10 < MANY_EVENTS { FREE / 1024 } else { tenth / 10 };
    assert!(all <= tenth + growth, "the resident size grew from {tenth} to {all} KiB");
}

/// Returns the resident size of this process in KiB.
#[cfg(target_os = "linux")]
fn resident_size() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has this file");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has the resident size");
    line.trim().trim_end_matches(" kB").parse().expect("a number of KiB")
}

fn number_of_events() -> usize {
    env::var("SIGNALBOOK_EVENTS").map_or(5000, |events| events.parse().expect("a number of events"))
}

/// Publishes events while the members of one group consume them. The bus may keep `kept` bytes for each
/// event.
#[expect(clippy::print_stdout, reason = "`scripts/soak` shows the figures")]
fn consume_all(url: &str, kept: usize) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let events = number_of_events();
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
    for batch in batches(events) {
        publisher.publish_all(&batch).expect("the batch is published");
    }
}

fn batches(events: usize) -> impl Iterator<Item = Vec<StockCounted>> {
    let event = |index: usize| StockCounted {
        shelf: i64::try_from(index % KEYS).expect("a shelf is small"),
        number: i64::try_from(index / KEYS).expect("a number is small"),
        note: "as counted in the evening, and again in the morning".into(),
    };
    (0..events).step_by(BATCH).map(move |first| (first..events.min(first + BATCH)).map(event).collect())
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
