use std::collections::HashMap;

use signalbook::Record;

#[derive(Record)]
struct Order {
    #[avro(default = 86399999, logical = "time-millis")]
    opens: i32,
    #[avro(default = "23:59:59.999", logical = "time-millis")]
    closes: i32,
    #[avro(default = "12.34", logical = "decimal(4,2)")]
    price: Vec<u8>,
    #[avro(default = {"bytes": "\u{4}\u{d2}"}, logical = "decimal(4,2)")]
    raw_price: Box<Vec<u8>>,
    #[avro(default = ["00:00"], logical = "uuid")]
    wrong_parts: Vec<String>,
    #[avro(default = {"a": -1}, logical = "time-micros")]
    wrong_times: HashMap<String, i64>,
    #[avro(default = "12345", logical = "decimal(2,0)")]
    wrong_price: Option<Vec<u8>>,
    #[avro(default = 12.34, logical = "decimal(4,2)")]
    wrong_number: Vec<u8>,
    #[avro(default = "2026-02-29", logical = "date")]
    wrong_day: i32,
    #[avro(default = "2026-01-31", logical = "timestamp-micros")]
    wrong_stamp: i64,
}

fn main() {}
