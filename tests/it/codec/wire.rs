use std::collections::BTreeMap;

use jiff::civil::{date, time};
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use signalbook::{
    DateTime, Duration, EncodeAs, EncodeError, Event, Key, Record, decode, encode_to_vec, registry_of,
    schema_of, wire,
};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Event)]
#[event(type = "com.example.shop.clock.read.v1", key = "id")]
struct ClockRead {
    #[avro(as = "wire::UuidFixed")]
    id: Uuid,
    #[avro(as = "Option<Box<wire::UuidString>>")]
    text: Option<Box<Uuid>>,
    logical: Uuid,
    #[avro(as = "wire::UuidFixed")]
    bytes: [u8; 16],
    date: civil::Date,
    #[avro(as = "wire::TimeMillis")]
    time_millis: civil::Time,
    #[avro(as = "wire::TimeMicros")]
    time_micros: civil::Time,
    #[avro(as = "Vec<Option<wire::TimestampMillis>>")]
    millis: Vec<Option<Timestamp>>,
    #[avro(as = "BTreeMap<String, wire::TimestampMicros>")]
    micros: BTreeMap<String, Timestamp>,
    #[avro(as = "wire::TimestampNanos")]
    nanos: Timestamp,
    #[avro(as = "wire::LocalTimestampMicros")]
    local: civil::DateTime,
    #[avro(as = "wire::Decimal<9, 2>")]
    price: Decimal,
    #[avro(as = "Option<wire::Decimal<9, 2>>", default = "0.00")]
    discount: Option<Decimal>,
    lasting: Duration,
    start: DateTime,
}

fn read() -> ClockRead {
    let id = Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
    ClockRead {
        id,
        text: Some(Box::new(id)),
        logical: id,
        bytes: *id.as_bytes(),
        date: date(1969, 12, 30),
        time_millis: time(23, 59, 59, 999_000_000),
        time_micros: time(0, 0, 0, 1_000),
        millis: vec![None, Some(Timestamp::constant(-1, -1_000_000))],
        micros: BTreeMap::from([("max".into(), Timestamp::constant(253_402_207_199, 999_999_000))]),
        nanos: Timestamp::constant(1, 1),
        local: date(1, 1, 1).at(0, 0, 0, 1_000),
        price: Decimal::new(-129, 2),
        discount: Some(Decimal::new(5, 1)),
        lasting: Duration { months: 1, days: 2, milliseconds: u32::MAX },
        start: "2026-01-01T00:00:00+00:00".into(),
    }
}

#[test]
fn adapted_values_are_read_back() {
    let event = read();
    let bytes = encode_to_vec(&event).unwrap();
    assert_eq!(decode::<ClockRead>(&bytes).unwrap(), event);
    let mut reused = ClockRead { millis: vec![Some(Timestamp::UNIX_EPOCH); 5], discount: None, ..read() };
    signalbook::decode_into(&mut reused, &bytes).unwrap();
    assert_eq!(reused, event);
    assert_eq!(event.key(), Some(Key::Fixed(event.id.as_bytes().into())));
}

#[test]
fn longs_of_every_width_have_seven_bits_per_byte() {
    for width in 0..64 {
        let power = 1_i64 << width;
        for long in [power, power.wrapping_sub(1), power.wrapping_neg(), !power] {
            let mut rest = ((long << 1) ^ (long >> 63)).cast_unsigned();
            let mut expected = Vec::new();
            while rest >= 0x80 {
                expected.push(rest.to_le_bytes()[0] | 0x80);
                rest >>= 7;
            }
            expected.push(rest.to_le_bytes()[0]);
            let encoded = encode_to_vec(&long).unwrap();
            assert_eq!(encoded, expected, "{long}, without capacity");
            let mut roomy = Vec::with_capacity(64);
            signalbook::encode(&long, &mut roomy).unwrap();
            assert_eq!(roomy, expected, "{long}, with capacity");
            assert_eq!(decode::<i64>(&encoded).unwrap(), long);
            let among_others = vec![long; 9];
            assert_eq!(decode::<Vec<i64>>(&encode_to_vec(&among_others).unwrap()).unwrap(), among_others);
        }
    }
}

