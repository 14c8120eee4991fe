use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1", deprecated(replaced = "com.example.shop.order.placed.v2"))]
struct OrderPlaced {
    id: String,
}

fn main() {}
