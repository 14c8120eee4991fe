#[derive(signalbook::Debug)]
union Number {
    int: u32,
}

fn main() {}
