use signalbook::Enum;

#[derive(Enum)]
enum Payment {
    Cash(i64),
    Note(String),
    Comment(Box<str>),
}

fn main() {}
