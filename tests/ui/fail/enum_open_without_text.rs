use signalbook::Enum;

#[derive(Enum)]
enum Channel {
    Web,
    #[avro(open)]
    Unknown,
}

#[derive(Enum)]
enum Payment {
    Cash,
    #[avro(open)]
    Other(i32),
}

fn main() {}
