use std::{
    future::{pending, ready},
    num::NonZeroUsize,
    sync::Arc,
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Bus, Clock, ConsumeProblem, Consumer, DeadLetter, Failure, ManualClock, MemoryBackend, Received, Retry,
    Shutdown, UnknownType,
    backend::{BoxError, Message, Outgoing, Start},
    blocking::block_on,
};

use crate::events::{
    OrderCancelled, OrderPlaced, Seen, counts, header, memory, on_topic, placed, publish, until,
};

/// Retries with pauses that are short enough for a test.
pub(crate) fn quick(attempts: u32) -> Retry {
    Retry::new(attempts, Duration::from_millis(1), Duration::from_millis(2))
}

/// A consumer of the group `billing` from the first message on, one event at a time.
fn consumer(bus: &Bus) -> Consumer {
    bus.consumer("billing")
        .start(Start::Earliest)
        .concurrency(NonZeroUsize::MIN)
        .retry(quick(3))
        .topic("orders")
}

/// The number of messages that the group has not acknowledged.
pub(crate) fn left(bus: &Bus) -> usize {
    block_on(async {
        let consumer = bus.consumer_raw("billing", &["orders"], Start::Earliest).await.expect("an open bus");
        let max = NonZeroUsize::MIN.saturating_add(999);
        consumer.receive(max, Duration::ZERO).await.expect("an open bus").messages.len()
    })
}

#[test]
fn each_type_of_a_topic_has_its_receiver() {
    let (bus, _) = memory();
    let publisher = bus.publisher("shop/web");
    let seen = Seen::new();
    block_on(async {
        publisher.publish(&placed("a", 1)).await.expect("an open bus");
        publisher.publish(&OrderCancelled { customer: "ada".into() }).await.expect("an open bus");
        publisher.publish(&placed("b", 2)).await.expect("an open bus");
    });
    let (of_placed, of_cancelled, all) = (seen.clone(), seen.clone(), seen.clone());
    let run = bus
        .consumer("billing")
        .start(Start::Earliest)
        .on(move |event: Received<OrderPlaced>| {
            of_placed.push(format!("{} {}", event.data.order.id, event.metadata.minorversion));
            ready(())
        })
        .on(move |event: Received<OrderCancelled>| {
            of_cancelled.push(format!("cancelled by {}", event.data.customer));
            ready(Ok::<(), BoxError>(()))
        })
        .run(until(move || all.len() == 3));
    assert_eq!(counts(&block_on(run).expect("an open bus")), [3, 0, 0]);
    assert_eq!(*seen.lock(), ["a 1", "cancelled by ada", "b 1"]);
    assert_eq!(left(&bus), 0);
}

#[test]
fn a_receiver_that_fails_or_panics_is_retried_and_its_key_waits() {
    let (bus, backend) = memory();
    publish(&bus, &[placed("a", 1), placed("a", 2), placed("b", 3), placed("a", 4)]);
    let seen = Seen::new();
    let (log, all) = (seen.clone(), seen.clone());
    let run = consumer(&bus)
        .concurrency(NonZeroUsize::MIN.saturating_add(7))
        .on(move |event: Received<OrderPlaced>| {
            let number = event.data.order.lines[0];
            log.push((number, event.attempt));
            assert!((number, event.attempt) != (1, 1), "a panic in the call");
            async move {
                assert!((number, event.attempt) != (2, 1), "a panic in the future");
                if (number, event.attempt) == (1, 2) { Err("not yet") } else { Ok(()) }
            }
        })
        .run(until(move || all.len() == 7));
    assert_eq!(block_on(run).expect("an open bus").processed, 4);
    let of_a: Vec<_> = seen.lock().iter().copied().filter(|(number, _)| *number != 3).collect();
    assert_eq!(of_a, [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (4, 1)]);
    assert_eq!((left(&bus), on_topic(&backend, "orders-dlq").len()), (0, 0));
}

