//! Versions that share a fingerprint and are newer than the program.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use proptest::{collection::vec, prelude::*};
use signalbook_macros::Event;
use signalbook_model::Schema;
use signalbook_runtime::{Event as _, Framing, ReadError, ReadProblem, Reader, SchemaLookups};

/// Version 2. Its neighbours have the same data in another unit.
#[derive(Debug, PartialEq, Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.clock.set.v1", minor = 2)]
struct ClockSet {
    #[avro(logical = "timestamp-nanos")]
    at: i64,
    #[avro(default = 0)]
    zone: i32,
}

/// The unit of a newer version, in nanoseconds.
fn unit(minor: u32) -> (&'static str, i64) {
    if minor.is_multiple_of(2) { ("micros", 1000) } else { ("millis", 1_000_000) }
}

/// The schema of a newer version.
fn schema(minor: u32) -> String {
    let (unit, _) = unit(minor);
    r#"{"type": "record", "name": "CloudEvent", "namespace": "com.example.shop.clock.set.v1", "fields": [
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-UNIT"}}]}"#
        .replace("UNIT", unit)
}

/// A payload of the newer versions: the value 1 in their unit.
fn payload() -> Vec<u8> {
    let fingerprint = Schema::parse(&schema(5)).expect("a schema").fingerprint();
    [&[0xc3, 1], &fingerprint.to_le_bytes()[..], &[2]].concat()
}

fn single() -> SchemaLookups {
    SchemaLookups::new().framing(Framing::SingleObject)
}

/// Reads the payload as one of version `minor`, and returns the nanoseconds.
fn nanos(reader: &mut Reader<ClockSet>, minor: Option<u32>) -> Result<i64, ReadError> {
    reader.read_payload(minor, &payload()).map(|event| event.at)
}

proptest! {
    #[test]
    fn each_version_is_read_in_its_own_unit_in_any_order(
        minors in vec(3_u32..9, 1..9),
        by_number in any::<bool>(),
    ) {
        let newest = Arc::new(AtomicU32::new(0));
        let published = newest.clone();
        let lookups = if by_number {
            single().versions(|_, minor| Ok(Some(schema(minor))))
        } else {
            // A folder to which producers add versions.
            single().fingerprints(move |_, _| {
                Ok((3..=published.load(Ordering::Relaxed)).map(|minor| (minor, schema(minor))).collect())
            })
        };
        let mut reader = Reader::<ClockSet>::with(lookups);
        for minor in minors {
            newest.fetch_max(minor, Ordering::Relaxed);
            let read = nanos(&mut reader, Some(minor)).map_err(|error| error.to_string());
            prop_assert_eq!(read, Ok(unit(minor).1));
        }
    }
}

#[test]
fn a_newer_version_with_the_programs_own_fingerprint_is_looked_up() {
    let own = [&[0xc3, 1], &ClockSet::fingerprint().expect("a schema").to_le_bytes()[..], &[2, 0]].concat();
    let micros = signalbook_runtime::schema_of::<ClockSet>().expect("a schema").to_json();
    let micros = micros.replace("timestamp-nanos", "timestamp-micros");
    let mut reader =
        Reader::<ClockSet>::with(single().versions(move |_, minor| Ok((minor == 3).then(|| micros.clone()))));
    for _ in 0..2 {
        for (minor, at) in [(2, 1), (3, 1000)] {
            let event = reader.read_payload(Some(minor), &own).expect("the version is known");
            assert_eq!(event, ClockSet { at, zone: 0 });
        }
        let error = reader.read_payload(Some(3), &payload()).expect_err("version 3 has another fingerprint");
        assert!(matches!(*error.problem, ReadProblem::UnknownFingerprint { .. }), "{error}");
    }
    let error = reader.read_payload(None, &own).expect_err("it may be either");
    assert!(matches!(*error.problem, ReadProblem::Ambiguous { minors: [2, 3], .. }), "{error}");
}

#[test]
fn an_unknown_version_is_not_looked_up_for_each_message() {
    let requested = Arc::new(Mutex::new(Vec::new()));
    let log = requested.clone();
    let known = move |_: &str, minor| {
        log.lock().expect("the lock is not poisoned").push(minor);
        Ok((minor == 5).then(|| schema(5)))
    };
    let mut reader = Reader::<ClockSet>::with(single().versions(known));
    for minor in [5, 6, 6, 5, 6, 7, 7] {
        assert_eq!(nanos(&mut reader, Some(minor)).expect("only one has that fingerprint"), unit(5).1);
    }
    assert_eq!(*requested.lock().expect("the lock is not poisoned"), [5, 6, 7]);
}

#[test]
fn a_failed_look_up_is_retried() {
    let calls = AtomicU32::new(0);
    let known = move |_: &str, minor| match (minor, calls.fetch_add(1, Ordering::Relaxed)) {
        (6, 0..=2) => Err("the registry is temporarily unavailable".into()),
        _ => Ok(Some(schema(minor))),
    };
    let mut reader = Reader::<ClockSet>::with(single().versions(known));
    assert_eq!(nanos(&mut reader, Some(5)).expect("the version is found"), unit(5).1);
    for _ in 0..2 {
        let error = nanos(&mut reader, Some(6)).expect_err("it may have another unit than version 5");
        assert!(matches!(*error.problem, ReadProblem::Lookup(_)), "{error}");
    }
    assert_eq!(nanos(&mut reader, Some(6)).expect("the version is found now"), unit(6).1);
}
