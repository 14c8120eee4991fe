use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1", key = "r#type")]
struct OrderPlaced {
    r#type: String,
}

fn main() {}
