use signalbook::Record;

#[derive(Record)]
struct Order {
    #[avro(default = String::new())]
    id: String,
    #[avro(default = None)]
    coupon: Option<String>,
    #[avro(default = 'a')]
    letter: String,
    #[avro(default = )]
    nothing: String,
    #[avro(default)]
    alone: String,
}

fn main() {}
