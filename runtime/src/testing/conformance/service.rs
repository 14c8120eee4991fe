//! The second layer: publishers and consumers over the backend.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::{Future, ready},
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use signalbook_macros::Event;

use super::{
    Capability, Harness,
    fixture::{Bench, LONG, PARTITIONS},
};
use crate::{
    Bus, Consumed, Consumer, Outcome, Received, Retry, Shutdown,
    backend::{Backend, ErrorKind, Message, Start, Subscription},
    blocking::block_on,
    testing::{Call, Fault, FaultyBackend},
};

/// The event of the cases.
#[derive(Event)]
#[avro(crate = crate)]
#[event(type = "com.example.conformance.numbered.v1", topics = ["numbers"], key = "key")]
struct Numbered {
    key: i64,
    number: i64,
}

/// The numbers that receivers processed, in order, with the number at which the consumers shut down.
#[derive(Clone)]
struct Ledger {
    entries: Arc<Mutex<Vec<(i64, i64)>>>,
    distinct: usize,
    shutdown: Shutdown,
}

impl Ledger {
    /// Shuts the consumers down once so many events were processed.
    fn until(distinct: usize) -> Self {
        Self { entries: Arc::default(), distinct, shutdown: Shutdown::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(i64, i64)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, event: &Numbered) {
        let mut entries = self.lock();
        entries.push((event.key, event.number));
        if entries.iter().collect::<BTreeSet<_>>().len() >= self.distinct {
            self.shutdown.begin();
        }
    }

    /// How many events were processed again.
    fn duplicates(&self) -> usize {
        let entries = self.lock();
        entries.len() - entries.iter().collect::<BTreeSet<_>>().len()
    }

    /// Asserts that these events were processed, and those of each key in order.
    fn assert_complete(&self, keys: i64, numbers: i64) {
        let mut firsts = BTreeMap::<i64, Vec<i64>>::new();
        for (key, number) in self.lock().iter() {
            let numbers = firsts.entry(*key).or_default();
            if !numbers.contains(number) {
                numbers.push(*number);
            }
        }
        let expected: BTreeMap<_, Vec<_>> = (0..keys).map(|key| (key, (0..numbers).collect())).collect();
        assert_eq!(firsts, expected);
    }
}

impl<'a> Bench<'a> {
    /// A bench whose topic is that of the events, and the bus that publishes there.
    fn of_service(harness: &'a dyn Harness) -> (Self, Bus) {
        let mut bench = Self::new(harness);
        let prefix = bench.topic.to_string();
        bench.topic = format!("{prefix}-numbers").into();
        for topic in [&*bench.topic, &format!("{}-dlq", bench.topic)] {
            harness.create_topic(topic, PARTITIONS);
        }
        let bus = Bus::new(Arc::from(harness.open())).with_prefix(&prefix);
        (bench, bus)
    }

    /// A bus on a handle of its own.
    fn bus_on(&self, backend: Arc<dyn Backend>) -> Bus {
        Bus::new(backend).with_prefix(self.topic.strip_suffix("-numbers").unwrap_or(&self.topic))
    }

    fn another_bus(&self) -> Bus {
        self.bus_on(Arc::from(self.harness.open()))
    }

    fn consumer(&self, bus: &Bus) -> Consumer {
        let retry = Retry::new(3, Duration::from_millis(1), Duration::from_millis(2));
        bus.consumer(self.group("group")).start(Start::Earliest).retry(retry).claim_after(LONG)
    }

    /// Publishes so many numbers for each key.
    fn publish_events(&self, bus: &Bus, keys: i64, numbers: i64) {
        let publisher = bus.publisher("conformance");
        for number in 0..numbers {
            let events: Vec<_> = (0..keys).map(|key| Numbered { key, number }).collect();
            block_on(publisher.publish_all(&events))
                .unwrap_or_else(|error| panic!("{}: {error}", self.topic));
        }
    }

    /// Asserts that no event was processed again. A log that moves whole partitions may deliver events again
    /// that were processed before earlier ones.
    fn assert_no_duplicates(&self, ledger: &Ledger) {
        if !self.harness.capabilities().has(Capability::Rebalance) {
            assert_eq!(ledger.duplicates(), 0);
        }
    }
}

/// Runs a consumer until the ledger is complete.
fn run<R: Future<Output: Outcome> + Send + 'static>(
    consumer: Consumer,
    ledger: &Ledger,
    receiver: impl Fn(&Ledger, Received<Numbered>) -> R + Send + Sync + 'static,
) -> Consumed {
    let of_receiver = ledger.clone();
    let consumer = consumer.on(move |event: Received<Numbered>| receiver(&of_receiver, event));
    block_on(consumer.run(ledger.shutdown.wait())).expect("an open bus")
}

