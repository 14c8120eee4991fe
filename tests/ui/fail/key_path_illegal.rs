use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1", key = "id.")]
struct OrderPlaced {
    id: String,
}

fn main() {}
