use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1", minor = -1)]
struct OrderPlaced {
    id: String,
}

fn main() {}
