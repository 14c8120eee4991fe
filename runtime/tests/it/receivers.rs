//! What a consumer does for its receivers, and what it does with their answers.

use std::{
    fmt,
    future::{pending, ready},
    sync::{Arc, Condvar, Mutex, mpsc},
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Attempt, Bus, EventType as _, Failure, ManualClock, MemoryBackend, ProducerConfig, Received,
    ReceiverCall, Refusal, Retry, Shutdown, TopicConfig, UnknownType,
    backend::{BoxError, BoxFuture},
    blocking,
    blocking::block_on,
    encode_to_vec, schema_of,
};

use crate::{
    audit::Lines,
    consumer::quick,
    events::{OrderCancelled, OrderPlaced, Seen, counts, header, memory, on_topic, placed, publish},
    faults::poll,
};

#[test]
fn receivers_get_a_state_without_clones_in_closures() {
    let (bus, _) = memory();
    publish(&bus, &[placed("a", 1)]);
    block_on(bus.publisher("shop/web").publish(&OrderCancelled { customer: "ada".into() })).expect("open");
    let seen = Seen::new();
    let billing = bus
        .consumer("billing")
        .with(seen.clone())
        .on(|seen: Seen<String>, event: Received<OrderPlaced>| async move { seen.push(event.data.order.id) })
        .with(("cancelled", seen.clone()))
        .on_any(|(word, seen): (&str, Seen<String>), event: Received<Vec<u8>>| async move {
            seen.push(format!("{word} {}", event.metadata.event_type));
        });
    assert_eq!(counts(&block_on(billing.run_until_idle()).expect("an open bus")), [2, 0, 0]);
    let mut all = seen.lock().clone();
    all.sort_unstable();
    assert_eq!(all, ["a", "cancelled com.example.shop.order.cancelled.v1"]);

    let blocking = blocking::Bus::from(bus)
        .consumer("mail")
        .with(seen.clone())
        .on(|seen: Seen<String>, event: Received<OrderPlaced>| seen.push(event.data.order.id));
    assert_eq!(blocking.run_until_idle().expect("an open bus").processed, 1);
    assert_eq!(seen.len(), 3);
}

#[test]
fn a_supervisor_runs_a_consumer_again() {
    let (bus, _) = memory();
    let (seen, requested) = (Seen::new(), Seen::new());
    let (requests, schema) = (requested.clone(), schema_of::<OrderPlaced>().expect("a schema").to_json());
    let billing = bus
        .consumer("billing")
        .retry(Retry::NONE)
        .max_failures_in_a_row(Some(1))
        .versions(move |_, minor| {
            requests.push(minor);
            Ok(Some(schema.clone()))
        })
        .with(seen.clone())
        .on(|seen: Seen<u32>, event: Received<OrderPlaced>| async move {
            seen.push(event.metadata.minorversion);
            if seen.len() == 2 { Err("the database is down") } else { Ok(()) }
        });
    publish_minors(&bus, &[4, 5]);
    let error = block_on(billing.run(pending())).expect_err("the receiver fails");
    assert_eq!(error.consumed.processed, 1, "the error has the counts");
    // The second run looks schemas up by itself.
    publish_minors(&bus, &[6]);
    let consumed = block_on(billing.run_until_idle()).expect("the receiver works again");
    assert_eq!(counts(&consumed), [2, 0, 0]);
    assert_eq!(*seen.lock(), [4, 5, 5, 6]);
    assert_eq!(*requested.lock(), [4, 5, 5, 6]);
}

/// Publishes events of a key with these minor versions, without their schemas.
fn publish_minors(bus: &Bus, minors: &[u32]) {
    let publisher = bus.publisher("shop/web");
    let datum = encode_to_vec(&placed("a", 1)).expect("the event can be encoded");
    for minor in minors {
        let metadata = publisher.metadata_of(OrderPlaced::TYPE, *minor);
        block_on(bus.publish_raw("orders", &metadata, Some(b"a".to_vec()), datum.clone())).expect("open");
    }
}

