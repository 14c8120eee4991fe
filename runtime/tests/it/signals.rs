use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Bus, ConsumeProblem, Consumer, EventType, MemoryBus, Metadata, ProducerConfig, Received, Refusal,
    Response, Retry, SignalError, Signals, TopicConfig,
    backend::{BoxError, Headers, Message, Start},
    blocking::block_on,
};

use crate::events::{
    CacheDropped, OrderCancelled, OrderPlaced, Seen, counts, header, memory, on_topic, placed, publish, until,
};

fn forwarding() -> (Signals, MemoryBus) {
    let (signals, bus) = (Signals::new("shop/web"), Bus::memory());
    signals.forward_to(&bus.publisher("ignored"));
    (signals, bus)
}

fn names(responses: &[Response]) -> Vec<(&str, bool)> {
    responses.iter().map(|response| (&*response.receiver, response.result.is_ok())).collect()
}

#[test]
fn the_first_error_stops_and_nothing_is_published() {
    let (signals, bus) = forwarding();
    let seen = Seen::new();
    let (first, third) = (seen.clone(), seen.clone());
    signals.connect("first", move |_: &OrderPlaced, _| first.push("first"));
    signals.connect("second", |_: &OrderPlaced, _| Err("no stock"));
    signals.connect("third", move |_: &OrderPlaced, _| third.push("third"));
    let error = block_on(signals.send(&placed("a", 1))).expect_err("the second fails");
    let SignalError::Receiver { receiver, .. } = &error else { panic!("{error}") };
    assert_eq!((&**receiver, &seen.lock()[..]), ("second", &["first"][..]));
    assert_eq!(bus.published::<OrderPlaced>(), []);

    assert!(signals.disconnect::<OrderPlaced>("second") && !signals.disconnect::<OrderPlaced>("second"));
    block_on(signals.send(&placed("a", 1))).expect("the failing receiver is disconnected");
    assert_eq!((seen.len(), bus.published::<OrderPlaced>().len()), (3, 1));
}

#[test]
fn a_clone_of_signals_is_a_handle_on_the_same_signals() {
    let (signals, bus, seen) = (Signals::new("shop/web"), Bus::memory(), Seen::new());
    let earlier = signals.clone();
    let log = seen.clone();
    signals.connect("stock", move |event: &OrderPlaced, _| log.push(event.order.lines[0]));
    signals.forward_to(&bus.publisher("shop/web"));
    block_on(earlier.send(&placed("a", 1))).expect("an open bus");
    assert_eq!((&seen.lock()[..], bus.published::<OrderPlaced>()), (&[1][..], vec![placed("a", 1)]));
}

#[test]
fn send_robust_calls_every_receiver_and_a_panic_is_a_failure() {
    let (signals, bus) = forwarding();
    let seen = Seen::new();
    let log = seen.clone();
    signals.connect("fails", |_: &OrderPlaced, _| Err("no stock"));
    signals.connect("panics", |event: &OrderPlaced, _| {
        assert!(event.order.id.is_empty(), "an order with an id");
    });
    signals
        .connect("works", move |event: &OrderPlaced, metadata| log.push((event.clone(), metadata.clone())));
    let responses = block_on(signals.send_robust(&placed("a", 1)));
    assert_eq!(
        names(&responses),
        [("fails", false), ("panics", false), ("works", true), ("publisher", true)]
    );
    let message = responses[1].result.as_ref().expect_err("it panicked").to_string();
    assert_eq!(message, "panicked: an order with an id");

    let [published] = &bus.published_with_metadata::<OrderPlaced>()[..] else { panic!("one event") };
    assert_eq!(*seen.lock(), [(published.data.clone(), published.metadata.clone())]);
    assert_eq!(&*published.metadata.source, "shop/web");
}

#[test]
fn a_disabled_event_is_not_sent_until_it_is_enabled() {
    let (signals, bus) = forwarding();
    let captured = signals.capture::<OrderPlaced>();
    signals.disable::<OrderPlaced>();
    block_on(signals.send(&placed("a", 1))).expect("nothing happens");
    assert_eq!(block_on(signals.send_robust(&placed("a", 1))).len(), 0);
    assert_eq!((captured.events(), bus.published::<OrderPlaced>()), (vec![], vec![]));
    block_on(signals.send(&OrderCancelled { customer: "ada".into() })).expect("another event");
    assert_eq!(bus.published::<OrderCancelled>().len(), 1);
    signals.enable::<OrderPlaced>();
    block_on(signals.send(&placed("a", 1))).expect("it is enabled");
    assert_eq!(captured.events().len(), 1);
}

