//! An older and a newer producer on one topic in an SQLite file, and a consumer of a version between them.

use std::{fs, num::NonZeroUsize, path::Path, sync::mpsc, time::Duration};

use signalbook::{Consumed, Received, Shutdown, backend::Start, blocking, blocking::Bus, history_folder};
use signalbook_data::{encode, plain};
use signalbook_loop::versions::versions::OrderPlaced;
use signalbook_model::{Json, Schema};

const TYPE: &str = "com.example.versions.order.placed.v1";

/// The first accepted version.
const OLD: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../registries/versions/history/com.example.versions.order.placed.v1/0.avsc"
);
/// The current version.
const PRESENT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../registries/versions/history/com.example.versions.order.placed.v1/2.avsc"
);

/// Publishes an order with this version. All have the same key, so that they are consumed in order.
fn produce(bus: &Bus, minor: u32, schema: &str, order: &str) -> Vec<u8> {
    let schema = Schema::parse(schema).expect("a schema");
    let order = plain::read(&schema, &Json::parse(order).expect("JSON")).expect("an order");
    let datum = encode(&schema, &order).expect("an order");
    let metadata = bus.publisher("shop/web").metadata_of(TYPE, minor);
    bus.publish_raw("orders", &metadata, Some(b"A-17".to_vec()), datum.clone()).expect("the bus is open");
    datum
}

/// Consumes a topic until the order with the id `last`, and returns the ids. Newer versions are looked up in
/// the folder `versions`.
fn consume(bus: &Bus, topic: &str, last: &'static str, versions: Option<&Path>) -> (Vec<String>, Consumed) {
    let member = bus.consumer("billing").configure(|consumer| {
        let consumer = consumer.topic(topic).start(Start::Earliest);
        match versions {
            Some(folder) => consumer.versions(history_folder(folder).expect("the folder exists")),
            None => consumer,
        }
    });
    let ((seen, ids), shutdown) = (mpsc::channel(), Shutdown::new());
    let ended = shutdown.clone();
    let member = member.on(move |event: Received<OrderPlaced>| {
        if event.data.id == last {
            ended.begin();
        }
        seen.send(event.data.id)
    });
    let consumed = member.run(&shutdown).expect("the bus is open");
    (ids.try_iter().collect(), consumed)
}

#[test]
fn a_newer_version_is_dead_lettered_until_it_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let bus =
        blocking::connect(&format!("sqlite:{}", folder.path().join("bus.db").display())).expect("a bus");
    let old = fs::read_to_string(OLD).expect("the version was accepted");
    let present = fs::read_to_string(PRESENT).expect("the version was accepted");
    let newer =
        present.replacen(r#""fields": ["#, r#""fields": [{"name": "express", "type": "boolean"},"#, 1);
    produce(
        &bus,
        0,
        &old,
        r#"{"id": "old", "placed": 1, "channel": "POST", "lines": [], "note": "", "total": 7, "payer": "ada"}"#,
    );
    let unknown = produce(
        &bus,
        3,
        &newer,
        r#"{"express": true, "id": "new", "placed": 1, "channel": "WEB", "lines": [], "total": 7}"#,
    );
    produce(
        &bus,
        2,
        &present,
        r#"{"id": "present", "placed": 1, "channel": "WEB", "lines": [], "total": 7}"#,
    );

    let (ids, consumed) = consume(&bus, "orders", "present", None);
    assert_eq!(ids, ["old", "present"]);
    assert_eq!((consumed.processed, consumed.dead_lettered), (2, 1));

    // The message is unchanged, and the error names the version.
    let dead = bus.consumer_raw("look", &["orders-dlq"], Start::Earliest).expect("the bus is open");
    let mut kept =
        dead.receive(NonZeroUsize::MIN, Duration::from_secs(60)).expect("the bus is open").messages;
    let kept = kept.remove(0);
    dead.close().expect("the bus is open");
    assert_eq!(kept.message.payload, Some(unknown));
    let error = kept.message.headers.get("dlq_error").expect("it says why");
    let error = String::from_utf8_lossy(error);
    assert!(error.contains("minor version 3, and this program has 2"), "{error}");

    // A history folder in which the newer version has been accepted.
    let history = folder.path().join("history");
    fs::create_dir_all(history.join(TYPE)).expect("a folder");
    fs::write(history.join(TYPE).join("3.avsc"), newer).expect("a file");
    let (ids, consumed) = consume(&bus, "orders-dlq", "new", Some(&history));
    assert_eq!(ids, ["new"]);
    assert_eq!((consumed.processed, consumed.dead_lettered), (1, 0));
    bus.close().expect("the bus is open");
}
