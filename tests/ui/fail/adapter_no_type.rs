use signalbook::Record;

#[derive(Record)]
struct Order {
    #[avro(as = "Vec<")]
    id: uuid::Uuid,
}

fn main() {}
