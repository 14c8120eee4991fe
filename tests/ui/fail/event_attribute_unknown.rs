use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1", topic = ["orders"], colour = "red")]
struct OrderPlaced {
    id: String,
}

fn main() {}
