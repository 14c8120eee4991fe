use signalbook::Enum;

#[derive(Enum)]
struct Channel {
    id: String,
}

fn main() {}
