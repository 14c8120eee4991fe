//! The lines about joining a group.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Bus, Clock, Consumed, MemoryBackend, Received, Settings, Shutdown,
    backend::{
        Backend, BackendError, BatchError, BoxFuture, ErrorKind, Outgoing, Position, Start, Subscriber,
        Subscription,
    },
    blocking::block_on,
    testing::{Call, Fault, FaultyBackend},
};

use crate::{
    audit::Lines,
    events::{OrderPlaced, at_poll, memory, placed, publish},
    faults::poll,
};

/// A log that lets members join when the gate is open.
#[derive(Debug)]
struct Gated {
    log: MemoryBackend,
    gate: Arc<AtomicBool>,
}

impl Backend for Gated {
    fn clock(&self) -> Arc<dyn Clock> {
        self.log.clock()
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        self.log.publish(batch)
    }

    fn subscribe(&self, to: Subscription) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        let (log, gate) = (self.log.clone(), Arc::clone(&self.gate));
        Box::pin(async move {
            at_poll(|| gate.load(SeqCst)).await;
            log.subscribe(to).await
        })
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.log.flush()
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.log.close()
    }
}

/// The lines of a consumer of the group that joins, and stops at once.
fn join(bus: &Bus, group: &str, start: Start) -> Vec<String> {
    let lines = Lines::new();
    let consumer = bus.consumer(group).member("one").start(start).on(|_: Received<OrderPlaced>| ready(()));
    lines.of(consumer.run(ready(()))).expect("an open bus");
    std::mem::take(&mut lines.0.lock())
}

#[test]
fn joining_is_one_line() {
    let (bus, _) = memory();
    publish(&bus, &[placed("a", 1), placed("b", 2), placed("c", 3)]);
    let line = |group: &str, offset: u32, lag: u32| {
        format!(
            "INFO signalbook_runtime::consumer::joining message=joined the group group={group} member=one \
             topics=orders position=orders[0]@{offset} lag={lag}"
        )
    };
    assert_eq!(join(&bus, "billing", Start::default()), [line("billing", 0, 3)], "a new group has all");
    block_on(async {
        let consumer = bus.consumer_raw("billing", &["orders"], Start::Earliest).await.expect("an open bus");
        let batch = consumer.receive(2.try_into().expect("2"), Duration::ZERO).await.expect("an open bus");
        let positions = batch.messages.into_iter().map(|message| message.position).collect();
        consumer.acknowledge(positions).await.expect("they are held");
        consumer.close().await.expect("an open bus");
    });
    assert_eq!(join(&bus, "billing", Start::Latest), [line("billing", 2, 1)]);
}

#[test]
fn a_new_group_that_begins_after_old_messages_warns_with_their_number() {
    let (bus, _) = memory();
    publish(&bus, &[placed("a", 1), placed("b", 2), placed("c", 3)]);
    let future = SystemTime::now() + Duration::from_secs(600);
    let starts = [
        (Start::Latest, Some(3)),
        (Start::Offset("2".into()), Some(2)),
        (Start::Offset("0".into()), None),
        (Start::Time(SystemTime::UNIX_EPOCH), None),
        (Start::Time(future), Some(3)),
        (Start::Earliest, None),
    ];
    for (number, (start, before)) in starts.into_iter().enumerate() {
        let group = number.to_string();
        let lines = join(&bus, &group, start.clone());
        let warnings: Vec<_> = lines.iter().filter(|line| line.starts_with("WARN ")).collect();
        let expected = before.map(|before| format!(" group={group} topics=orders messages={before}"));
        assert_eq!(warnings.len(), usize::from(expected.is_some()), "{start:?}: {lines:?}");
        assert!(warnings.iter().all(|line| line.ends_with(expected.as_deref().unwrap_or("-"))), "{lines:?}");
        assert_eq!(join(&bus, &group, start).len(), 1, "the group is not new any more");
    }
    let topic_without_a_past = bus.with_prefix("dev");
    assert_eq!(join(&topic_without_a_past, "billing", Start::Latest).len(), 1);
}

#[test]
fn without_administration_the_line_has_no_numbers() {
    let bus = block_on(Bus::connect_with("none:", Settings::new(), &[])).expect("it needs no settings");
    let line = "INFO signalbook_runtime::consumer::joining message=joined the group group=billing member=one \
                topics=orders";
    assert_eq!(join(&bus, "billing", Start::Latest), [line]);
    assert_eq!(bus.admin().expect_err("it has none").kind, ErrorKind::Unsupported);
}

/// The number of members that the group of a log has, dead ones included.
fn members(log: &MemoryBackend, group: &str) -> usize {
    let admin = log.admin().expect("the memory backend has an administration");
    block_on(admin.group(group)).expect("an open log").map_or(0, |group| group.members.len())
}

#[test]
fn a_consumer_that_is_stopped_after_it_has_joined_leaves_the_group() {
    let log = MemoryBackend::new();
    // The administration is asked for the log line, after the consumer has joined.
    let hanging = |call, _| if call == Call::Admin { Fault::Hang } else { Fault::None };
    let bus = Bus::new(Arc::new(FaultyBackend::new(log.clone(), hanging)));
    let shutdown = Shutdown::new();
    let consumer = bus.consumer("billing").on(|_: Received<OrderPlaced>| ready(()));
    let mut run = Box::pin(consumer.run(shutdown.wait()));
    assert!(poll(run.as_mut()).is_pending());
    assert_eq!(members(&log, "billing"), 1);
    shutdown.begin();
    assert_eq!(block_on(run).expect("an open bus"), Consumed::default());
    assert_eq!(members(&log, "billing"), 0);
}

#[test]
fn a_consumer_that_is_stopped_while_it_joins_leaves_the_group() {
    let log = MemoryBackend::new();
    let gate = Arc::new(AtomicBool::new(false));
    let bus = Bus::new(Arc::new(Gated { log: log.clone(), gate: Arc::clone(&gate) }));
    let shutdown = Shutdown::new();
    let consumer = bus.consumer("billing").on(|_: Received<OrderPlaced>| ready(()));
    let mut run = Box::pin(consumer.run(shutdown.wait()));
    assert!(poll(run.as_mut()).is_pending());
    shutdown.begin();
    assert!(poll(run.as_mut()).is_pending(), "the log may let it join at any time");
    gate.store(true, SeqCst);
    assert_eq!(block_on(run).expect("an open bus"), Consumed::default());
    assert_eq!(members(&log, "billing"), 0);
    let group = block_on(log.admin().expect("it has one").group("billing")).expect("an open log");
    assert!(group.is_some(), "it has joined, and left");
}
