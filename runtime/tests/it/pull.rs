//! Events that a program takes one by one.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, mpsc},
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Bus, ConsumeProblem, Consumer, Events, ManualClock, MemoryBackend, Pulled, Received, Refusal, Retry,
    Shutdown, backend::BoxFuture, blocking::block_on,
};

use crate::{
    consumer::{left, quick},
    events::{OrderCancelled, OrderPlaced, counts, header, memory, on_topic, placed, publish},
    faults::poll,
};

fn events(consumer: Consumer) -> Events<OrderPlaced> {
    block_on(consumer.events::<OrderPlaced>()).expect("an open bus")
}

/// The number and the attempt of the next event, which the test answers.
async fn next(events: &mut Events<OrderPlaced>) -> (Pulled<OrderPlaced>, (i32, u32)) {
    let event = events.next().await.expect("an open bus").expect("an event");
    let seen = (event.data.order.lines[0], event.attempt);
    (event, seen)
}

#[test]
fn events_are_taken_one_by_one_until_the_shutdown() {
    let (bus, _) = memory();
    publish(&bus, &[placed("a", 1), placed("a", 2), placed("a", 3), placed("a", 4)]);
    let shutdown = Shutdown::new();
    let seen = block_on(async {
        let consumer = bus.consumer("billing");
        let mut events = consumer.events_until::<OrderPlaced, _>(shutdown.wait()).await.expect("an open bus");
        let mut seen = Vec::new();
        while let Some(event) = events.next().await.expect("an open bus") {
            seen.push(event.data.order.lines[0]);
            if seen.len() == 3 {
                // The event in hand can be answered nevertheless.
                shutdown.begin();
                assert!(events.next().await.expect("an open bus").is_none());
            }
            event.ack().await.expect("the consumer waits for the answer");
        }
        assert_eq!(events.close().await.expect("an open bus").processed, 3);
        seen
    });
    assert_eq!(seen, [1, 2, 3]);
    assert_eq!(left(&bus), 1);
}

#[test]
fn an_event_that_is_dropped_or_refused_has_failed() {
    let (bus, backend) = memory();
    publish(&bus, &[placed("a", 1), placed("a", 2), placed("a", 3)]);
    let mut events = events(bus.consumer("billing").retry(quick(2)));
    block_on(async {
        for attempt in [1, 2] {
            let (event, seen) = next(&mut events).await;
            assert_eq!(seen, (1, attempt));
            drop(event);
        }
        let (event, seen) = next(&mut events).await;
        assert_eq!(seen, (2, 1));
        event.fail(Refusal::reject("no account")).await.expect("an open bus");
        let (event, seen) = next(&mut events).await;
        assert_eq!(seen, (3, 1));
        event.fail("no stock").await.expect("an open bus");
        let (event, seen) = next(&mut events).await;
        assert_eq!(seen, (3, 2));
        event.ack().await.expect("an open bus");
        assert_eq!(counts(&events.close().await.expect("an open bus")), [1, 0, 2]);
    });
    let dead = on_topic(&backend, "orders-dlq");
    let dead: Vec<_> = dead.iter().map(|delivery| header(&delivery.message, "dlq_error")).collect();
    let expected = [
        "the receiver failed: the event was dropped without an acknowledgement",
        "the receiver rejected the event: no account",
    ];
    assert_eq!(dead, expected);
    assert_eq!(left(&bus), 0);
}

#[test]
fn events_that_were_not_taken_are_delivered_again() {
    let (bus, backend) = memory();
    publish(&bus, &[placed("a", 1), placed("b", 2), placed("c", 3)]);
    let mut first = events(bus.consumer("billing").retry(Retry::NONE));
    block_on(async {
        next(&mut first).await.0.ack().await.expect("an open bus");
        assert_eq!(counts(&first.close().await.expect("an open bus")), [1, 0, 0]);
    });
    assert_eq!(on_topic(&backend, "orders-dlq").len(), 0);
    let mut second = events(bus.consumer("billing").retry(Retry::NONE));
    assert_eq!(block_on(next(&mut second)).1, (2, 1), "it does not count");
}

#[test]
fn an_answer_on_another_thread_wakes_the_program() {
    let (bus, _) = memory();
    publish(&bus, &[placed("a", 1), placed("a", 2)]);
    let mut events = events(bus.consumer("billing"));
    let (first, _) = block_on(next(&mut events));
    std::thread::scope(|scope| {
        scope.spawn(|| block_on(first.ack()).expect("an open bus"));
        // It waits for the first, which has the same key.
        assert_eq!(block_on(next(&mut events)).1, (2, 1));
    });
}