#[test]
fn adapters_describe_their_wire_form() {
    let registry = registry_of!(ClockRead).unwrap();
    let names: Vec<&str> = registry.types.keys().map(signalbook::model::Name::as_str).collect();
    assert_eq!(names, ["signalbook.Duration", "signalbook.Uuid"]);
    let types: Vec<String> = registry.events[&"com.example.shop.clock.read.v1".into()]
        .data
        .iter()
        .map(|field| format!("{:?}", field.ty))
        .collect();
    assert_eq!(types[1], "Union([Primitive(Null), Primitive(String)])");
    assert_eq!(types[2], "Logical(Uuid)");
    assert_eq!(types[4], "Logical(Date)");
    assert_eq!(types[7], "Array(Union([Primitive(Null), Logical(TimestampMillis)]))");
    assert_eq!(types[8], "Map(Logical(TimestampMicros))");
    assert_eq!(types[12], "Union([Logical(Decimal { precision: 9, scale: 2 }), Primitive(Null)])");
    schema_of::<ClockRead>().unwrap();
}

#[derive(Debug, PartialEq, Record)]
struct As<T> {
    value: T,
}

fn written<A: EncodeAs<T>, T>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    let mut encoder = signalbook::Encoder::new(&mut bytes);
    A::encode_as(value, &mut encoder);
    encoder.finish().map(|()| bytes)
}

#[test]
fn decimals_are_the_shortest_two_s_complement() {
    let bytes = |unscaled| written::<wire::Decimal<9, 2>, _>(&Decimal::new(unscaled, 2)).unwrap();
    assert_eq!(bytes(0), [2, 0]);
    assert_eq!(bytes(127), [2, 0x7f]);
    assert_eq!(bytes(128), [4, 0, 0x80]);
    assert_eq!(bytes(-128), [2, 0x80]);
    assert_eq!(bytes(-129), [4, 0xff, 0x7f]);
    assert_eq!(bytes(999_999_999), [8, 0x3b, 0x9a, 0xc9, 0xff]);
}

#[test]
fn a_value_that_does_not_fit_is_an_error() {
    let error = written::<wire::Decimal<9, 2>, _>(&Decimal::new(1_000_000_000, 2)).unwrap_err();
    assert!(error.to_string().ends_with("is out of the range of `decimal(9,2)`"), "{error}");
    assert!(written::<wire::Decimal<28, 10>, _>(&Decimal::new(1, 11)).is_err());
    assert_eq!(written::<wire::Decimal<9, 2>, _>(&Decimal::new(10, 3)), Ok(vec![2, 1]));
    assert!(written::<wire::TimestampNanos, _>(&Timestamp::MAX).is_err());
}

#[test]
fn times_are_rounded_down_to_the_unit() {
    assert_eq!(written::<wire::TimestampMillis, _>(&Timestamp::constant(0, -1)), Ok(vec![1]));
    assert_eq!(written::<wire::TimestampMillis, _>(&Timestamp::constant(0, 1_999_999)), Ok(vec![2]));
}

#[test]
fn hostile_values_are_rejected() {
    for bytes in [encode_to_vec("not a uuid").unwrap(), encode_to_vec(&"0".repeat(36)).unwrap()] {
        let error = decode::<Uuid>(&bytes).unwrap_err().to_string();
        assert_eq!(error, "at byte 0: expected a value in the range of `uuid`");
    }
    assert!(decode::<As<civil::Date>>(&encode_to_vec(&i32::MAX).unwrap()).is_err());
}

#[test]
fn a_date_time_keeps_its_text() {
    for text in [
        "2026-01-01T00:00:00+00:00",
        "2026-01-01T00:00:00.000001+00:00",
        "2026-01-01T00:00:00.000000001+00:00",
    ] {
        let start = DateTime::from(text);
        assert_eq!(decode::<DateTime>(&encode_to_vec(&start).unwrap()).unwrap(), start);
        assert_eq!(DateTime::from(start.to_timestamp().unwrap()), start);
    }
    let error = DateTime::from("yesterday").to_timestamp().unwrap_err().to_string();
    assert!(error.contains("offset from UTC"), "{error}");
}
