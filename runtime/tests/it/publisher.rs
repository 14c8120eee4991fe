use signalbook_macros::Event;
use signalbook_runtime::{
    Bus, DEFAULT_MAX_BYTES, LibraryVersion, Metadata, ProducerConfig, PublishError, Publisher, Received,
    TopicConfig,
    backend::{ErrorKind, Fate, Position},
    blocking::block_on,
    encode_to_vec,
};

use crate::events::{Order, OrderCancelled, OrderPlaced, header, memory, on_topic, placed, publish};

const PLACED: &str = "com.example.shop.order.placed.v1";

#[test]
fn an_event_is_published_with_its_metadata_and_the_prefix() {
    let (bus, backend) = memory();
    let publisher = bus.clone().with_prefix("dev").publisher("shop/web");
    let sent = block_on(publisher.publish(&placed("a", 1))).expect("an open bus");
    let [delivery] = &on_topic(&backend, "dev-orders")[..] else { panic!("one message") };
    assert_eq!(sent.positions, std::slice::from_ref(&delivery.position));
    assert_eq!(delivery.message.key.as_deref(), Some(&b"\x02a"[..]));
    let metadata = sent.metadata;
    assert_eq!((&*metadata.event_type, metadata.minorversion, &*metadata.source), (PLACED, 1, "shop/web"));
    assert_eq!(&metadata.id[14..15], "1", "a UUID of version 1");
    assert_eq!(metadata.sourcelib, LibraryVersion::current());
    assert_eq!(header(&delivery.message, "ce_id"), metadata.id.to_string());
    assert_eq!(header(&delivery.message, "ce_time"), metadata.time.as_str());
    let names: Vec<_> = delivery.message.headers.iter().map(|(name, _)| name).collect();
    let kafka = [
        "ce_specversion",
        "content-type",
        "ce_datacontenttype",
        "ce_type",
        "ce_id",
        "ce_source",
        "ce_time",
        "ce_minorversion",
        "sourcehost",
        "sourcelib",
    ];
    assert_eq!(names, kafka);
}

#[test]
fn a_memory_bus_records_published_events() {
    let bus = Bus::memory();
    publish(&bus, &[placed("a", 1), placed("b", 2)]);
    block_on(bus.publisher("shop/web").publish(&OrderCancelled { customer: "ada".into() }))
        .expect("an open bus");
    assert_eq!(bus.published::<OrderPlaced>(), [placed("a", 1), placed("b", 2)]);
    let cancelled: Vec<Received<OrderCancelled>> = bus.published_with_metadata();
    assert_eq!((cancelled.len(), &*cancelled[0].metadata.source), (1, "shop/web"));
}

#[test]
fn a_configuration_enables_topics_and_names_keys() {
    let (bus, backend) = memory();
    let config = ProducerConfig::default()
        .topic(PLACED, "orders", TopicConfig::disabled())
        .topic(PLACED, "customers", TopicConfig::enabled().key("order.customer"))
        .topic(PLACED, "notes", TopicConfig::default().key("note"));
    let publisher = bus.publisher("shop/web").with_config(config);
    let sent = block_on(publisher.publish(&placed("a", 1))).expect("an open bus");
    let topic = |position: &Position| position.partition.topic.to_string();
    assert_eq!(sent.positions.iter().map(topic).collect::<Vec<_>>(), ["customers", "notes"]);
    let key = |topic| on_topic(&backend, topic)[0].message.key.clone();
    assert_eq!(key("customers").as_deref(), Some(&b"\x06ada"[..]));
    assert_eq!(key("notes"), None, "null on the path");
    let datum = encode_to_vec(&placed("a", 1)).expect("a valid event");
    for topic in ["customers", "notes"] {
        assert_eq!(on_topic(&backend, topic)[0].message.payload.as_ref(), Some(&datum), "{topic}");
    }

    let nowhere = ProducerConfig::default().topic(PLACED, "customers", TopicConfig::disabled()).topic(
        PLACED,
        "notes",
        TopicConfig::disabled(),
    );
    let sent = block_on(publisher.with_config(nowhere).publish(&placed("a", 1)))
        .expect("a disabled topic is not an error");
    assert_eq!(sent.positions, []);
}

