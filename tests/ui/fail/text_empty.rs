use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1", topics = ["orders", ""])]
struct OrderPlaced {
    #[avro(pii = "")]
    customer: String,
}

fn main() {}
