use signalbook::{Enum, Record};

#[derive(Record)]
#[record(name = "com.example.1bad", aliases = ["a b"])]
struct Order {
    #[avro(name = "1bad", aliases = ["a b", "order.id"])]
    id: String,
    #[avro(name = "order-number")]
    number: i32,
}

#[derive(Enum)]
enum Channel {
    #[avro(name = "on line")]
    Web,
}

fn main() {}
