use std::collections::HashMap;

use signalbook::Record;

#[derive(Record)]
struct Order {
    #[avro(default = 86399999, logical = "time-millis")]
    opens: i32,
    #[avro(default = ["00:00"], logical = "uuid")]
    wrong_parts: Vec<String>,
    #[avro(default = {"a": -1}, logical = "time-micros")]
    wrong_times: HashMap<String, i64>,
    #[avro(default = "12345", logical = "decimal(2,0)")]
    wrong_price: Option<Vec<u8>>,
}

fn main() {}
