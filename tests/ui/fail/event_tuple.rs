use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1")]
struct OrderPlaced(String, i32);

fn main() {}
