use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.screen.drawn.v1", local)]
struct ScreenDrawn {
    id: String,
}

fn publish<E: Event>(_: E) {}

fn main() {
    publish(ScreenDrawn { id: String::new() });
}
