use signalbook::Event;

#[derive(Event)]
#[event(
    type = com.example.shop.order.placed.v1,
    minor = "1",
    topics = "orders",
    producer,
    stability = "experimental",
    type_names = "short",
    deprecated = "yes",
    local = true
)]
struct OrderPlaced {
    id: String,
}

fn main() {}
