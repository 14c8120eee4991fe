use signalbook::Record;

#[derive(Record)]
#[record(name = "com..Order")]
struct Order {
    id: String,
}

fn main() {}
