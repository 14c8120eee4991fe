use signalbook::Record;

#[derive(Record)]
struct Order {
    total: Vec<std::time::Duration>,
}

fn main() {}
