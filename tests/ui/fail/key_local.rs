use signalbook::Event;

#[derive(Event)]
#[event(type = "com.example.shop.screen.drawn.v1", local, key = "id")]
struct ScreenDrawn {
    id: String,
}

fn main() {}
