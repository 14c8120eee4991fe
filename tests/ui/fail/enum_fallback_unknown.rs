use signalbook::Enum;

#[derive(Enum)]
#[enumeration(fallback = "Unknown")]
enum Channel {
    Web,
    UNKNOWN,
}

fn main() {}
