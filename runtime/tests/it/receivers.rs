//! What a consumer does for its receivers, and what it does with their answers.

use std::future::pending;

use signalbook_runtime::{
    Bus, EventType as _, Received, Retry, blocking, blocking::block_on, encode_to_vec, schema_of,
};

use crate::events::{OrderCancelled, OrderPlaced, Seen, counts, memory, placed, publish};

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
    let (seen, asked) = (Seen::new(), Seen::new());
    let (asking, schema) = (asked.clone(), schema_of::<OrderPlaced>().expect("a schema").to_json());
    let billing = bus
        .consumer("billing")
        .retry(Retry::NONE)
        .max_failures_in_a_row(Some(1))
        .versions(move |_, minor| {
            asking.push(minor);
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
    assert_eq!(*asked.lock(), [4, 5, 5, 6]);
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
