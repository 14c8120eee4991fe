//! The shop over a bus in memory, and over one in a file.

use shop::{Ledger, OrderCancelled, billing, events::shop::OrderPlaced, order, sell};
use signalbook::{Bus, blocking::block_on};

#[test]
fn the_web_service_publishes_its_orders() {
    let bus = Bus::memory();
    block_on(sell(&bus)).expect("the bus is in memory");

    let placed = bus.published::<OrderPlaced>();
    assert_eq!(placed, [order("A-17", "teapot", 1, 4_900), order("A-18", "cup", 6, 900)]);
    assert_eq!(bus.published::<OrderCancelled>().len(), 1);
}

#[test]
fn billing_removes_cancelled_orders() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("shop.db").display());
    let ledger = Ledger::default();
    block_on(async {
        let bus = signalbook::connect(&url).await.expect("the file is new");
        sell(&bus).await.expect("the file is writable");
        billing(&bus, ledger.clone()).run_until_idle().await.expect("the events can be read");
    });
    assert_eq!(*ledger.lock().unwrap(), [("A-18".to_owned(), 5_400)]);
}

#[test]
fn the_hand_written_event_is_compatible() {
    signalbook::testing::assert_compatible!("schemas/history", [OrderCancelled]);
}

#[test]
fn customers_are_redacted_in_logs() {
    let printed = format!("{:?}", order("A-17", "teapot", 1, 4_900));
    assert!(printed.contains("A-17") && !printed.contains("ada@example.com"), "{printed}");
}
