use signalbook::Record;

#[derive(Record)]
struct Order {
    #[avro(logical = "timestamp-millis")]
    placed: Vec<Option<i32>>,
    #[avro(logical = "decimal(9,2)")]
    price: f64,
}

fn main() {}