#[test]
fn only_events_with_enabled_topics_are_forwarded() {
    let (signals, bus) = (Signals::new("shop/web"), Bus::memory());
    let config = ProducerConfig::default().topic(
        "com.example.shop.order.placed.v1",
        "orders",
        TopicConfig::disabled(),
    );
    signals.forward_to(&bus.publisher("shop/web").with_config(config));
    block_on(signals.send(&placed("a", 1))).expect("it stays in the process");
    block_on(signals.send(&OrderCancelled { customer: "ada".into() })).expect("it is published");
    assert_eq!((bus.published::<OrderPlaced>().len(), bus.published::<OrderCancelled>().len()), (0, 1));
}

#[test]
fn an_event_from_the_bus_is_not_published_again() {
    let (signals, bus) = forwarding();
    let captured = signals.capture::<OrderPlaced>();
    let published = block_on(bus.publisher("shop/worker").publish(&placed("a", 1))).expect("an open bus");
    let (all, seen) = (signals.capture::<OrderPlaced>(), signals.clone());
    // A receiver that sends another event in answer: that one is published.
    signals.connect("answers", move |_: &OrderPlaced, _| {
        block_on(seen.send(&OrderCancelled { customer: "ada".into() }))
    });
    let run = bus
        .consumer("billing")
        .start(Start::Earliest)
        .on(signals.relayed::<OrderPlaced>())
        .run(until(move || !all.events().is_empty()));
    block_on(run).expect("an open bus");
    assert_eq!(captured.with_metadata(), [(placed("a", 1), published.metadata)]);
    assert_eq!((bus.published::<OrderPlaced>().len(), bus.published::<OrderCancelled>().len()), (1, 1));
}

#[test]
fn a_relayed_event_fails_if_a_receiver_fails() {
    let (signals, bus) = forwarding();
    let seen = Seen::new();
    let log = seen.clone();
    signals.connect("fails", |_: &OrderPlaced, _| Err("no stock"));
    signals.connect("works", move |_: &OrderPlaced, _| log.push(()));
    signals.connect("panics", |event: &OrderPlaced, _| assert!(event.order.id.is_empty(), "no mail"));
    let received = received(placed("a", 1));
    let expected = [("fails", false), ("works", true), ("panics", false)];
    assert_eq!(names(&signals.relay(&received)), expected);
    let error = block_on(signals.relayed()(received)).expect_err("receivers fail");
    let message = "2 of 3 receivers failed: `fails`: no stock; `panics`: panicked: no mail";
    assert_eq!(
        (error.to_string().as_str(), names(error.responses()), seen.len()),
        (message, expected.into(), 2)
    );
    assert_eq!(bus.published::<OrderPlaced>(), []);
}

/// An event as it could come from a bus.
fn received<E: EventType>(data: E) -> Received<E> {
    Received::for_test(Metadata::new(E::TYPE, "7", SystemTime::UNIX_EPOCH.into()), data)
}

fn cancelled() -> OrderCancelled {
    OrderCancelled { customer: "ada".into() }
}

/// A consumer of all messages, that does not retry.
fn consumer(bus: &Bus, group: &str) -> Consumer {
    bus.consumer(group).start(Start::Earliest).retry(Retry::NONE)
}

/// The errors of the messages in the dead-letter topic.
fn dead_letters(bus: &MemoryBus) -> Vec<String> {
    let published = bus.published_with_metadata::<OrderPlaced>();
    let dead = published.iter().filter_map(|received| received.headers().get("dlq_error"));
    dead.map(|error| String::from_utf8_lossy(error).into_owned()).collect()
}