/// The event type of [`OrderPlaced`], in a later form.
#[derive(Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.order.placed.v1", minor = 2, key = "id", topics = ["orders"])]
struct LaterOrderPlaced {
    id: String,
    note: Option<String>,
    region: String,
}

#[test]
fn two_rust_types_of_one_event_type_have_their_own_keys() {
    let (bus, backend) = memory();
    let config = ProducerConfig::default().topic(PLACED, "orders", TopicConfig::default().key("note"));
    let publisher = bus.publisher("shop/web").with_config(config);
    let event = OrderPlaced { note: Some("x".into()), ..placed("a", 1) };
    block_on(publisher.publish(&event)).expect("an open bus");
    let later = LaterOrderPlaced { id: "b".into(), note: Some("y".into()), region: "eu".into() };
    block_on(publisher.publish(&later)).expect("an open bus");
    let keys = on_topic(&backend, "orders").into_iter().map(|delivery| delivery.message.key.clone());
    assert_eq!(keys.collect::<Vec<_>>(), [Some(b"\x02x".to_vec()), Some(b"\x02y".to_vec())]);
}

#[test]
fn an_invalid_key_path_is_an_error() {
    let (bus, backend) = memory();
    for path in ["order", "order.lines", "order.nothing", "order.id.deeper", ""] {
        let config = ProducerConfig::default().topic(PLACED, "orders", TopicConfig::default().key(path));
        let publisher = bus.publisher("shop/web").with_config(config);
        let error = block_on(publisher.publish(&placed("a", 1))).expect_err(path);
        assert!(matches!(error, PublishError::KeyPath { .. }), "{error}");
    }
    assert_eq!(backend.published(), []);
}

#[test]
fn an_event_that_is_too_large_is_rejected_with_its_batch() {
    let (bus, backend) = memory();
    let large = OrderPlaced {
        note: Some("x".repeat(64 * 1024)),
        order: Order { lines: Vec::new(), id: "a".into(), customer: None },
    };
    let publisher = bus.publisher("shop/web");
    let error =
        block_on(publisher.publish_all(&[placed("a", 1), large.clone()])).expect_err("64 KiB and more");
    assert_eq!(
        error.to_string(),
        format!(
            "an event `com.example.shop.order.placed.v1` of {} bytes, with its headers and its key, exceeds \
             the limit of 65536 bytes: send less data, or a reference to it",
            publisher.clone().with_max_bytes(1 << 20).seal(&large).expect("larger").messages()[0]
                .message
                .size()
        )
    );
    assert_eq!(backend.published(), []);
    block_on(publisher.with_max_bytes(1 << 20).publish(&large)).expect("a megabyte is allowed");
}

#[test]
fn headers_and_extensions_count() {
    let (bus, backend) = memory();
    let publisher = bus.publisher("shop/web");
    let large = "x".repeat(DEFAULT_MAX_BYTES);
    let mut metadata = publisher.metadata::<OrderPlaced>();
    metadata.extensions.insert("large", large.clone()).expect("a valid name");
    let sealed = publisher.seal(&placed("a", 1)).expect("a small event");
    let read = bus.unseal(&sealed.to_bytes()).expect("it was sealed");
    for error in [
        sealed.with_header("large", &large).map(drop).expect_err("a header"),
        read.with_header("large", &large).map(drop).expect_err("a header of an event that was read"),
        publisher.seal_with(metadata.clone(), &placed("a", 1)).map(drop).expect_err("an extension"),
        block_on(bus.publish_raw("orders", &metadata, None, Vec::new())).map(drop).expect_err("raw"),
    ] {
        assert!(matches!(error, PublishError::TooLarge { size, .. } if size > DEFAULT_MAX_BYTES), "{error}");
    }
    assert_eq!(backend.published(), []);

    let size = |publisher: &Publisher, note: usize| {
        let event = OrderPlaced { note: Some("x".repeat(note)), ..placed("a", 1) };
        publisher.seal(&event).map(|sealed| sealed.messages()[0].message.size())
    };
    let largest = size(&publisher, 60_000).expect("less than 64 KiB");
    assert_eq!(size(&publisher.clone().with_max_bytes(largest), 60_000).expect("the limit"), largest);
    size(&publisher.with_max_bytes(largest - 1), 60_000).expect_err("a byte more than the limit");
}

