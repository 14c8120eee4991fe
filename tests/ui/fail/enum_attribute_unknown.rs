use signalbook::Enum;

#[derive(Enum)]
#[enumeration(default = "WEB")]
enum Channel {
    #[avro(rename = "WWW")]
    Web,
}

fn main() {}
