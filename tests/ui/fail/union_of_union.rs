use signalbook::Enum;

#[derive(Enum)]
enum Payment {
    Cash(i64),
    Inner(Inner),
}

#[derive(Enum)]
enum Inner {
    Null,
    Note(String),
}

fn main() {}
