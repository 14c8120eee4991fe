use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1")]
enum OrderPlaced {
    Web,
}

fn main() {}
