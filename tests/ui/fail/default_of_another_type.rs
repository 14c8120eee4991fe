use std::collections::HashMap;

use signalbook::Record;

#[derive(Record)]
struct Order {
    #[avro(default = 1)]
    id: String,
    #[avro(default = 3000000000)]
    quantity: i32,
    #[avro(default = "yes")]
    paid: bool,
    #[avro(default = [1, "2"])]
    parts: Vec<i64>,
    #[avro(default = {"a": null})]
    notes: HashMap<String, String>,
    #[avro(default = "€")]
    raw: Vec<u8>,
    #[avro(default = null)]
    price: f64,
    #[avro(default = true)]
    coupon: Option<String>,
}

fn main() {}