/// An error of a service, with a refusal as its source.
#[derive(Debug)]
struct Unpaid(Refusal);

impl fmt::Display for Unpaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not paid: {}", self.0)
    }
}

impl std::error::Error for Unpaid {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn a_receiver_chooses_what_happens_to_its_event() {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let backend = MemoryBackend::with_clock(Arc::new(clock.clone()));
    let bus = Bus::new(Arc::new(backend.clone()));
    publish(&bus, &[placed("not now", 1), placed("retry", 2), placed("reject", 3), placed("source", 4)]);
    let seen = Seen::new();
    let billing = bus
        .consumer("billing")
        // Only a refusal makes a pause shorter than an hour.
        .retry(Retry::new(2, Duration::from_secs(3600), Duration::from_secs(3600)))
        .with(seen.clone())
        .on(|seen: Seen<(i32, u32)>, event: Received<OrderPlaced>| async move {
            let (number, attempt) = (event.data.order.lines[0], event.attempt);
            seen.push((number, attempt));
            let calls = seen.lock().iter().filter(|(of, _)| *of == number).count();
            match number {
                1 if calls <= 5 => return Err(Refusal::not_now(Duration::from_secs(10)).into()),
                1 => {}
                2 => return Err(Refusal::retry(Duration::from_secs(30), "no stock").into()),
                3 => drop("three".parse::<u32>().map_err(Refusal::reject)?),
                _ => return Err(Unpaid(Refusal::reject("no account")).into()),
            }
            Ok::<(), BoxError>(())
        });
    let mut run = Box::pin(billing.run(pending()));
    let of = |number| seen.lock().iter().filter(|(of, _)| *of == number).map(|(_, n)| *n).collect::<Vec<_>>();
    for second in 0..60 {
        assert!(poll(run.as_mut()).is_pending());
        assert_eq!(of(1).len(), 6.min(second / 10 + 1), "after {second} seconds");
        assert_eq!(of(2).len(), 2.min(second / 30 + 1), "after {second} seconds");
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(of(1), [1; 6], "`not now` is no attempt");
    assert_eq!((of(2), of(3), of(4)), (vec![1, 2], vec![1], vec![1]));
    let dead = on_topic(&backend, "orders-dlq").into_iter().map(|delivery| {
        ["dlq_reason", "dlq_error", "dlq_attempts"].map(|name| header(&delivery.message, name).to_owned())
    });
    let expected = [
        ["rejected", "the receiver rejected the event: invalid digit found in string", "1"],
        ["rejected", "the receiver rejected the event: not paid: no account", "1"],
        ["receiver", "the receiver failed: no stock", "2"],
    ];
    assert_eq!(dead.collect::<Vec<_>>(), expected);
}

#[test]
fn a_message_that_is_delivered_too_often_reaches_no_receiver() {
    let (bus, backend) = memory();
    publish(&bus, &[placed("a", 1)]);
    let unkeyed = bus.publisher("shop/web").metadata_of(OrderPlaced::TYPE, OrderPlaced::MINOR);
    let datum = encode_to_vec(&placed("b", 2)).expect("the event can be encoded");
    block_on(bus.publish_raw("orders", &unkeyed, None, datum)).expect("an open bus");
    let seen = Seen::new();
    let billing = bus.consumer("billing").max_deliveries(Some(3)).with(seen.clone()).on(
        |seen: Seen<u32>, event: Received<OrderPlaced>| async move {
            seen.push(event.attempt);
            pending::<()>().await;
        },
    );
    for _ in 0..5 {
        // Dropping the consumer leaves the group, as if the process had crashed.
        let mut run = Box::pin(billing.clone().member("one").run(pending()));
        assert!((0..10).all(|_| poll(run.as_mut()).is_pending()));
    }
    let last = block_on(billing.member("one").run_until_idle()).expect("an open bus");
    assert_eq!(counts(&last), [0, 0, 1]);
    assert_eq!(*seen.lock(), [1, 1, 2, 3, 2, 3], "from the second time on, each is processed alone");
    assert_eq!(on_topic(&backend, "orders-dlq").len(), 2);
    for dead in on_topic(&backend, "orders-dlq") {
        assert_eq!(header(&dead.message, "dlq_reason"), "max_deliveries");
        let error = header(&dead.message, "dlq_error");
        assert_eq!(error, "the message was delivered 3 times before, and was not done");
    }
}

#[test]
fn a_type_without_a_receiver_is_one_warning() {
    let (bus, _) = memory();
    let publisher = bus.publisher("shop/web");
    for _ in 0..3 {
        block_on(publisher.publish(&OrderCancelled { customer: "ada".into() })).expect("an open bus");
    }
    let lines = Lines::new();
    let billing = bus.consumer("billing").on(|_: Received<OrderPlaced>| async {});
    assert_eq!(lines.of(billing.run_until_idle()).expect("an open bus").skipped, 3);
    let lines = lines.0.lock();
    let warnings: Vec<_> = lines.iter().filter(|line| line.starts_with("WARN ")).collect();
    let expected = [
        "WARN signalbook_runtime::consumer::receivers_by_type message=no receiver has this event type:",
        "its events are skipped group=billing event_type=com.example.shop.order.cancelled.v1",
    ];
    assert_eq!(warnings, [&expected.join(" ")]);
    drop(lines);

    let lines = Lines::new();
    let mail = bus.consumer("mail").unknown_type(UnknownType::Ignore).on(|_: Received<OrderPlaced>| async {});
    assert_eq!(lines.of(mail.run_until_idle()).expect("an open bus").skipped, 3);
    assert!(lines.0.lock().iter().all(|line| !line.starts_with("WARN ")));
}

#[test]
fn a_consumer_follows_a_topic_that_the_configuration_moves() {
    let (bus, _) = memory();
    let config = ProducerConfig::default().topic(OrderPlaced::TYPE, "orders", TopicConfig::disabled()).topic(
        OrderPlaced::TYPE,
        "orders-2",
        TopicConfig::enabled(),
    );
    let moved = bus.publisher("shop/web").with_config(config.clone());
    block_on(moved.publish(&placed("moved", 1))).expect("an open bus");
    publish(&bus, &[placed("not moved", 2)]);
    let consumed_by = |group: &str, configure: fn(_) -> _| {
        let seen = Seen::new();
        let consumer = bus.consumer(group).with_config(config.clone()).with(seen.clone());
        let consumer = consumer.on(|seen: Seen<String>, event: Received<OrderPlaced>| async move {
            seen.push(event.data.order.id);
        });
        let consumer: signalbook_runtime::Consumer<_> = configure(consumer);
        block_on(consumer.run_until_idle()).expect("an open bus");
        seen.lock().clone()
    };
    assert_eq!(consumed_by("billing", |consumer| consumer), ["moved"]);
    assert_eq!(consumed_by("mail", |consumer| consumer.topic("orders")), ["not moved"]);
}

#[test]
fn layers_wrap_each_call() {
    let (bus, _) = memory();
    publish(&bus, &[placed("a", 1)]);
    let seen = Seen::new();
    let layer = |name: &'static str| {
        let seen = seen.clone();
        move |attempt: &Attempt<'_>, call: ReceiverCall| -> ReceiverCall {
            let (seen, number, group) = (seen.clone(), attempt.number, attempt.group.to_owned());
            seen.push(format!("{name} {number} of {group} at {}", attempt.position));
            Box::pin(async move {
                let result = call.await;
                seen.push(format!("{name} {:?}", result.as_ref().map_err(ToString::to_string)));
                result
            })
        }
    };
    let fails_first = |attempt: &Attempt<'_>, call: ReceiverCall| -> ReceiverCall {
        assert_ne!(attempt.number, 2, "a panic of a layer");
        match attempt.number {
            1 => Box::pin(ready(Err(Failure::Receiver("no connection".into())))),
            _ => call,
        }
    };
    let billing = bus
        .consumer("billing")
        .retry(quick(3))
        .layer(layer("outer"))
        .layer(layer("inner"))
        .layer(fails_first)
        .with(seen.clone())
        .on(|seen: Seen<String>, _: Received<OrderPlaced>| async move { seen.push("called".into()) });
    assert_eq!(block_on(billing.run_until_idle()).expect("an open bus").processed, 1);
    let attempt = |number: u32, result: &str| {
        [
            format!("outer {number} of billing at orders[0]@0"),
            format!("inner {number} of billing at orders[0]@0"),
            format!("inner {result}"),
            format!("outer {result}"),
        ]
    };
    let panicked = seen.lock()[6].strip_prefix("inner ").expect("the second result").to_owned();
    assert!(panicked.starts_with("Err(\"the receiver panicked: ") && panicked.contains("a panic of a layer"));
    let failed = r#"Err("the receiver failed: no connection")"#;
    let mut expected = [attempt(1, failed), attempt(2, &panicked), attempt(3, "Ok(())")].concat();
    expected.insert(10, "called".into());
    assert_eq!(*seen.lock(), expected);
}

