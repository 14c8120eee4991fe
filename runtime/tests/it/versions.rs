//! Events of older and newer producers.

use std::{future::ready, sync::Arc};

use signalbook_macros::{Enum, Event};
use signalbook_runtime::{
    Accepted, Bus, Framing, History, ReadProblem, Reader, Received, SchemaLookups,
    backend::{Message, Outgoing, Start},
    blocking::block_on,
    envelope::header,
};

use crate::events::{Seen, counts, header as text, memory, on_topic, until};

const TYPE: &str = "com.example.shop.parcel.sent.v1";

/// An older version: with a removed field, an old field name, a narrower number, a coarser time, and other
/// symbols.
const OLD: &str = r#"{"type": "record", "name": "CloudEvent", "namespace": "com.example.shop.parcel.sent.v1", "fields": [
    {"name": "remark", "type": "string"},
    {"name": "sent", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    {"name": "grams", "type": "int"},
    {"name": "parcel", "type": "string"},
    {"name": "carrier", "type": {"type": "enum", "name": "Carrier", "symbols": ["SHIP", "POST", "MULE"]}},
    {"name": "class", "type": {"type": "enum", "name": "Class", "symbols": ["HEAVY", "LIGHT"]}},
    {"name": "depot", "type": {"type": "enum", "name": "Depot", "symbols": ["NORTH", "SOUTH"]}}]}"#;

/// A version with the same wire form as [`FINE`], and another meaning.
const COARSE: &str = r#"{"type": "record", "name": "CloudEvent", "namespace": "com.example.shop.parcel.sent.v1", "fields": [
    {"name": "sent", "type": {"type": "long", "logicalType": "timestamp-nanos"}}]}"#;

const FINE: &str = r#"{"type": "record", "name": "CloudEvent", "namespace": "com.example.shop.parcel.sent.v1", "fields": [
    {"name": "sent", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}"#;

static HISTORY: History = History::new(&[(
    TYPE,
    &[
        Accepted { minor: 0, fingerprint: 10, schema: OLD },
        Accepted { minor: 1, fingerprint: 11, schema: COARSE },
        Accepted { minor: 2, fingerprint: 11, schema: FINE },
    ],
)]);

#[derive(Clone, Debug, PartialEq, Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.parcel.sent.v1", minor = 3, topics = ["parcels"], history = HISTORY)]
struct ParcelSent {
    #[avro(aliases = ["parcel"])]
    id: String,
    #[avro(logical = "timestamp-micros")]
    sent: i64,
    grams: f64,
    carrier: Carrier,
    class: Class,
    depot: Depot,
    #[avro(default = 1)]
    parts: i32,
}

/// An open enum: keeps unknown symbols.
#[derive(Clone, Debug, PartialEq, Enum)]
#[avro(crate = signalbook_runtime)]
enum Carrier {
    Post,
    #[avro(open)]
    Unknown(Box<str>),
}

/// An enum with a fallback for unknown symbols.
#[derive(Clone, Debug, PartialEq, Enum)]
#[avro(crate = signalbook_runtime)]
#[enumeration(fallback = "LIGHT")]
enum Class {
    Express,
    Light,
}

/// An open enum that keeps unknown symbols, and writes the fallback for them.
#[derive(Clone, Debug, PartialEq, Enum)]
#[avro(crate = signalbook_runtime)]
#[enumeration(fallback = "OTHER")]
enum Depot {
    Other,
    #[avro(open)]
    Unknown(Box<str>),
}

/// An event of version 0: remark `?`, 1 ms, 5 g, parcel `A`, the carrier with this index, class `HEAVY`,
/// depot `SOUTH`.
fn old(carrier: u8) -> Vec<u8> {
    vec![2, b'?', 2, 10, 2, b'A', carrier << 1, 0, 2]
}

fn sent(carrier: Carrier) -> ParcelSent {
    let depot = Depot::Unknown("SOUTH".into());
    ParcelSent { id: "A".into(), sent: 1000, grams: 5.0, carrier, class: Class::Light, depot, parts: 1 }
}

#[test]
fn an_older_version_is_read() {
    let mut reader = Reader::<ParcelSent>::new();
    assert_eq!(reader.read(0, &old(1)).expect("the version is known"), sent(Carrier::Post));
    assert_eq!(reader.read(0, &old(2)).expect("the version is known"), sent(Carrier::Unknown("MULE".into())));
    assert_eq!(reader.read(0, &old(0)).expect("the version is known"), sent(Carrier::Unknown("SHIP".into())));
    let own = signalbook_runtime::encode_to_vec(&sent(Carrier::Post)).expect("the event can be encoded");
    let own = reader.read(3, &own).expect("the version is the program's own");
    assert_eq!(own, ParcelSent { depot: Depot::Other, ..sent(Carrier::Post) }, "the fallback was written");
}

