use jiff::civil::Time;
use signalbook::{Record, wire};
use uuid::Uuid;

#[derive(Record)]
struct Order {
    #[avro(default = "00000000-0000-0000-0000-000000000000")]
    id: Uuid,
    #[avro(default = 86399999, as = "wire::TimeMillis")]
    opens: Time,
    #[avro(default = "zz")]
    wrong_id: Uuid,
    #[avro(default = "0000-00000000-0000-0000-000000000000", as = "Option<wire::UuidString>")]
    wrong_text: Option<Uuid>,
    #[avro(default = -1, as = "wire::TimeMicros")]
    wrong_time: Time,
    #[avro(default = 86400000, as = "wire::TimeMillis")]
    wrong_midnight: Time,
}

fn main() {}
