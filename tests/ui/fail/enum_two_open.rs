use signalbook::Enum;

#[derive(Enum)]
enum Channel {
    Web,
    #[avro(open)]
    Unknown(Box<str>),
    #[avro(open)]
    Other(Box<str>),
}

fn main() {}
