use signalbook::Record;

#[derive(Record)]
struct Nothing([u8; 0]);

fn main() {}
