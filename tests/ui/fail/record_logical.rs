use signalbook::Record;

#[derive(Record)]
#[record(logical = "uuid")]
struct Order {
    id: String,
}

fn main() {}