#[test]
fn an_error_ends_the_events() {
    let (bus, _) = memory();
    let twice = bus.consumer("billing").on(|_: Received<OrderPlaced>| async {});
    let error = block_on(twice.events::<OrderPlaced>()).expect_err("two receivers");
    assert!(matches!(*error.problem, ConsumeProblem::TwoReceivers { .. }), "{error}");

    publish(&bus, &[placed("a", 1)]);
    let mut events = events(bus.consumer("billing").shutdown_timeout(Duration::ZERO));
    block_on(async {
        let (event, _) = next(&mut events).await;
        bus.close().await.expect("the first close");
        let error = events.next().await.expect_err("the bus is closed");
        assert!(matches!(*error.problem, ConsumeProblem::Bus(_)), "{error}");
        assert!(events.next().await.expect("an error is returned once").is_none());
        let error = event.ack().await.expect_err("the consumer has ended");
        assert!(matches!(*error.problem, ConsumeProblem::Ended), "{error}");
    });
}

#[test]
fn with_an_executor_the_consumer_works_between_the_events() {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let bus = Bus::new(Arc::new(MemoryBackend::with_clock(Arc::new(clock.clone()))));
    publish(&bus, &[placed("a", 1)]);
    let tasks = Arc::new(Mutex::new(Vec::<BoxFuture<'static, ()>>::new()));
    let spawned = Arc::clone(&tasks);
    let consumer = bus
        .consumer("billing")
        .claim_after(Duration::from_secs(30))
        .spawn_with(move |future| spawned.lock().expect("not poisoned").push(future));
    let run_tasks = || {
        for _ in 0..5 {
            let running = std::mem::take(&mut *tasks.lock().expect("not poisoned"));
            let running = running.into_iter().filter_map(|mut task| {
                let is_pending = poll(Pin::new(&mut task)).is_pending();
                is_pending.then_some(task)
            });
            let running: Vec<_> = running.collect();
            tasks.lock().expect("not poisoned").extend(running);
        }
    };
    let mut events = events(consumer);
    let mut taking = Box::pin(next(&mut events));
    let mut context = Context::from_waker(Waker::noop());
    let event = loop {
        if let Poll::Ready((event, _)) = taking.as_mut().poll(&mut context) {
            break event;
        }
        run_tasks();
    };
    drop(taking);
    for second in 0..300 {
        run_tasks();
        clock.advance(Duration::from_secs(1));
        if second % 10 == 5 {
            assert_eq!(left(&bus), 0, "the event is still held after {second} seconds");
        }
    }
    block_on(event.ack()).expect("the consumer runs");
    run_tasks();
    drop(events);
    run_tasks();
    assert_eq!(tasks.lock().expect("not poisoned").len(), 0, "the consumer is dropped");
    clock.advance(Duration::from_secs(60));
    assert_eq!(left(&bus), 0, "the event was acknowledged");
}

#[test]
fn a_receiver_may_acknowledge_a_pulled_event() {
    let (ended, end) = mpsc::channel();
    // A thread of its own, so that a deadlock fails.
    std::thread::spawn(move || {
        let (bus, _) = memory();
        let pulled = Arc::new(Mutex::new(None::<Pulled<OrderPlaced>>));
        let slot = Arc::clone(&pulled);
        let consumer = bus.consumer("billing").on(move |_: Received<OrderCancelled>| {
            let pulled = slot.lock().expect("not poisoned").take();
            async move { pulled.expect("a pulled event").ack().await }
        });
        publish(&bus, &[placed("a", 1)]);
        let mut events = events(consumer);
        block_on(async {
            let event = events.next().await.expect("an open bus").expect("an event");
            *pulled.lock().expect("not poisoned") = Some(event);
            let cancelled = OrderCancelled { customer: "ada".into() };
            bus.publisher("shop/web").publish(&cancelled).await.expect("an open bus");
            publish(&bus, &[placed("b", 2)]);
            next(&mut events).await.0.ack().await.expect("an open bus");
            assert_eq!(counts(&events.close().await.expect("an open bus")), [3, 0, 0]);
        });
        ended.send(left(&bus)).expect("the test waits");
    });
    assert_eq!(end.recv_timeout(Duration::from_secs(5)), Ok(0));
}
