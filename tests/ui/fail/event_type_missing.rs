use signalbook::Event;

#[derive(Event)]
#[event(minor = 1)]
struct OrderPlaced {
    id: String,
}

fn main() {}
