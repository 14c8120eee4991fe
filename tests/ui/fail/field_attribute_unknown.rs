use signalbook::Record;

#[derive(signalbook::Debug, Record)]
struct Order {
    #[avro(defualt = "")]
    id: String,
}

fn main() {}
