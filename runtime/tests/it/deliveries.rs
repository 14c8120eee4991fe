//! Which messages the limit of deliveries sends to the dead-letter topic.

use std::{
    future::{pending, ready},
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::Poll,
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Bus, Clock, Consumer, ManualClock, MemoryBackend, Received, Refusal, Shutdown, backend::BoxError,
    blocking::block_on,
};

use crate::{
    events::{OrderPlaced, Seen, counts, header, memory, on_topic, placed, publish},
    faults::poll,
};

/// A log with a clock that only the test advances.
fn manual() -> (Bus, MemoryBackend, ManualClock) {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let backend = MemoryBackend::with_clock(Arc::new(clock.clone()));
    (Bus::new(Arc::new(backend.clone())), backend, clock)
}

/// The ids of the orders that are dead letters.
fn dead(backend: &MemoryBackend) -> Vec<String> {
    let dead = on_topic(backend, "orders-dlq").into_iter().map(|delivery| {
        assert_eq!(header(&delivery.message, "dlq_reason"), "max_deliveries");
        let key = delivery.message.key.clone().expect("a key");
        String::from_utf8_lossy(&key[1..]).into_owned()
    });
    dead.collect()
}

/// Runs consumers one after the other. The process is killed while a receiver of an event with a negative
/// number runs. The others take a second.
fn crash(consumer: &Consumer, clock: &ManualClock, runs: usize) -> Seen<i32> {
    let done = Seen::new();
    for _ in 0..runs {
        let crashed = Arc::new(AtomicBool::new(false));
        let (crash, log, timer) = (Arc::clone(&crashed), done.clone(), clock.clone());
        let consumer = consumer.clone().on(move |event: Received<OrderPlaced>| {
            let number = event.data.order.lines[0];
            let sleep = timer.sleep(Duration::from_secs(1));
            let (crash, log) = (Arc::clone(&crash), log.clone());
            async move {
                if number < 0 {
                    crash.store(true, SeqCst);
                    pending::<()>().await;
                }
                sleep.await;
                log.push(number);
            }
        });
        let mut run = Box::pin(consumer.run_until_idle());
        for _ in 0..10_000 {
            match poll(run.as_mut()) {
                Poll::Ready(ended) => {
                    ended.expect("an open bus");
                    break;
                }
                Poll::Pending if crashed.load(SeqCst) => break,
                Poll::Pending => clock.advance(Duration::from_millis(20)),
            }
        }
        drop(run);
        clock.advance(Duration::from_secs(61));
    }
    done
}

#[test]
fn a_message_that_crashes_the_process_is_the_only_dead_letter() {
    for (concurrency, max) in [(1, 20), (16, 20), (1, 2), (16, 2)] {
        let (bus, backend, clock) = manual();
        let numbers = [-1, 1, 2, 3, 4, 5, 6, 7];
        publish(&bus, &numbers.map(|number| placed(&number.to_string(), number)));
        let concurrency = NonZeroUsize::new(concurrency).expect("not zero");
        let consumer = bus.consumer("billing").max_deliveries(Some(max)).concurrency(concurrency);
        let done = crash(&consumer, &clock, max as usize + 2);
        assert_eq!(dead(&backend), ["-1"], "concurrency {concurrency}, at most {max} deliveries");
        let mut done = done.lock().clone();
        done.sort_unstable();
        assert_eq!(done, numbers[1..], "concurrency {concurrency}, at most {max} deliveries");
    }
}

#[test]
fn several_messages_that_crash_the_process_are_dead_letters() {
    let (bus, backend, clock) = manual();
    let numbers = [1, -1, 2, -2, 3, 4, -3, 5];
    publish(&bus, &numbers.map(|number| placed("a", number)));
    publish(&bus, &numbers.map(|number| placed(&number.to_string(), number)));
    let done = crash(&bus.consumer("billing").max_deliveries(Some(4)), &clock, 40);
    let mut dead = dead(&backend);
    dead.sort_unstable();
    assert_eq!(dead, ["-1", "-2", "-3", "a", "a", "a"]);
    let mut done = done.lock().clone();
    done.sort_unstable();
    assert_eq!(done, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
}

#[test]
fn graceful_stops_do_not_dead_letter_events_that_were_never_tried() {
    let (bus, backend) = memory();
    publish(&bus, &[placed("a", 0), placed("a", 1), placed("b", 2)]);
    let calls = Seen::new();
    for _ in 0..30 {
        let shutdown = Shutdown::new();
        let (begin, log) = (shutdown.clone(), calls.clone());
        let consumer = bus.consumer("billing").concurrency(NonZeroUsize::MIN).max_deliveries(Some(3)).on(
            move |event: Received<OrderPlaced>| {
                log.push((event.data.order.lines[0], event.attempt));
                begin.begin();
                ready(Err::<(), BoxError>(Refusal::not_now(Duration::from_secs(3600)).into()))
            },
        );
        let mut run = Box::pin(consumer.run(shutdown.wait()));
        assert!((0..100).any(|_| poll(run.as_mut()).is_ready()), "the receiver was called");
    }
    assert_eq!(dead(&backend), [""; 0]);
    assert_eq!(*calls.lock(), [(0, 1); 30], "`not now` is no delivery that counts");
    let consumer = bus.consumer("billing").on(|_: Received<OrderPlaced>| async {});
    assert_eq!(counts(&block_on(consumer.run_until_idle()).expect("an open bus")), [3, 0, 0]);
}
