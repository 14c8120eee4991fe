use signalbook::Record;

#[derive(Record)]
struct Order {
    #[avro(required, default = null)]
    coupon: Option<String>,
    #[avro(required)]
    id: String,
    #[avro(required = true)]
    note: Option<String>,
}

fn main() {}
