//! The look-ups of a consumer.

use std::{
    future::{Future as _, poll_fn, ready},
    pin::pin,
    sync::{Arc, mpsc},
    task::{Context, Poll, Waker},
    time::{Duration, Instant, SystemTime},
};

use signalbook_macros::Event;
use signalbook_runtime::{
    Bus, Consumer, EventType as _, ManualClock, Measurement, MemoryBackend, Metric, Received, RecordSchemas,
    StoredSchema,
    backend::{ErrorKind, SchemaStore as _, Start},
    blocking::block_on,
    encode_to_vec,
    envelope::header::MINOR_VERSION,
    model::Schema,
    schema_of,
    testing::{Call, Fault, FaultyBackend, FramingBackend},
};

use crate::events::{OrderPlaced, Seen, at_poll, counts, header as text, memory, on_topic, placed, publish};

/// Publishes an event with each of these minor versions, without its schema.
fn publish_minors(bus: &Bus, minors: &[u32]) {
    let publisher = bus.publisher("shop/web");
    let datum = encode_to_vec(&placed("a", 1)).expect("the event can be encoded");
    for minor in minors {
        let metadata = publisher.metadata_of(OrderPlaced::TYPE, *minor);
        block_on(bus.publish_raw("orders", &metadata, None, datum.clone())).expect("an open bus");
    }
}

/// A consumer that records the minor versions that it receives.
fn consumer(bus: &Bus) -> (Consumer, Seen<u32>) {
    let received = Seen::new();
    let receiving = received.clone();
    let consumer = bus.consumer("billing").start(Start::Earliest).on(move |event: Received<OrderPlaced>| {
        receiving.push(event.metadata.minorversion);
        ready(())
    });
    (consumer, received)
}

fn schema() -> String {
    schema_of::<OrderPlaced>().expect("the event has a schema").to_json()
}

/// The event of a newer producer.
#[derive(Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.order.cancelled.v1", minor = 1, key = "customer", topics = ["orders"])]
struct OrderCancelled {
    #[avro(default = "")]
    reason: String,
    customer: String,
}

fn cancelled() -> OrderCancelled {
    OrderCancelled { reason: "late".into(), customer: "ada".into() }
}

/// Runs a consumer that knows version 0 of [`OrderCancelled`]. Returns the customers, and its counts.
fn consume_cancelled(bus: &Bus, configure: impl FnOnce(Consumer) -> Consumer) -> (Vec<String>, [u64; 3]) {
    let seen = Seen::new();
    let log = seen.clone();
    let billing = bus.consumer("billing").start(Start::Earliest).on(
        move |event: Received<crate::events::OrderCancelled>| {
            log.push(event.data.customer);
            ready(())
        },
    );
    let consumed = block_on(configure(billing).run_until_idle()).expect("an open bus");
    let seen = seen.lock().clone();
    (seen, counts(&consumed))
}

#[test]
fn an_outage_of_a_source_is_waited_for_and_an_unknown_version_is_dead_lettered() {
    let (bus, backend) = memory();
    publish_minors(&bus, &[4, 5, 1, 5]);
    let (billing, received) = consumer(&bus);
    let requested = Seen::new();
    let (requests, schema) = (requested.clone(), schema());
    let run = billing.versions(move |_, minor| {
        requests.push(minor);
        let attempt = requests.lock().iter().filter(|requested| **requested == minor).count();
        match minor {
            4 if attempt < 4 => Err("the registry is temporarily unavailable".into()),
            4 => Ok(Some(schema.clone())),
            _ => Ok(None),
        }
    });
    let consumed = block_on(run.run_until_idle()).expect("an open bus");
    assert_eq!(counts(&consumed), [2, 0, 2], "an outage does not count as a failure");
    let mut requested = requested.lock().clone();
    requested.sort_unstable();
    assert_eq!(requested, [4, 4, 4, 4, 5], "one look-up at a time, and none again for what no source has");
    let dead: Vec<[String; 2]> = on_topic(&backend, "orders-dlq")
        .iter()
        .map(|delivery| [MINOR_VERSION, "dlq_reason"].map(|name| text(&delivery.message, name).to_owned()))
        .collect();
    assert_eq!(dead, [["5", "unknown_minor"], ["5", "unknown_minor"]]);
    let mut received = received.lock().clone();
    received.sort_unstable();
    assert_eq!(received, [1, 4]);
}