/// How many receivers are here, and the news of it.
type Meeting = Arc<(Mutex<usize>, Condvar)>;

/// Runs each future on a thread of its own.
fn on_a_thread(future: BoxFuture<'static, ()>) {
    std::thread::spawn(move || block_on(future));
}

#[test]
fn receivers_can_run_on_several_threads() {
    let (bus, backend) = memory();
    publish(&bus, &[placed("a", 0), placed("b", 1), placed("c", 2)]);
    // Each of two receivers blocks its thread until the other one has begun.
    let billing =
        bus.consumer("billing").retry(Retry::NONE).spawn_with(on_a_thread).with(Meeting::default()).on(
            |meeting: Meeting, event: Received<OrderPlaced>| async move {
                assert!(event.data.order.lines[0] < 2, "a panic on the thread");
                let (here, arrived) = &*meeting;
                let mut here = here.lock().expect("not poisoned");
                *here += 1;
                arrived.notify_all();
                let waited = arrived.wait_timeout_while(here, Duration::from_secs(60), |here| *here < 2);
                if waited.expect("not poisoned").1.timed_out() {
                    Err("the other receiver did not start")
                } else {
                    Ok(())
                }
            },
        );
    assert_eq!(counts(&block_on(billing.run_until_idle()).expect("an open bus")), [2, 0, 1]);
    let dead = on_topic(&backend, "orders-dlq").remove(0).message;
    assert_eq!(header(&dead, "dlq_error"), "the receiver panicked: a panic on the thread");
}