#[test]
fn a_consumer_relays_every_event_type_that_has_receivers() {
    let bus = Bus::memory();
    let publisher = bus.publisher("shop/web");
    let relayed = block_on(async {
        publisher.publish(&cancelled()).await.expect("an open bus");
        publisher.publish(&placed("a", 1)).await.expect("an open bus").metadata
    });
    let signals = Signals::new("shop/worker");
    let seen = Seen::new();
    let log = seen.clone();
    signals.connect("log", move |event: &OrderPlaced, metadata| {
        log.push((event.order.id.clone(), metadata.clone()));
    });
    // Neither types without receivers nor receivers of local events are served.
    signals.connect("gone", |_: &OrderCancelled, _| ());
    assert!(signals.disconnect::<OrderCancelled>("gone"));
    signals.connect_local("local", |_: &CacheDropped, _| ());
    let log = seen.clone();
    let consumed = block_on(consumer(&bus, "first").relay(&signals).run(until(move || log.len() == 1)));
    assert_eq!(counts(&consumed.expect("an open bus")), [1, 1, 0]);
    assert_eq!(*seen.lock(), [("a".to_owned(), relayed)]);

    let captured = Arc::new(signals.capture::<OrderCancelled>());
    let both = Arc::clone(&captured);
    let run = consumer(&bus, "second").relay(&signals).run(until(move || !both.events().is_empty()));
    assert_eq!(counts(&block_on(run).expect("an open bus")), [2, 0, 0]);
    assert_eq!(captured.events(), [cancelled()]);
}

#[test]
fn a_dead_letter_names_the_receivers_that_failed() {
    let bus = Bus::memory();
    block_on(bus.publisher("shop/web").publish(&placed("a", 1))).expect("an open bus");
    let signals = Signals::new("shop/worker");
    signals.connect("stock", |_: &OrderPlaced, _| Err("no stock"));
    signals.connect("mail", |_: &OrderPlaced, _| ());
    let is_dead = bus.clone();
    let dead = move || !dead_letters(&is_dead).is_empty();
    let consumed = block_on(consumer(&bus, "worker").relay(&signals).run(until(dead))).expect("an open bus");
    assert_eq!(counts(&consumed), [0, 0, 1]);
    let expected = "the receiver failed: 1 of 2 receivers failed: `stock`: no stock";
    assert_eq!(dead_letters(&bus), [expected]);
}

#[test]
fn an_event_type_is_relayed_by_one_receiver() {
    let bus = Bus::memory();
    let signals = Signals::new("shop/worker");
    let run = |consumer: Consumer| block_on(consumer.run(ready(()))).expect_err("it does not run");
    let error = run(bus.consumer("worker").relay(&signals));
    assert!(matches!(*error.problem, ConsumeProblem::NoTopic), "{error}");
    signals.connect("log", |_: &OrderPlaced, _| ());
    let error = run(bus.consumer("worker").on(signals.relayed::<OrderPlaced>()).relay(&signals));
    assert!(
        matches!(*error.problem, ConsumeProblem::TwoReceivers { event_type: OrderPlaced::TYPE }),
        "{error}"
    );
}

#[test]
fn an_event_is_sent_with_given_metadata() {
    let (signals, bus) = forwarding();
    let captured = signals.capture::<OrderPlaced>();
    let metadata = |id| Metadata::new(OrderPlaced::TYPE, id, SystemTime::UNIX_EPOCH.into());
    block_on(signals.send_with(metadata("first"), &placed("a", 1))).expect("no receiver fails");
    signals.connect("fails", |_: &OrderPlaced, _| Err("no stock"));
    block_on(signals.send_with(metadata("refused"), &placed("b", 2))).expect_err("a receiver fails");
    let responses = block_on(signals.send_robust_with(metadata("robust"), &placed("c", 3)));
    assert_eq!(names(&responses)[1..], [("fails", false), ("publisher", true)]);
    signals.disable::<OrderPlaced>();
    block_on(signals.send_with(metadata("disabled"), &placed("d", 4))).expect("nothing happens");
    assert_eq!(block_on(signals.send_robust_with(metadata("disabled"), &placed("d", 4))).len(), 0);

    let sent: Vec<_> = captured.with_metadata().into_iter().map(|(_, metadata)| metadata).collect();
    assert_eq!(sent, [metadata("first"), metadata("refused"), metadata("robust")]);
    let published = bus.published_with_metadata::<OrderPlaced>();
    let published: Vec<_> = published.into_iter().map(|received| received.metadata).collect();
    assert_eq!(published, [metadata("first"), metadata("robust")]);
}