#[test]
fn a_message_is_dead_lettered_after_all_attempts_and_the_others_continue() {
    let (bus, backend) = memory();
    let bus = bus.with_prefix("dev");
    publish(&bus, &[placed("a", 1), placed("a", 2)]);
    let seen = Seen::new();
    let (log, all) = (seen.clone(), seen.clone());
    let run = consumer(&bus)
        .on(move |event: Received<OrderPlaced>| {
            let number = event.data.order.lines[0];
            log.push(number);
            ready(if number == 1 { Err("no stock") } else { Ok(()) })
        })
        .run(until(move || all.len() == 4));
    let consumed = block_on(run).expect("an open bus");
    assert_eq!(counts(&consumed), [1, 0, 1]);
    assert_eq!(*seen.lock(), [1, 1, 1, 2]);

    let [buried] = &on_topic(&backend, "dev-orders-dlq")[..] else { panic!("one dead letter") };
    let [original, _] = &on_topic(&backend, "dev-orders")[..] else { panic!("two messages") };
    assert_eq!(
        (&buried.message.key, &buried.message.payload),
        (&original.message.key, &original.message.payload)
    );
    let mut kept = buried.message.headers.clone();
    kept.retain(|name, _| !name.starts_with("dlq_"));
    assert_eq!(kept, original.message.headers);
    let expected = [
        ("dlq_reason", "receiver"),
        ("dlq_error", "the receiver failed: no stock"),
        ("dlq_topic", "dev-orders"),
        ("dlq_partition", "0"),
        ("dlq_offset", "0"),
        ("dlq_group", "billing"),
        ("dlq_attempts", "3"),
    ];
    for (name, value) in expected {
        assert_eq!(header(&buried.message, name), value);
    }
}

#[test]
fn a_tombstone_is_skipped_and_acknowledged() {
    let (bus, backend) = memory();
    let tombstone = Message { key: Some(b"a".to_vec()), payload: None, ..Message::default() };
    let named = Message {
        // Of another key, so that it comes before the event.
        key: Some(b"b".to_vec()),
        headers: [("ce_type", "com.example.shop.order.placed.v1")].into_iter().collect(),
        ..tombstone.clone()
    };
    let messages = [tombstone, named].map(|message| Outgoing::new("orders", message));
    block_on(bus.backend().publish(messages.into())).expect("an open bus");
    publish(&bus, &[placed("a", 1)]);
    let seen = Seen::new();
    let (log, all) = (seen.clone(), seen.clone());
    let run = consumer(&bus)
        .on(move |event: Received<OrderPlaced>| {
            log.push(event.data.order.lines[0]);
            ready(())
        })
        .run(until(move || all.len() == 1));
    assert_eq!(counts(&block_on(run).expect("an open bus")), [1, 2, 0]);
    assert_eq!((left(&bus), on_topic(&backend, "orders-dlq").len()), (0, 0));
}

/// Publishes messages that no receiver can process, and an event after them.
fn publish_strangers(bus: &Bus) {
    let publisher = bus.publisher("shop/web");
    let mut newer = publisher.metadata::<OrderPlaced>();
    newer.minorversion = 2;
    let broken = publisher.metadata::<OrderPlaced>();
    let nameless = Outgoing::new("orders", Message::default());
    block_on(async {
        publisher.publish_with(newer, &placed("a", 1)).await.expect("an open bus");
        bus.publish_raw("orders", &broken, None, vec![9]).await.expect("an open bus");
        bus.backend().publish(vec![nameless]).await.expect("an open bus");
        publisher.publish(&OrderCancelled { customer: "ada".into() }).await.expect("an open bus");
        publisher.publish(&placed("a", 2)).await.expect("an open bus");
    });
}

