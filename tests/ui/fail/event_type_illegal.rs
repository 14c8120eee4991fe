use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example..order placed.v1")]
struct OrderPlaced {
    id: String,
}

fn main() {}
