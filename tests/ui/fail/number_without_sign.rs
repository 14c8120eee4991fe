use signalbook::Record;

#[derive(Record)]
struct Order {
    quantity: u32,
}

fn main() {}
