use jiff::civil::{Date, Time};
use signalbook::{Record, wire};
use uuid::Uuid;

#[derive(Record)]
#[record(logical = "duration")]
struct Span([u8; 12]);

#[derive(Record)]
struct Order {
    #[avro(default = "00000000-0000-0000-0000-000000000000")]
    id: Uuid,
    #[avro(default = 86399999, as = "wire::TimeMillis")]
    opens: Time,
    #[avro(default = "23:59:59.999", as = "wire::TimeMillis")]
    closes: Time,
    #[avro(default = "2026-01-31")]
    day: Date,
    #[avro(default = "2026-01-31T12:30:00Z", as = "wire::TimestampNanos")]
    paid: jiff::Timestamp,
    #[avro(default = "P1M2DT3.004S")]
    span: Span,
    #[avro(default = "PT1H")]
    pause: signalbook::Duration,
    #[avro(default = "zz")]
    wrong_id: Uuid,
    #[avro(default = "0000-00000000-0000-0000-000000000000", as = "Option<wire::UuidString>")]
    wrong_text: Option<Uuid>,
    #[avro(default = -1, as = "wire::TimeMicros")]
    wrong_time: Time,
    #[avro(default = 86400000, as = "wire::TimeMillis")]
    wrong_midnight: Time,
    #[avro(default = "24:00:00", as = "wire::TimeMillis")]
    wrong_hour: Time,
    #[avro(default = "2026-02-29")]
    wrong_day: Date,
    #[avro(default = "2026-01-31T12:30:00", as = "wire::TimestampNanos")]
    wrong_stamp: jiff::Timestamp,
    #[avro(default = "1 hour")]
    wrong_span: Span,
}

fn main() {}
