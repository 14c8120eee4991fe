//! The look-ups of a consumer.

use std::{future::ready, time::Duration};

use signalbook_runtime::{
    EventType as _, Received, Retry, backend::Start, blocking::block_on, encode_to_vec,
    envelope::header::MINOR_VERSION, schema_of,
};

use crate::events::{OrderPlaced, Seen, counts, header as text, memory, on_topic, placed, until};

#[test]
fn a_failed_look_up_is_retried_and_an_unknown_version_is_not() {
    let (bus, backend) = memory();
    let publisher = bus.publisher("shop/web");
    let datum = encode_to_vec(&placed("a", 1)).expect("the event can be encoded");
    for minor in [4, 5, 6] {
        let metadata = publisher.metadata_of(OrderPlaced::TYPE, minor);
        block_on(bus.publish_raw("orders", &metadata, None, datum.clone())).expect("an open bus");
    }
    let schema = schema_of::<OrderPlaced>().expect("the event has a schema").to_json();
    let (asked, received) = (Seen::new(), Seen::new());
    let (asking, receiving) = (asked.clone(), received.clone());
    let log = backend.clone();
    let run = bus
        .consumer("billing")
        .start(Start::Earliest)
        .retry(Retry::new(3, Duration::from_millis(1), Duration::from_millis(2)))
        .versions(move |_, minor| {
            let is_first = !asking.lock().contains(&minor);
            asking.push(minor);
            match (minor, is_first) {
                (4, true) | (5, _) => Err("the registry is temporarily unavailable".into()),
                (4, false) => Ok(Some(schema.clone())),
                _ => Ok(None),
            }
        })
        .on(move |event: Received<OrderPlaced>| {
            receiving.push(event.metadata.minorversion);
            ready(())
        })
        .run(until(move || received.len() == 1 && on_topic(&log, "orders-dlq").len() == 2));
    let consumed = block_on(run).expect("an open bus");
    assert_eq!(counts(&consumed), [1, 0, 2]);
    let mut asked = asked.lock().clone();
    asked.sort_unstable();
    assert_eq!(asked, [4, 4, 5, 5, 5, 6]);
    let mut buried: Vec<[String; 2]> = on_topic(&backend, "orders-dlq")
        .iter()
        .map(|delivery| [MINOR_VERSION, "dlq_attempts"].map(|name| text(&delivery.message, name).to_owned()))
        .collect();
    buried.sort_unstable();
    assert_eq!(buried, [["5", "3"], ["6", "1"]]);
}
