use signalbook::{Event, Record};

#[derive(Event, Record)]
#[event(type = "com.example.shop.order.placed.v1")]
struct OrderPlaced {
    id: String,
}

fn main() {}
