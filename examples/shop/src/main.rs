//! Sells and bills over a bus: `cargo run` for a bus in memory, `cargo run -- sqlite:shop.db` for one in a
//! file.

use shop::{Ledger, billing, sell};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "memory:".into());
    signalbook::blocking::block_on(async {
        let bus = signalbook::connect(&url).await?;
        sell(&bus).await?;

        let ledger = Ledger::default();
        // A service runs until it is stopped: `.run(signalbook::shutdown_on_ctrl_c()?.wait())`.
        let consumed = billing(&bus, ledger.clone()).run_until_idle().await?;
        println!("billing processed {} events", consumed.processed);
        for (order, cents) in ledger.lock().expect("the lock is not poisoned").iter() {
            println!("order {order} is due: {}.{:02}", cents / 100, cents % 100);
        }
        Ok(())
    })
}
