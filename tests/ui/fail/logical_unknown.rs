use signalbook::Record;

#[derive(Record)]
struct Order {
    #[avro(logical = "timestamp-milis")]
    placed: i64,
    #[avro(logical = "decimal(0,0)")]
    price: Vec<u8>,
}

fn main() {}
