use signalbook::{Record, wire};

#[derive(Record)]
struct Order {
    #[avro(as = "wire::UuidFixed")]
    id: String,
}

fn main() {}
