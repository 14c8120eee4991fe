use signalbook::Record;

#[derive(Record)]
#[record(logical = "uuid")]
struct Digest([u8; 12]);

#[derive(Record)]
#[record(logical = "decimal(40, 2)")]
struct Price([u8; 16]);

#[derive(Record)]
#[record(logical = "date")]
struct Day([u8; 4]);

#[derive(Record)]
#[record(logical = "decimal(2, 3)")]
struct Fraction([u8; 4]);

fn main() {}