#[test]
fn hostile_data_of_an_older_version_are_errors() {
    let mut reader = Reader::<ParcelSent>::new();
    for length in 0..old(1).len() {
        reader.read(0, &old(1)[..length]).expect_err("the datum is truncated");
    }
    let error = reader.read(0, &old(3)).expect_err("no version has a fourth carrier");
    assert!(matches!(*error.problem, ReadProblem::Unresolved(_)), "{error}");
    let mut far = vec![0];
    far.extend([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]);
    far.extend(&old(1)[3..]);
    let error = reader.read(0, &far).expect_err("in microseconds the value does not fit a long");
    assert!(matches!(*error.problem, ReadProblem::Unresolved(_)), "{error}");
}

#[test]
fn a_version_with_another_meaning_is_rejected() {
    let error =
        Reader::<ParcelSent>::new().read(1, &[2]).expect_err("nanoseconds cannot be read as microseconds");
    let message = error.to_string();
    assert!(message.contains("minor version 1, and this program has 3"), "{message}");
}

#[test]
fn a_fingerprint_names_a_version_unless_two_differ_in_meaning() {
    let single = |fingerprint: u64| {
        let mut bytes = vec![0xc3, 1];
        bytes.extend(fingerprint.to_le_bytes());
        bytes.extend(old(1));
        bytes
    };
    let mut reader = Reader::<ParcelSent>::with(SchemaLookups::new().framing(Framing::SingleObject));
    assert_eq!(
        reader.read_payload(None, &single(10)).expect("the fingerprint is known"),
        sent(Carrier::Post)
    );
    let error = reader.read_payload(None, &single(11)).expect_err("two versions have this fingerprint");
    assert!(matches!(*error.problem, ReadProblem::Ambiguous { minors: [1, 2], .. }), "{error}");
    let error = reader.read_payload(None, &single(12)).expect_err("no version has this fingerprint");
    assert!(
        error.to_string().contains("no known version has the schema fingerprint 000000000000000c"),
        "{error}"
    );
}

const MILLIS: &str = r#"{"type": "record", "name": "CloudEvent", "namespace": "com.example.shop.gate.opened.v1", "fields": [
    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}"#;

static GATES: History = History::new(&[(
    "com.example.shop.gate.opened.v1",
    &[Accepted { minor: 0, fingerprint: 0x707f_7dd8_2fe1_264f, schema: MILLIS }],
)]);

#[derive(Debug, PartialEq, Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.gate.opened.v1", minor = 1, history = GATES)]
struct GateOpened {
    #[avro(logical = "timestamp-micros")]
    at: i64,
}

#[test]
fn the_envelope_selects_among_versions_with_the_same_fingerprint() {
    let fingerprint = signalbook_model::Schema::parse(MILLIS).expect("a schema").fingerprint();
    assert_eq!(GATES.versions("com.example.shop.gate.opened.v1")[0].fingerprint, fingerprint);
    let payload = [&[0xc3, 1], &fingerprint.to_le_bytes()[..], &[10]].concat();
    let mut reader = Reader::<GateOpened>::with(SchemaLookups::new().framing(Framing::SingleObject));
    for _ in 0..2 {
        assert_eq!(reader.read_payload(Some(0), &payload).expect("milliseconds"), GateOpened { at: 5000 });
        assert_eq!(reader.read_payload(Some(1), &payload).expect("microseconds"), GateOpened { at: 5 });
        for minor in [None, Some(2)] {
            let error = reader.read_payload(minor, &payload).expect_err("it may be either");
            assert!(matches!(*error.problem, ReadProblem::Ambiguous { minors: [0, 1], .. }), "{error}");
        }
    }
}

/// A payload in Confluent's framing.
fn registered(id: u32, datum: &[u8]) -> Vec<u8> {
    [&[0], &id.to_be_bytes()[..], datum].concat()
}

