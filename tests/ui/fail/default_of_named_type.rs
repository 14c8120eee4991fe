use signalbook::{Enum, Record};

#[derive(Record)]
struct Price {
    amount: i64,
}

#[derive(Enum)]
enum Channel {
    Web,
    Shop,
}

#[derive(Record)]
struct Digest([u8; 2]);

#[derive(Record)]
struct Order {
    #[avro(default = {"amount": 0})]
    price: Price,
    #[avro(default = "SHOP")]
    channel: Channel,
    #[avro(default = "a\u{ff}")]
    digest: Digest,
    #[avro(default = 0)]
    wrong_price: Price,
    #[avro(default = "PHONE")]
    wrong_channel: Option<Channel>,
    #[avro(default = ["WEB", {}])]
    wrong_channels: Vec<Box<Channel>>,
    #[avro(default = "abc")]
    wrong_digest: Digest,
}

fn main() {}