#[test]
fn unreadable_messages_are_dead_lettered_at_once_and_unknown_types_are_skipped() {
    let (bus, backend) = memory();
    publish_strangers(&bus);
    let seen = Seen::new();
    let (log, all) = (seen.clone(), seen.clone());
    let run = consumer(&bus)
        .on(move |event: Received<OrderPlaced>| {
            log.push(event.data.order.lines[0]);
            ready(())
        })
        .run(until(move || all.len() == 1));
    let consumed = block_on(run).expect("an open bus");
    assert_eq!(counts(&consumed), [1, 1, 3]);
    let buried = on_topic(&backend, "orders-dlq");
    let why: Vec<_> = buried.iter().map(|delivery| header(&delivery.message, "dlq_error")).collect();
    assert_eq!(
        why[0],
        "an event `com.example.shop.order.placed.v1` has minor version 2, and this program has 1: its \
         history does not contain that version; rebuild it with that version, or configure a \
         look-up of versions"
    );
    assert!(
        why[1].starts_with(
            "the bytes are not an event `com.example.shop.order.placed.v1` of minor version 1: "
        ),
        "{}",
        why[1]
    );
    assert_eq!(why[2], "the message has no header `ce_type`");
    assert_eq!(left(&bus), 0);
}

#[test]
fn an_unknown_type_is_a_failure_if_configured() {
    let (bus, _) = memory();
    publish_strangers(&bus);
    let run = consumer(&bus)
        .dead_letter(DeadLetter::Topic("dead-letters".into()))
        .unknown_type(UnknownType::Fail)
        .max_failures_in_a_row(Some(4))
        .on(|_: Received<OrderPlaced>| ready(()))
        .run(pending());
    let error = block_on(run).expect_err("the fourth failure stops the consumer");
    assert_eq!(error.consumed.dead_lettered, 3);
    let ConsumeProblem::TooManyFailures { count: 4, position, failure } = *error.problem else {
        panic!("another problem")
    };
    assert_eq!((&*position.offset, failure.reason()), ("3", "unknown_type"));
    assert_eq!(left(&bus), 2, "the fourth failed message, and the one after it");
}

#[test]
fn a_consumer_that_stops_on_failure_leaves_the_message() {
    let (bus, backend) = memory();
    publish(&bus, &[placed("a", 1), placed("a", 2)]);
    let run = consumer(&bus)
        .dead_letter(DeadLetter::Stop)
        .on(|event: Received<OrderPlaced>| {
            ready(if event.data.order.lines[0] == 2 { Err("no stock") } else { Ok(()) })
        })
        .run(pending());
    let error = block_on(run).expect_err("the second message fails");
    assert_eq!(error.to_string(), "orders[0]@1 cannot be processed: the receiver failed: no stock");
    assert_eq!(error.consumed.processed, 1);
    let ConsumeProblem::Failed { failure, .. } = *error.problem else { panic!("another problem") };
    assert!(matches!(*failure, Failure::Receiver(_)));
    assert_eq!((left(&bus), on_topic(&backend, "orders-dlq").len()), (1, 0));
}

#[test]
fn on_shutdown_running_receivers_finish_and_waiting_messages_are_left() {
    let (bus, _) = memory();
    publish(&bus, &[placed("runs", 1), placed("waits", 2), placed("runs", 3)]);
    let (shutdown, finish) = (Shutdown::new(), Shutdown::new());
    let seen = Seen::new();
    let run = {
        let (shutdown, finish, seen) = (shutdown.clone(), finish.clone(), seen.clone());
        consumer(&bus)
            .concurrency(NonZeroUsize::MIN.saturating_add(7))
            .retry(Retry::new(2, Duration::from_secs(600), Duration::from_secs(600)))
            .on(move |event: Received<OrderPlaced>| {
                let (shutdown, finish, seen) = (shutdown.clone(), finish.clone(), seen.clone());
                async move {
                    if event.data.order.id == "waits" {
                        shutdown.begin();
                        return Err("later");
                    }
                    finish.wait().await;
                    seen.push(event.data.order.lines[0]);
                    Ok(())
                }
            })
    };
    std::thread::scope(|scope| {
        let run = scope.spawn(|| block_on(run.run(shutdown.wait())));
        block_on(shutdown.wait());
        std::thread::sleep(Duration::from_millis(20));
        finish.begin();
        let consumed = run.join().expect("the consumer does not panic").expect("an open bus");
        assert_eq!(consumed.processed, 1);
    });
    assert_eq!(*seen.lock(), [1]);
    assert_eq!(left(&bus), 2);
}

