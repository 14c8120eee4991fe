use signalbook::Enum;

#[derive(Enum)]
enum Payment {
    Cash(i64),
    Nothing,
    Two(String, String),
    Named { id: String },
    #[avro(open)]
    Unknown(Box<str>),
}

fn main() {}
