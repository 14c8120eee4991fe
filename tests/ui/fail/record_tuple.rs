use signalbook::Record;

#[derive(Record)]
struct Order(String);

#[derive(Record)]
struct Digest([u32; 16]);

fn main() {}