#[test]
fn a_look_up_that_blocks_does_not_block_other_events() {
    let (bus, _) = memory();
    let publisher = bus.publisher("shop/web").with_record_schemas(RecordSchemas::Off);
    let mut newer = publisher.metadata::<OrderPlaced>();
    newer.minorversion = 4;
    block_on(publisher.publish_with(newer, &placed("a", 1))).expect("an open bus");
    block_on(publisher.publish_all(&[placed("a", 2), placed("b", 3)])).expect("an open bus");

    // The look-up ends when the event of another key is processed.
    let (done, wait) = mpsc::channel();
    let wait = std::sync::Mutex::new(wait);
    let schema = schema();
    let seen = Seen::new();
    let log = seen.clone();
    let billing = bus
        .consumer("billing")
        .start(Start::Earliest)
        .versions(move |_, _| {
            wait.lock().expect("not poisoned").recv_timeout(Duration::from_secs(60))?;
            Ok(Some(schema.clone()))
        })
        .on(move |event: Received<OrderPlaced>| {
            let number = event.data.order.lines[0];
            log.push(number);
            if number == 3 {
                done.send(()).expect("the look-up waits");
            }
            ready(())
        });
    let consumed = block_on(billing.run_until_idle()).expect("an open bus");
    assert_eq!(counts(&consumed), [3, 0, 0]);
    assert_eq!(*seen.lock(), [3, 1, 2], "the events of the key wait in order");
}

#[test]
fn a_newer_version_is_read_from_the_log() {
    let (bus, _) = memory();
    block_on(bus.publisher("shop/web").publish(&cancelled())).expect("an open bus");
    assert_eq!(consume_cancelled(&bus, |consumer| consumer), (vec!["ada".to_owned()], [1, 0, 0]));
}

#[test]
fn a_consumer_may_not_read_the_log() {
    let (bus, _) = memory();
    block_on(bus.publisher("shop/web").publish(&cancelled())).expect("an open bus");
    assert_eq!(consume_cancelled(&bus, |consumer| consumer.schema_store(false)), (vec![], [0, 0, 1]));
}

#[test]
fn the_log_is_the_last_source() {
    let (bus, _) = memory();
    block_on(bus.publisher("shop/web").publish(&cancelled())).expect("an open bus");
    // A source of the program says that the first field is the customer.
    let swapped = r#"{"type": "record", "name": "CloudEvent", "namespace": "com.example.shop.order.cancelled.v1",
        "fields": [{"name": "customer", "type": "string"}, {"name": "reason", "type": "string"}]}"#;
    let read = consume_cancelled(&bus, |consumer| consumer.versions(|_, _| Ok(Some(swapped.to_owned()))));
    assert_eq!(read, (vec!["late".to_owned()], [1, 0, 0]));
    // One that does not know the version does not hide the log.
    block_on(bus.publisher("shop/web").publish(&cancelled())).expect("an open bus");
    let read = consume_cancelled(&bus, |consumer| consumer.versions(|_, _| Ok(None)));
    assert_eq!(read, (vec!["ada".to_owned()], [1, 0, 0]));
}

#[test]
fn an_outage_of_the_schema_store_is_waited_for() {
    let backend = FaultyBackend::new(MemoryBackend::new(), |call, n| match (call, n) {
        (Call::GetSchema, 0..4) => Fault::Error(ErrorKind::Unavailable),
        _ => Fault::None,
    });
    let bus = Bus::new(Arc::new(backend.clone()));
    block_on(bus.publisher("shop/web").publish(&cancelled())).expect("an open bus");
    assert_eq!(consume_cancelled(&bus, |consumer| consumer), (vec!["ada".to_owned()], [1, 0, 0]));
    assert!(backend.calls(Call::GetSchema) >= 5);
}

#[test]
fn a_damaged_schema_in_the_log_is_no_schema() {
    let (bus, backend) = memory();
    let store = |name: &str, value: &[u8]| {
        block_on(backend.put_if_absent("", name, value.to_vec())).expect("an open bus")
    };
    store("com.example.shop.order.cancelled.v1/1", b"{}");
    let publisher = bus.publisher("shop/web");
    let error = block_on(publisher.publish(&cancelled())).expect_err("the store has another value");
    assert!(error.to_string().contains("has an invalid schema for version 1"), "{error}");
    let publisher = publisher.with_record_schemas(RecordSchemas::Off);
    block_on(publisher.publish(&cancelled())).expect("an open bus");
    assert_eq!(consume_cancelled(&bus, |consumer| consumer), (vec![], [0, 0, 1]));
}

#[test]
fn a_consumer_takes_framing_and_ids_from_the_bus() {
    let log = MemoryBackend::new();
    let backend = FaultyBackend::new(FramingBackend::new(log.clone()), |call, n| match (call, n) {
        (Call::SchemaOfId, 0..3) => Fault::Error(ErrorKind::Unavailable),
        _ => Fault::None,
    });
    let bus = Bus::new(Arc::new(backend.clone()));
    for _ in 0..5 {
        block_on(bus.publisher("shop/web").publish(&cancelled())).expect("an open bus");
    }
    assert_eq!(log.published()[0].message.payload.as_ref().expect("a payload")[..5], [0, 0, 0, 0, 1]);
    let (read, counts) = consume_cancelled(&bus, |consumer| consumer);
    assert_eq!((read, counts), (vec!["ada".to_owned(); 5], [5, 0, 0]));
    assert_eq!(backend.calls(Call::SchemaOfId), 4, "one look-up at a time, and no more once it is answered");
}

