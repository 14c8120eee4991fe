use signalbook::{Event, Record};

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1", key = "order.number")]
struct OrderPlaced {
    order: Option<Order>,
}

#[derive(Record)]
struct Order {
    id: String,
}

fn main() {}
