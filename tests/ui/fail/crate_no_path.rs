use signalbook::Record;

#[derive(Record)]
#[avro(crate = "signalbook")]
struct Order {
    id: String,
}

fn main() {}