/// An event whose receiver fails is processed again by the consumer, before the next one of its key.
pub fn a_failing_receiver_is_called_again(harness: &dyn Harness) {
    let (bench, bus) = Bench::of_service(harness);
    bench.publish_events(&bus, 2, 5);
    let ledger = Ledger::until(10);
    let consumed = run(bench.consumer(&bus), &ledger, |ledger, event| {
        let fails = event.data.number == 2 && event.attempt < 3;
        if !fails {
            ledger.enter(&event.data);
        }
        ready(if fails { Err("not yet") } else { Ok(()) })
    });
    assert_eq!((consumed.processed, consumed.dead_lettered), (10, 0));
    ledger.assert_complete(2, 5);
    bench.assert_no_duplicates(&ledger);
}

/// A message that holds no event, and an event whose receiver always fails, go to the dead-letter topic
/// unchanged, once each. The others are processed.
pub fn a_poison_message_becomes_a_dead_letter(harness: &dyn Harness) {
    let (bench, bus) = Bench::of_service(harness);
    let poison =
        bench.publish(Message { key: None, payload: Some(b"poison".to_vec()), ..Message::default() });
    bench.publish_events(&bus, 2, 2);
    let ledger = Ledger::until(4);
    let consumed = run(bench.consumer(&bus), &ledger, |ledger, event| {
        let fails = (event.data.key, event.data.number) == (1, 0);
        if !fails || event.attempt == 3 {
            ledger.enter(&event.data);
        }
        ready(if fails { Err("never") } else { Ok(()) })
    });
    assert_eq!((consumed.processed, consumed.dead_lettered), (3, 2), "{poison}");
    let topics = vec![format!("{}-dlq", bench.topic).into()];
    let letters = Subscription { topics, ..bench.subscription("letters", "member", Start::Earliest, LONG) };
    let letters = block_on(bench.backend.subscribe(letters)).expect("an open bus");
    let mut received = bench.receive(&*letters, 2);
    received.extend(bench.receive_some(&*letters, 1, bench.settle()));
    assert_eq!(received.len(), 2, "one for each");
    let is_poison = |message: &Message| message.payload.as_deref() == Some(b"poison");
    assert_eq!(received.iter().filter(|delivery| is_poison(&delivery.message)).count(), 1);
    let has_reason = |message: &Message| message.headers.get("dlq_reason").is_some();
    assert!(received.iter().all(|delivery| has_reason(&delivery.message)));
}

/// While a receiver works for longer than `claim_after`, its consumer sends heartbeats, so that no other
/// consumer gets the event.
pub fn a_slow_receiver_keeps_its_event(harness: &dyn Harness) {
    // If the machine halts, the event may be claimed. Then the case proves nothing and runs again.
    let is_kept = (0..10).any(|_| {
        let (bench, bus) = Bench::of_service(harness);
        bench.publish_events(&bus, 1, 1);
        let ledger = Ledger::until(1);
        let (clock, pause) = (bench.backend.clock(), bench.claim_after() * 2);
        thread::scope(|scope| {
            for bus in [bus, bench.another_bus()] {
                let consumer = bench.consumer(&bus).claim_after(bench.claim_after());
                let (ledger, clock) = (&ledger, clock.clone());
                scope.spawn(move || {
                    run(consumer, ledger, move |ledger, event| {
                        let (ledger, sleep) = (ledger.clone(), clock.sleep(pause));
                        async move {
                            sleep.await;
                            ledger.enter(&event.data);
                        }
                    })
                });
            }
        });
        ledger.assert_complete(1, 1);
        ledger.duplicates() == 0
    });
    assert!(is_kept, "a slow receiver loses its event");
}