#[test]
fn the_schema_named_by_the_payload_takes_precedence() {
    let own = signalbook_runtime::encode_to_vec(&sent(Carrier::Post)).expect("the event can be encoded");
    let known = |id| match id {
        7 => Ok(Some(OLD.to_owned())),
        8 => Err("the registry is unavailable".into()),
        _ => Ok(None),
    };
    let mut reader =
        Reader::<ParcelSent>::with(SchemaLookups::new().framing(Framing::Confluent).schemas(known));
    for minor in [None, Some(0), Some(3), Some(9)] {
        let event = reader.read_payload(minor, &registered(7, &old(1)));
        assert_eq!(event.expect("the id is known"), sent(Carrier::Post), "{minor:?}");
        let error = reader.read_payload(minor, &registered(70_000, &old(1)));
        let error = error.expect_err("the id is not known");
        assert!(matches!(*error.problem, ReadProblem::UnknownSchema { id: 70_000 }), "{error}");
        let error = reader.read_payload(minor, &registered(8, &old(1)));
        let error = error.expect_err("the look-up failed");
        assert!(error.to_string().contains("the registry is unavailable"), "{error}");
    }
    // Without a look-up of ids, the envelope names the version. An id alone does not imply the program's own.
    let mut reader = Reader::<ParcelSent>::with(SchemaLookups::new().framing(Framing::Confluent));
    let event = reader.read_payload(Some(0), &registered(7, &old(1)));
    assert_eq!(event.expect("the version is known"), sent(Carrier::Post));
    let event = reader.read_payload(Some(3), &registered(7, &own));
    assert_eq!(event.expect("the version is the program's own").parts, 1);
    let error = reader.read_payload(None, &registered(7, &own)).expect_err("it may be any version");
    assert!(matches!(*error.problem, ReadProblem::UnknownSchema { id: 7 }), "{error}");
    for payload in [&[][..], &[0, 0, 0, 7], &[1, 0, 0, 0, 7], &own] {
        let error = reader.read_payload(Some(3), payload).expect_err("the payload has another framing");
        assert!(error.to_string().contains("expected the byte 00 and a schema id"), "{error}");
    }
}

#[test]
fn a_newer_fingerprint_is_looked_up_by_the_version_of_the_envelope() {
    let fingerprint = signalbook_model::Schema::parse(OLD).expect("a schema").fingerprint();
    let payload = [&[0xc3, 1], &fingerprint.to_le_bytes()[..], &old(1)].concat();
    let single = SchemaLookups::new().framing(Framing::SingleObject);
    let mut reader = Reader::<ParcelSent>::with(single.clone());
    let error = reader.read_payload(Some(4), &payload).expect_err("the version is unknown");
    assert!(matches!(*error.problem, ReadProblem::UnknownVersion), "{error}");
    let looked_up = single.versions(|_, minor| Ok(Some(if minor == 4 { OLD } else { FINE }.to_owned())));
    let mut reader = Reader::<ParcelSent>::with(looked_up);
    let error = reader.read_payload(Some(5), &payload).expect_err("version 5 has another fingerprint");
    assert!(matches!(*error.problem, ReadProblem::UnknownFingerprint { .. }), "{error}");
    let event = reader.read_payload(Some(4), &payload).expect("version 4 has this fingerprint");
    assert_eq!(event, sent(Carrier::Post));
}

#[test]
fn a_newer_fingerprint_is_looked_up_without_a_version() {
    let fingerprint = |schema| signalbook_model::Schema::parse(schema).expect("a schema").fingerprint();
    let framed = |fingerprint: u64| [&[0xc3, 1], &fingerprint.to_le_bytes()[..], &old(1)].concat();
    let known = |versions: &'static [(u32, &str)]| {
        let found = move |_: &str, _: u64| {
            Ok(versions.iter().map(|(minor, schema)| (*minor, (*schema).to_owned())).collect())
        };
        Reader::<ParcelSent>::with(SchemaLookups::new().framing(Framing::SingleObject).fingerprints(found))
    };
    let payload = framed(fingerprint(OLD));
    for minor in [None, Some(3), Some(7)] {
        // Versions with another fingerprint are ignored.
        let mut reader = known(&[(6, FINE), (5, OLD), (4, OLD)]);
        assert_eq!(reader.read_payload(minor, &payload).expect("the version is found"), sent(Carrier::Post));
        // So are versions that the program has: its own version 3, and version 2 of its history.
        let error = known(&[(3, OLD), (2, OLD)])
            .read_payload(None, &payload)
            .expect_err("the versions are the program's own");
        assert!(matches!(*error.problem, ReadProblem::UnknownFingerprint { .. }), "{error}");
    }
    let error = known(&[]).read_payload(None, &payload).expect_err("the fingerprint is unknown");
    assert!(matches!(*error.problem, ReadProblem::UnknownFingerprint { .. }), "{error}");
    let error = known(&[]).read_payload(Some(4), &payload).expect_err("the version is unknown");
    assert!(matches!(*error.problem, ReadProblem::UnknownVersion), "{error}");
    let payload = framed(fingerprint(FINE));
    let error = known(&[(4, FINE), (5, COARSE)])
        .read_payload(None, &payload)
        .expect_err("two versions have this fingerprint");
    assert!(matches!(*error.problem, ReadProblem::Ambiguous { minors: [4, 5], .. }), "{error}");
}

