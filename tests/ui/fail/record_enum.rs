use signalbook::Record;

#[derive(Record)]
enum Order {
    Web,
}

fn main() {}