#[test]
fn an_event_accepted_in_the_call_needs_no_poll() {
    let (bus, backend) = memory();
    let publisher = bus.publisher("shop/web");
    let (first, second) = (publisher.publish(&placed("a", 1)), publisher.publish(&placed("a", 2)));
    drop(first);
    block_on(second).expect("an open bus");
    assert_eq!(on_topic(&backend, "orders").len(), 2);
}

#[test]
fn a_closed_bus_is_an_error() {
    let (bus, _) = memory();
    block_on(bus.close()).expect("the first close");
    let error = block_on(bus.publisher("shop/web").publish(&placed("a", 1))).expect_err("a closed bus");
    let PublishError::Bus(error) = error else { panic!("{error}") };
    assert_eq!((error.error.kind, error.fates), (ErrorKind::Closed, vec![Fate::NotPublished]));
}

#[test]
fn a_sealed_event_takes_headers_beside_those_of_its_metadata() {
    let (bus, backend) = memory();
    let sealed = bus.publisher("shop/web").seal(&placed("a", 1)).expect("an event");
    for reserved in ["ce_id", "content-type", "sourcelib", "ce_tenant"] {
        let error = sealed.clone().with_header(reserved, "x").expect_err(reserved).to_string();
        assert!(error.contains(&format!("`{reserved}` belongs to the metadata")), "{error}");
    }
    let sealed = sealed.with_header("tenant", "acme").expect("a free name");
    let first = block_on(bus.send(sealed.clone())).expect("an open bus");
    let second = block_on(bus.send(sealed)).expect("an open bus");
    assert_eq!(first.metadata, second.metadata, "the id stays the same");
    for delivery in on_topic(&backend, "orders") {
        assert_eq!(header(&delivery.message, "tenant"), "acme");
        assert_eq!(header(&delivery.message, "ce_id"), &*first.metadata.id);
    }
}

#[test]
fn an_event_that_no_consumer_could_read_is_refused() {
    let (bus, backend) = memory();
    let publisher = bus.publisher("shop/web");
    let time = publisher.metadata::<OrderPlaced>().time;
    for (attribute, event_type, id) in [("id", PLACED, ""), ("type", "", "1")] {
        let metadata = Metadata::new(event_type, id, time.clone());
        let event = placed("a", 1);
        for error in [
            publisher.seal_with(metadata.clone(), &event).map(drop).expect_err("sealed"),
            block_on(publisher.publish_with(metadata.clone(), &event)).map(drop).expect_err("published"),
            publisher.batch().add_with(metadata.clone(), &event).map(drop).expect_err("in a batch"),
            block_on(bus.publish_raw("orders", &metadata, None, Vec::new())).map(drop).expect_err("raw"),
        ] {
            assert_eq!(error.kind(), ErrorKind::Refused);
            let begin = format!("the `{attribute}` of an event `");
            assert!(error.to_string().starts_with(&begin), "{error}");
        }
    }
    assert_eq!(backend.published(), []);
    let odd = Metadata::new(PLACED, " ", time);
    let sealed = publisher.seal_with(odd, &placed("a", 1)).expect("any text that is not empty");
    assert_eq!(bus.unseal(&sealed.to_bytes()).expect("it was sealed"), sealed);
}