/// Publishes `datum` as one of version `minor`.
fn publish(bus: &Bus, minor: u32, datum: Vec<u8>) {
    let publisher = bus.publisher("shop/depot");
    block_on(bus.publish_raw("parcels", &publisher.metadata_of(TYPE, minor), None, datum))
        .expect("an open bus");
}

#[test]
fn a_consumer_reads_old_and_new_versions_and_dead_letters_unknown_ones() {
    let (bus, backend) = memory();
    publish(&bus, 0, old(2));
    publish(&bus, 4, old(1));
    publish(&bus, 5, old(1));
    block_on(bus.publisher("shop/depot").publish(&sent(Carrier::Post))).expect("an open bus");
    let seen = Seen::new();
    let log = seen.clone();
    let run = bus
        .consumer("billing")
        .start(Start::Earliest)
        // Newer versions: version 4 has the schema of version 0, and version 5 is unknown.
        .versions(|event_type, minor| Ok((event_type == TYPE && minor == 4).then(|| OLD.to_owned())))
        .on(move |event: Received<ParcelSent>| {
            log.push(event.metadata.minorversion);
            ready(())
        })
        .run_until_idle();
    let consumed = block_on(run).expect("an open bus");
    assert_eq!((counts(&consumed), seen.len()), ([3, 0, 1], 3));
    let buried = on_topic(&backend, "parcels-dlq").remove(0).message;
    assert_eq!(text(&buried, "dlq_reason"), "unknown_minor");
    assert_eq!(text(&buried, header::MINOR_VERSION), "5");
    assert_eq!(buried.payload, Some(old(1)), "the payload is unchanged");
}

#[test]
fn a_message_without_a_version_is_read_with_the_programs_own() {
    let (bus, backend) = memory();
    let datum = signalbook_runtime::encode_to_vec(&sent(Carrier::Post)).expect("the event can be encoded");
    let headers = [(header::TYPE, TYPE), (header::ID, "3f2b8a52-6d40-11f0-8de9-0242ac120002")];
    let headers = headers.into_iter().collect();
    let message = Message { headers, payload: Some(datum), ..Message::default() };
    let topic = Arc::from("parcels");
    block_on(bus.backend().publish(vec![Outgoing::new(topic, message)])).expect("an open bus");
    let seen = Seen::new();
    let (log, all) = (seen.clone(), seen.clone());
    let run = bus.consumer("billing").start(Start::Earliest).on(move |event: Received<ParcelSent>| {
        log.push(event.data.parts);
        ready(())
    });
    let consumed = block_on(run.run(until(move || all.len() == 1))).expect("an open bus");
    assert_eq!(consumed.processed, 1, "{:?}", on_topic(&backend, "parcels-dlq"));
}

#[test]
fn a_consumer_looks_up_framed_schemas_and_dead_letters_unknown_ones() {
    let (bus, backend) = memory();
    publish(&bus, 3, registered(7, &old(1)));
    publish(&bus, 3, registered(9, &old(1)));
    let seen = Seen::new();
    let log = seen.clone();
    let run = bus
        .consumer("billing")
        .start(Start::Earliest)
        .framing(Framing::Confluent)
        .schemas(|id| Ok((id == 7).then(|| OLD.to_owned())))
        .on(move |event: Received<ParcelSent>| {
            log.push(event.data);
            ready(())
        })
        .run_until_idle();
    let consumed = block_on(run).expect("an open bus");
    assert_eq!((counts(&consumed), seen.len()), ([1, 0, 1], 1));
    let buried = on_topic(&backend, "parcels-dlq").remove(0).message;
    assert_eq!(text(&buried, "dlq_reason"), "unknown_schema");
    assert_eq!(buried.payload, Some(registered(9, &old(1))), "the payload is unchanged");
}
