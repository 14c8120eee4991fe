use signalbook::Enum;

#[derive(Enum)]
#[enumeration(name = "com.example.Payment", fallback = "CASH")]
enum Payment {
    Cash(i64),
    Note(String),
}

fn main() {}
