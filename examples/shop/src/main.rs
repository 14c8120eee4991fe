//! Sells and bills over a bus: `cargo run` for a bus in memory, `cargo run -- sqlite:shop.db` for one in a
//! file.

use shop::{Ledger, bill, sell};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "memory:".into());
    signalbook::blocking::block_on(async {
        let bus = signalbook::connect(&url).await?;
        sell(&bus).await?;

        let ledger = Ledger::default();
        let consumed = bill(&bus, ledger.clone(), 3).await?;
        println!("billing processed {} events", consumed.processed);
        for (order, cents) in ledger.lock().expect("the lock is not poisoned").iter() {
            println!("order {order} is due: {}.{:02}", cents / 100, cents % 100);
        }
        Ok(())
    })
}
