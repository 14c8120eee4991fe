use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1", key = "order_ids")]
struct OrderPlaced {
    order_id: String,
}

fn main() {}
