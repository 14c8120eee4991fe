use signalbook::{Record, wire};

#[derive(Record)]
struct Order {
    #[avro(as = "wire::UuidString", logical = "uuid")]
    id: uuid::Uuid,
}

fn main() {}