#[test]
fn events_are_enabled_by_the_names_of_their_types() {
    let (signals, bus) = forwarding();
    let placed_events = signals.capture::<OrderPlaced>();
    signals.disable_all();
    // Types that are connected later are disabled, too.
    let cancelled_events = signals.capture::<OrderCancelled>();
    let dropped_events = signals.capture_local::<CacheDropped>();
    let expected = [CacheDropped::TYPE, OrderCancelled::TYPE, OrderPlaced::TYPE];
    assert_eq!(signals.event_types(), expected);
    let send_all = || {
        block_on(signals.send(&placed("a", 1))).expect("no receiver fails");
        block_on(signals.send(&cancelled())).expect("no receiver fails");
        signals.send_local(&CacheDropped { handle: Arc::default() }).expect("no receiver fails");
        [placed_events.events().len(), cancelled_events.events().len(), dropped_events.events().len()]
    };
    assert_eq!(send_all(), [0, 0, 0]);
    assert_eq!((bus.published::<OrderPlaced>(), bus.published::<OrderCancelled>()), (vec![], vec![]));
    signals.enable_types([OrderPlaced::TYPE, CacheDropped::TYPE]).expect("known types");
    assert_eq!(send_all(), [1, 0, 1]);
    signals.enable::<OrderCancelled>();
    assert_eq!(send_all(), [2, 1, 2]);
    signals.disable_types([CacheDropped::TYPE.to_owned()]).expect("a known type");
    assert_eq!(send_all(), [3, 2, 2]);
    signals.enable_all();
    assert_eq!(send_all(), [4, 3, 3]);
    signals.disable_types([OrderPlaced::TYPE, OrderCancelled::TYPE]).expect("known types");
    assert_eq!(send_all(), [4, 3, 4]);
}

#[test]
fn unknown_event_types_are_listed_and_change_nothing() {
    let signals = Signals::new("shop/web");
    let error = signals.enable_types(["com.example.gone.v1"]).expect_err("no event is known");
    assert_eq!(
        error.to_string(),
        "no receiver was connected for `com.example.gone.v1`, nor for any other event type"
    );
    let captured = signals.capture::<OrderPlaced>();
    signals.disable_all();
    let names = ["com.example.gone.v1", OrderPlaced::TYPE, "com.example.never.v1"];
    let error = signals.enable_types(names).expect_err("two are unknown");
    assert_eq!(
        error.to_string(),
        "no receiver was connected for `com.example.gone.v1`, `com.example.never.v1`; the known event types \
         are `com.example.shop.order.placed.v1`"
    );
    block_on(signals.send(&placed("a", 1))).expect("nothing happens");
    assert_eq!(captured.events(), []);
}

#[test]
fn a_received_event_is_made_by_hand() {
    let event = received(placed("a", 1));
    assert_eq!((event.published, event.attempt, event.key()), (SystemTime::UNIX_EPOCH, 1, None));
    assert_eq!(event.position.to_string(), "[0]@");
    assert_eq!(event.headers().get("ce_type"), Some(OrderPlaced::TYPE.as_bytes()));
    let headers: Headers = [("tenant", "acme")].into_iter().collect();
    let event = event.with_message(Message { key: Some(b"a".to_vec()), headers, ..Message::default() });
    assert_eq!((event.headers().get("tenant"), event.key()), (Some(&b"acme"[..]), Some(&b"a"[..])));
    assert_eq!(event.data, placed("a", 1));
}

#[test]
fn a_local_event_is_sent_within_the_process() {
    let signals = Signals::new("shop/web");
    let captured = signals.capture_local::<CacheDropped>();
    signals.connect_local("count", |event: &CacheDropped, _| {
        *event.handle.lock().expect("the lock is not poisoned") += 1;
    });
    let event = CacheDropped { handle: Arc::default() };
    signals.send_local(&event).expect("no receiver fails");
    assert_eq!(names(&signals.send_local_robust(&event))[1], ("count", true));
    assert_eq!((*event.handle.lock().expect("the lock is not poisoned"), captured.events().len()), (2, 2));
    assert_eq!(&*captured.with_metadata()[0].1.event_type, "com.example.shop.cache.dropped.v1");
}

#[test]
fn a_receiver_may_connect_and_a_capture_ends_with_its_guard() {
    let signals = Signals::new("shop/web");
    let outer = signals.clone();
    signals.connect("connects", move |_: &OrderPlaced, _| {
        outer.connect("connected", |_: &OrderPlaced, _| Err("called"));
    });
    drop(signals.capture::<OrderPlaced>());
    assert_eq!(names(&block_on(signals.send_robust(&placed("a", 1)))), [("connects", true)]);
    assert_eq!(
        names(&block_on(signals.send_robust(&placed("a", 1)))),
        [("connects", true), ("connected", false)]
    );
}

