use signalbook::{Enum, Record};

#[derive(Record)]
struct Order {
    payment: Option<Payment>,
    nothing: Option<()>,
    twice: Option<Option<i32>>,
}

#[derive(Enum)]
enum Payment {
    Cash(i64),
    Note(String),
}

fn main() {}
