use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1")]
struct OrderPlaced<T> {
    id: T,
}

fn main() {}