#[test]
fn any_number_of_versions_can_be_read() {
    let (bus, backend) = memory();
    let minors: Vec<u32> = (2..202).collect();
    let schema = Schema::parse(&schema()).expect("a schema");
    for minor in &minors {
        let stored = StoredSchema::new(OrderPlaced::TYPE, *minor, &schema);
        let contract = bus.contract(stored).expect("the bus has a schema store");
        let value = contract.value().to_vec();
        block_on(backend.put_if_absent("", contract.name(), value)).expect("an open bus");
    }
    publish_minors(&bus, &minors);
    publish_minors(&bus, &minors);
    let (billing, received) = consumer(&bus);
    let consumed = block_on(billing.run_until_idle()).expect("an open bus");
    assert_eq!(counts(&consumed), [400, 0, 0]);
    assert_eq!(received.lock().len(), 400);
}

#[test]
fn a_stopping_consumer_does_not_wait_for_look_ups() {
    for polls in 0..8 {
        let log = MemoryBackend::with_clock(Arc::new(ManualClock::new(SystemTime::UNIX_EPOCH)));
        let backend = FaultyBackend::new(log, |call, _| match call {
            Call::GetSchema => Fault::Error(ErrorKind::Unavailable),
            _ => Fault::None,
        });
        let bus = Bus::new(Arc::new(backend));
        block_on(bus.publisher("shop/web").publish(&cancelled())).expect("an open bus");
        let consumer = bus
            .consumer("billing")
            .start(Start::Earliest)
            .on(|_: Received<crate::events::OrderCancelled>| ready(()));
        // The consumer is polled with a clock that does not advance: a time-out would never end.
        let mut left = polls;
        let shutdown = poll_fn(move |context| {
            left = i32::max(left - 1, 0);
            context.waker().wake_by_ref();
            if left == 0 { Poll::Ready(()) } else { Poll::Pending }
        });
        let mut run = pin!(consumer.run(shutdown));
        let mut context = Context::from_waker(Waker::noop());
        let ended = (0..100).any(|_| run.as_mut().poll(&mut context).is_ready());
        assert!(ended, "stopped at poll {polls}");
    }
}

#[test]
fn other_events_go_on_while_a_source_is_away() {
    let (bus, _) = memory();
    let publisher = bus.publisher("shop/web").with_record_schemas(RecordSchemas::Off);
    for number in 0..60 {
        let mut newer = publisher.metadata::<OrderPlaced>();
        newer.minorversion = 4;
        block_on(publisher.publish_with(newer, &placed(&format!("new-{number}"), 0))).expect("an open bus");
    }
    let old: Vec<_> = (0..200).map(|number| placed(&format!("old-{number}"), 1)).collect();
    publish(&bus, &old);
    let (billing, received) = consumer(&bus);
    let (log, begin) = (received.clone(), Instant::now());
    // It gives up after a while, so that a failure does not hang.
    let end = at_poll(move || log.len() == 200 || begin.elapsed() > Duration::from_secs(10));
    let consumed = block_on(billing.versions(|_, _| Err("away".into())).run(end)).expect("an open bus");
    assert_eq!((received.len(), counts(&consumed)), (200, [200, 0, 0]));
}

/// What the log has as version 0 of another event type.
#[derive(Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.order.cancelled.v1", topics = ["orders"])]
struct AlsoCancelled {
    reason: String,
}

#[test]
fn a_difference_is_said_although_the_store_was_away() {
    let log = MemoryBackend::new();
    let cancelled = AlsoCancelled { reason: "late".into() };
    block_on(Bus::new(Arc::new(log.clone())).publisher("shop/web").publish(&cancelled)).expect("an open bus");
    let faulty = FaultyBackend::new(log, |call, number| match (call, number) {
        (Call::GetSchema, 0..2) => Fault::Error(ErrorKind::Unavailable),
        _ => Fault::None,
    });
    let differences = Seen::new();
    let observed = differences.clone();
    let bus = Bus::new(Arc::new(faulty)).with_observer(move |measured: &Measurement<'_>| {
        if measured.metric == Metric::SchemaDifferences {
            observed.push(measured.event_type.map(str::to_owned));
        }
    });
    let (seen, begin) = (differences.clone(), Instant::now());
    let end = at_poll(move || seen.len() > 0 || begin.elapsed() > Duration::from_secs(10));
    let consumer = bus.consumer("billing").on(|_: Received<crate::events::OrderCancelled>| ready(()));
    block_on(consumer.run(end)).expect("an open bus");
    assert_eq!(*differences.lock(), [Some("com.example.shop.order.cancelled.v1".to_owned())]);
}
