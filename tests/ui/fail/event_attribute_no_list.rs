use signalbook::Event;

#[derive(Event)]
#[event = "com.example.shop.order.placed.v1"]
struct OrderPlaced {
    id: String,
}

fn main() {}
