use signalbook::Enum;

#[derive(Enum)]
enum Channel {
    InShop,
    #[avro(name = "IN_SHOP")]
    Shop,
}

fn main() {}
