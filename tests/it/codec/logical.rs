//! The texts of values of logical types, compared with `jiff` and `rust_decimal`; and defaults in this form.

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::Offset,
};
use proptest::prelude::*;
use signalbook::{Event, Record, schema_of, wire};
use signalbook_model::{Definition, Json, Logical, PrimitiveValue};

/// Returns the text of a value, which must be read as the value.
fn text(logical: Logical, value: &PrimitiveValue<'_>) -> String {
    let json = logical.to_plain(value).expect("a value of the base type");
    assert_eq!(logical.read_plain(&json).as_ref(), Ok(value));
    json.as_str().expect("a text").to_owned()
}

/// The seconds of the years 0 to 9999.
const SECONDS: std::ops::Range<i64> = -62_167_219_200..253_402_300_800;

proptest! {
    #[test]
    fn timestamps_are_those_of_jiff(seconds in SECONDS, nanos in any::<i64>(), hours in -23_i8..=23) {
        let jiff = Timestamp::from_nanosecond(nanos.into()).expect("within the years of jiff");
        prop_assert_eq!(text(Logical::TimestampNanos, &PrimitiveValue::Long(nanos)), jiff.to_string());
        let micros = PrimitiveValue::Long(seconds * 1_000_000 + nanos.rem_euclid(1_000_000));
        let PrimitiveValue::Long(count) = micros else { unreachable!() };
        let jiff = Timestamp::from_microsecond(count).expect("within the years of jiff");
        prop_assert_eq!(text(Logical::TimestampMicros, &micros), jiff.to_string());
        let local = Offset::UTC.to_datetime(jiff);
        prop_assert_eq!(text(Logical::LocalTimestampMicros, &micros), local.to_string());
        let offset = Offset::constant(hours);
        let elsewhere = jiff.display_with_offset(offset).to_string();
        // The year may be outside of 0 to 9999 there.
        if !elsewhere.starts_with(['-', '+']) {
            let elsewhere = Json::String(elsewhere);
            prop_assert_eq!(Logical::TimestampMicros.read_plain(&elsewhere), Ok(micros));
        }
    }

    #[test]
    fn dates_and_times_of_day_are_those_of_jiff(
        days in -719_528..=2_932_896_i32,
        micros in 0..86_400_000_000_i64,
    ) {
        let date = Date::constant(1970, 1, 1) + jiff::Span::new().days(days);
        prop_assert_eq!(text(Logical::Date, &PrimitiveValue::Int(days)), date.to_string());
        let time = Time::midnight() + jiff::SignedDuration::from_micros(micros);
        prop_assert_eq!(text(Logical::TimeMicros, &PrimitiveValue::Long(micros)), time.to_string());
    }

    #[test]
    fn decimals_are_those_of_rust_decimal(
        unscaled in any::<i64>(),
        small in -200..200_i64,
        scale in 0..=18_u32,
    ) {
        let logical = Logical::Decimal { precision: 38, scale };
        for unscaled in [unscaled, small] {
            let decimal = rust_decimal::Decimal::new(unscaled, scale);
            let json = Json::String(decimal.to_string());
            let Ok(PrimitiveValue::Bytes(bytes)) = logical.read_plain(&json) else {
                panic!("{decimal} is a decimal")
            };
            let sign = if unscaled < 0 { 0xff } else { 0 };
            let mut full = [sign; 8];
            full[8 - bytes.len()..].copy_from_slice(&bytes);
            prop_assert_eq!(i64::from_be_bytes(full), unscaled);
            prop_assert_eq!(text(logical, &PrimitiveValue::Bytes(bytes)), decimal.to_string());
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[-+0-9.:TZP YMDHS]{0,40}", small in "[0-9.TZPYMDHSW:-]{0,6}") {
        for text in [text, small] {
            let json = Json::String(text);
            for logical in
                [Logical::Date, Logical::TimeMillis, Logical::TimestampNanos, Logical::BigDecimal]
            {
                let _ = logical.read_plain(&json);
            }
            let _ = signalbook_model::FixedLogical::Duration.read_plain(12, &json);
        }
    }
}

#[derive(Record)]
#[record(logical = "duration")]
struct Span([u8; 12]);

#[derive(Event)]
#[event(type = "com.example.shop.order.paid.v1")]
struct OrderPaid {
    #[avro(default = "12.3", as = "wire::Decimal<12, 2>")]
    price: rust_decimal::Decimal,
    #[avro(default = {"bytes": "\u{0}\u{1}"}, as = "wire::Decimal<12, 2>")]
    raw: rust_decimal::Decimal,
    #[avro(default = "0.00", logical = "decimal(12,2)")]
    bytes: Vec<u8>,
    #[avro(default = "2026-01-31")]
    day: Date,
    #[avro(default = "2026-01-31T12:30:00+01:00", as = "Option<wire::TimestampMillis>")]
    paid: Option<Timestamp>,
    #[avro(default = ["12:30:00"], as = "Vec<wire::TimeMillis>")]
    times: Vec<Time>,
    #[avro(default = "P1M2DT3.004S")]
    span: Span,
    #[avro(default = "30313233-3435-3637-3839-616263646566", as = "wire::UuidFixed")]
    id: uuid::Uuid,
}

/// The derives read defaults in the form of the registry. The schema has them in Avro's form.
#[test]
fn defaults_of_derives_are_texts() {
    let schema = schema_of::<OrderPaid>().expect("a schema");
    let signalbook_model::Type::Named(root) = &schema.root else { panic!("a record") };
    let Definition::Record(record) = &schema.definitions[root] else { panic!("a record") };
    let defaults: Vec<_> =
        record.fields.iter().filter_map(|field| field.default.as_ref()).map(Json::to_text).collect();
    assert_eq!(
        defaults,
        [
            "\"\u{4}\u{ce}\"".replace('\u{4}', "\\u0004"),
            r#""\u0000\u0001""#.to_owned(),
            r#""\u0000""#.to_owned(),
            "20484".to_owned(),
            "1769859000000".to_owned(),
            "[45000000]".to_owned(),
            "\"\\u0001\\u0000\\u0000\\u0000\\u0002\\u0000\\u0000\\u0000\u{bc}\\u000b\\u0000\\u0000\""
                .to_owned(),
            "\"0123456789abcdef\"".to_owned(),
        ]
    );
}
