use signalbook::Enum;

#[derive(Enum)]
enum Channel {}

#[derive(Enum)]
enum Open {
    #[avro(open)]
    Unknown(Box<str>),
}

fn main() {}