#[test]
fn dropping_a_receiver_may_disconnect_others() {
    struct Guard(Signals);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.disconnect::<OrderPlaced>("other");
        }
    }
    let signals = Signals::new("shop/web");
    let connect = |name: &str| {
        let guard = Guard(signals.clone());
        signals.connect(name, move |_: &OrderPlaced, _: &Metadata| {
            let _ = &guard;
        });
    };
    let others = || signals.connect("other", |_: &OrderPlaced, _: &Metadata| ());
    connect("first");
    others();
    connect("first");
    assert!(!signals.disconnect::<OrderPlaced>("other"), "dropping the replaced receiver disconnected it");
    others();
    assert!(signals.disconnect::<OrderPlaced>("first"));
    assert!(
        !signals.disconnect::<OrderPlaced>("other"),
        "dropping the disconnected receiver disconnected it"
    );
}

/// What a consumer does with an event that is relayed to receivers with these errors: how many times they
/// were called, and the reason of the dead letter.
fn relay_refused(errors: &[fn(u32) -> Option<BoxError>]) -> (u32, Option<String>) {
    let (bus, backend) = memory();
    publish(&bus, &[placed("a", 1)]);
    let signals = Signals::new("shop/web");
    let calls = Arc::new(AtomicU32::new(0));
    for (index, error) in errors.iter().copied().enumerate() {
        let calls = Arc::clone(&calls);
        signals.connect(format!("receiver {index}"), move |_: &OrderPlaced, _| {
            let call = if index == 0 { calls.fetch_add(1, SeqCst) } else { calls.load(SeqCst) - 1 };
            error(call).map_or(Ok(()), Err)
        });
    }
    let retry = Retry::new(3, Duration::from_millis(1), Duration::from_millis(1));
    let consumer = bus.consumer("billing").retry(retry).relay(&signals);
    block_on(consumer.run_until_idle()).expect("an open bus");
    let dead = on_topic(&backend, "orders-dlq");
    (calls.load(SeqCst), dead.first().map(|dead| header(&dead.message, "dlq_reason").to_owned()))
}

#[test]
fn a_receiver_of_a_signal_may_refuse() {
    let reject: fn(u32) -> Option<BoxError> = |_| Some(Refusal::reject("never").into());
    let fail: fn(u32) -> Option<BoxError> = |_| Some("no stock".into());
    let retry: fn(u32) -> Option<BoxError> = |_| Some(Refusal::retry(Duration::ZERO, "no stock").into());
    // Five times, which is more than the attempts that count.
    let postpone: fn(u32) -> Option<BoxError> =
        |call| (call < 5).then(|| Refusal::not_now(Duration::ZERO).into());
    let succeed: fn(u32) -> Option<BoxError> = |_| None;
    let dead = |reason: &str| Some(reason.to_owned());
    assert_eq!(relay_refused(&[reject]), (1, dead("rejected")));
    assert_eq!(relay_refused(&[succeed, reject]), (1, dead("rejected")));
    assert_eq!(relay_refused(&[postpone]), (6, None));
    assert_eq!(relay_refused(&[postpone, reject]), (6, dead("rejected")));
    for counted in [fail, retry] {
        for other in [reject, postpone, fail, retry, succeed] {
            assert_eq!(relay_refused(&[other, counted]), (3, dead("receiver")));
            assert_eq!(relay_refused(&[counted, other]), (3, dead("receiver")));
        }
    }
}

#[test]
fn a_receiver_that_sends_a_signal_passes_its_refusal_on() {
    let (bus, backend) = memory();
    publish(&bus, &[placed("a", 1)]);
    let signals = Signals::new("shop/web");
    signals.connect("stock", |_: &OrderPlaced, _| Err::<(), BoxError>(Refusal::reject("never").into()));
    let consumer = bus.consumer("billing").on(move |event: Received<OrderPlaced>| {
        let signals = signals.clone();
        async move { signals.send(&event.data).await }
    });
    block_on(consumer.run_until_idle()).expect("an open bus");
    assert_eq!(header(&on_topic(&backend, "orders-dlq")[0].message, "dlq_reason"), "rejected");
}