#[test]
fn a_slow_receiver_keeps_its_message() {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let backend = MemoryBackend::with_clock(Arc::new(clock.clone()));
    let bus = Bus::new(Arc::new(backend));
    publish(&bus, &[placed("a", 1), placed("a", 2)]);
    let slow = {
        let clock = clock.clone();
        consumer(&bus)
            .claim_after(Duration::from_secs(30))
            .on(move |_: Received<OrderPlaced>| clock.sleep(Duration::from_secs(300)))
    };
    let shutdown = Shutdown::new();
    let mut run = Box::pin(slow.run(shutdown.wait()));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut poll = || run.as_mut().poll(&mut context);
    for second in 0..600 {
        assert!(poll().is_pending());
        if second % 10 == 5 && second < 590 {
            assert_eq!(left(&bus), 0, "the messages are still held after {second} seconds");
        }
        clock.advance(Duration::from_secs(1));
    }
    assert!(poll().is_pending());
    shutdown.begin();
    let std::task::Poll::Ready(Ok(consumed)) = poll() else { panic!("the consumer should stop") };
    assert_eq!(consumed.processed, 2);
}

#[test]
fn any_event_can_be_received_undecoded() {
    let (bus, _) = memory();
    publish(&bus, &[placed("a", 1)]);
    let seen = Seen::new();
    let (log, all) = (seen.clone(), seen.clone());
    let run = consumer(&bus)
        .on_any(move |event: Received<Vec<u8>>| {
            log.push((event.metadata.event_type.to_string(), event.key().map(<[u8]>::to_vec), event.data));
            ready(())
        })
        .run(until(move || all.len() == 1));
    block_on(run).expect("an open bus");
    let datum = signalbook_runtime::encode_to_vec(&placed("a", 1)).expect("an event");
    let expected = ("com.example.shop.order.placed.v1".to_owned(), Some(b"\x02a".to_vec()), datum);
    assert_eq!(*seen.lock(), [expected]);
}

#[test]
fn no_topic_and_two_receivers_are_errors() {
    let (bus, _) = memory();
    let error = block_on(bus.consumer("billing").on_any(|_| ready(())).run(pending())).expect_err("no topic");
    assert_eq!(error.to_string(), "the events have no topic: set one with `topic`");
    let receiver = |_: Received<OrderPlaced>| ready(());
    let run = bus.consumer("billing").on(receiver).on(receiver).run(pending());
    let error = block_on(run).expect_err("two receivers").to_string();
    assert!(error.starts_with("`com.example.shop.order.placed.v1` has two receivers"), "{error}");
}

#[test]
fn a_closed_bus_ends_the_consumer() {
    let (bus, _) = memory();
    let run = consumer(&bus).on(|_: Received<OrderPlaced>| ready(())).run(pending());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            block_on(bus.close()).expect("the first close");
        });
        let error = block_on(run).expect_err("the bus is closed");
        assert!(matches!(*error.problem, ConsumeProblem::Bus(_)), "{error}");
    });
}

#[test]
fn a_start_after_the_end_loses_nothing() {
    let (bus, _) = memory();
    publish(&bus, &[placed("a", 0)]);
    let seen = Seen::new();
    let log = seen.clone();
    let consumer =
        bus.consumer("billing").start(Start::Offset("100".into())).on(move |event: Received<OrderPlaced>| {
            log.push(event.data.order.lines[0]);
            ready(())
        });
    block_on(consumer.run_until_idle()).expect("an open bus");
    publish(&bus, &[placed("a", 1)]);
    block_on(consumer.run_until_idle()).expect("an open bus");
    assert_eq!(*seen.lock(), [1]);
}