/// A consumer that shuts down in the middle acknowledges what it processed. The next one gets the others.
pub fn a_shutdown_loses_and_repeats_nothing(harness: &dyn Harness) {
    let (bench, bus) = Bench::of_service(harness);
    bench.publish_events(&bus, 4, 10);
    let ledger = Ledger::until(13);
    let enter = |ledger: &Ledger, event: Received<Numbered>| {
        ledger.enter(&event.data);
        ready(())
    };
    let first = run(bench.consumer(&bus).concurrency(NonZeroUsize::MIN), &ledger, enter);
    assert!((13..40).contains(&first.processed), "it stops in the middle: {first:?}");
    let rest = Ledger { distinct: 40, shutdown: Shutdown::new(), ..ledger.clone() };
    let second = run(bench.consumer(&bench.another_bus()), &rest, enter);
    ledger.assert_complete(4, 10);
    bench.assert_no_duplicates(&ledger);
    assert!(first.processed + second.processed >= 40, "{first:?} {second:?}");
}

/// Three consumers of a group process each event, those of a key in order.
pub fn three_consumers_share_the_events(harness: &dyn Harness) {
    let (bench, bus) = Bench::of_service(harness);
    let ledger = Ledger::until(120);
    let processed: u64 = thread::scope(|scope| {
        let consumers = [(); 3].map(|()| {
            let (consumer, ledger) = (bench.consumer(&bench.another_bus()), &ledger);
            scope.spawn(move || {
                run(consumer, ledger, |ledger, event| {
                    ledger.enter(&event.data);
                    ready(())
                })
            })
        });
        bench.publish_events(&bus, 12, 10);
        consumers.map(|consumer| consumer.join().expect("no consumer panics").processed).iter().sum()
    });
    ledger.assert_complete(12, 10);
    bench.assert_no_duplicates(&ledger);
    assert!(processed >= 120, "{processed}");
}

/// If the log is gone when it is called, or before it answers, the consumer tries again and processes each
/// event.
pub fn an_unavailable_log_delays_a_consumer(harness: &dyn Harness) {
    let gone = Fault::Error(ErrorKind::Unavailable);
    let phases = [
        (Call::Receive, gone),
        (Call::Acknowledge, gone),
        (Call::Acknowledge, Fault::LostAnswer),
        (Call::Rebalance, gone),
    ];
    for (phase, fault) in phases {
        let (bench, bus) = Bench::of_service(harness);
        bench.publish_events(&bus, 2, 3);
        let fault = move |call, n| if (call, n) == (phase, 0) { fault } else { Fault::None };
        let faulty = FaultyBackend::over(Arc::from(harness.open()), fault);
        let ledger = Ledger::until(6);
        run(bench.consumer(&bench.bus_on(Arc::new(faulty.clone()))), &ledger, |ledger, event| {
            ledger.enter(&event.data);
            ready(())
        });
        ledger.assert_complete(2, 3);
        assert!(faulty.calls(phase) > 0, "{phase:?} failed");
        let rest = bench.join("group", "rest", Start::Earliest);
        assert_eq!(bench.receive_some(&*rest, 1, bench.settle()), [], "all are acknowledged: {phase:?}");
    }
}

/// If a call of the log hangs, the consumer still shuts down, and the next one processes each event.
pub fn a_hanging_log_does_not_stop_a_shutdown(harness: &dyn Harness) {
    for phase in [Call::Receive, Call::Acknowledge, Call::Rebalance, Call::Close] {
        let (bench, bus) = Bench::of_service(harness);
        bench.publish_events(&bus, 2, 3);
        let hangs = move |call, _| if call == phase { Fault::Hang } else { Fault::None };
        let faulty = bench.bus_on(Arc::new(FaultyBackend::over(Arc::from(harness.open()), hangs)));
        let ledger = Ledger::until(6);
        let stopping = Ledger { shutdown: Shutdown::new(), ..ledger.clone() };
        let enter = |ledger: &Ledger, event: Received<Numbered>| {
            ledger.enter(&event.data);
            ready(())
        };
        thread::scope(|scope| {
            let hanging = bench.consumer(&faulty).shutdown_timeout(bench.settle());
            let hanging = hanging.claim_after(bench.claim_after());
            let stop = stopping.shutdown.clone();
            scope.spawn(|| run(hanging, &stopping, enter));
            block_on(bench.backend.clock().sleep(bench.settle()));
            stop.begin();
        });
        bench.publish_events(&bus, 3, 3);
        let rest = Ledger { distinct: 9, shutdown: Shutdown::new(), ..ledger.clone() };
        run(bench.consumer(&bench.another_bus()), &rest, enter);
        ledger.assert_complete(3, 3);
    }
}
