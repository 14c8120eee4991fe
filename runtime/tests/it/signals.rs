use std::sync::Arc;

use signalbook_runtime::{
    Bus, MemoryBus, Metadata, ProducerConfig, Received, Response, SignalError, Signals, TopicConfig,
    backend::Start, blocking::block_on,
};

use crate::events::{CacheDropped, OrderCancelled, OrderPlaced, Seen, placed, until};

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
    block_on(bus.publisher("shop/worker").publish(&placed("a", 1))).expect("an open bus");
    let [received] =
        <[Received<OrderPlaced>; 1]>::try_from(bus.published_with_metadata()).expect("one event");
    assert_eq!(names(&signals.relay(&received)), [("fails", false), ("works", true)]);
    let error = block_on(signals.relayed()(received)).expect_err("a receiver fails");
    assert_eq!((error.to_string(), seen.len()), ("no stock".to_owned(), 2));
}

#[test]
fn a_local_event_is_sent_within_the_process() {
    let signals = Signals::new("shop/web");
    let captured = signals.capture::<CacheDropped>();
    signals.connect("count", |event: &CacheDropped, _| {
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
