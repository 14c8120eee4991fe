use signalbook::Record;

#[derive(Record)]
struct Order {
    id: String,
    #[avro(name = "id")]
    number: String,
}

fn main() {}
