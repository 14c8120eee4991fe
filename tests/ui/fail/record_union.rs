use signalbook::Record;

#[derive(Record)]
union Order {
    id: u32,
}

fn main() {}
