use signalbook::{Decode, Event};

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1")]
struct OrderPlaced<'a> {
    id: &'a str,
}

fn receive<E: Event + for<'de> Decode<'de> + 'static>(_: fn(E)) {}

fn main() {
    receive(|_: OrderPlaced<'_>| ());
}
