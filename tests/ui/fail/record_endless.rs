use signalbook::Record;

#[derive(Record)]
struct Order {
    id: String,
    parent: Box<Order>,
    perhaps: Option<Box<Order>>,
}

fn main() {}
