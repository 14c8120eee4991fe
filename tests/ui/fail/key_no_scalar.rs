use signalbook::{Event, Record};

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1", key = "order")]
struct OrderPlaced {
    order: Order,
}

#[derive(Event)]
#[event(type = "com.example.shop.order.split.v1", key = "order.parts")]
struct OrderSplit {
    order: Order,
}

#[derive(Record)]
struct Order {
    parts: Vec<String>,
}

fn main() {}