#[test]
fn an_executor_may_drop_a_call_and_a_consumer_may_abandon_it() {
    let (bus, backend) = memory();
    publish(&bus, &[placed("a", 0)]);
    let billing = bus.consumer("billing").retry(Retry::NONE).on(|_: Received<OrderPlaced>| ready(()));
    let consumed = block_on(billing.spawn_with(drop).run_until_idle()).expect("an open bus");
    assert_eq!(consumed.dead_lettered, 1);
    let dead = on_topic(&backend, "orders-dlq").remove(0).message;
    assert_eq!(header(&dead, "dlq_error"), "the receiver failed: the executor dropped the call");

    let (held, dropped) = mpsc::channel::<()>();
    let shutdown = Shutdown::new();
    let mail = bus
        .consumer("mail")
        .spawn_with(on_a_thread)
        .shutdown_timeout(Duration::ZERO)
        .with((held, shutdown.clone()))
        .on(|(held, shutdown): (mpsc::Sender<()>, Shutdown), _: Received<OrderPlaced>| async move {
            shutdown.begin();
            pending::<()>().await;
            drop(held);
        });
    assert_eq!(block_on(mail.run(shutdown.wait())).expect("an open bus").abandoned, 1);
    drop(mail);
    let ended = dropped.recv_timeout(Duration::from_secs(60));
    assert_eq!(ended, Err(mpsc::RecvTimeoutError::Disconnected), "the future is dropped");
}
