//! The shop over a bus in memory, and over one in a file.

use shop::{Ledger, OrderCancelled, bill, events::shop::OrderPlaced, order, sell};
use signalbook::{Bus, blocking::block_on};

#[test]
fn the_web_service_announces_what_it_sold() {
    let bus = Bus::memory();
    block_on(sell(&bus)).expect("the bus is in memory");

    let placed = bus.published::<OrderPlaced>();
    assert_eq!(placed, [order("A-17", "teapot", 1, 4_900), order("A-18", "cup", 6, 900)]);
    assert_eq!(bus.published::<OrderCancelled>().len(), 1);
}

#[test]
fn billing_forgets_what_was_taken_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("shop.db").display());
    let ledger = Ledger::default();
    block_on(async {
        let bus = signalbook::connect(&url).await.expect("the file is new");
        sell(&bus).await.expect("the file is writable");
        bill(&bus, ledger.clone(), 3).await.expect("the events are of this program");
    });
    assert_eq!(*ledger.lock().unwrap(), [("A-18".to_owned(), 5_400)]);
}

#[test]
fn the_event_that_is_written_by_hand_is_what_was_accepted() {
    signalbook::testing::assert_compatible!("schemas/history", [OrderCancelled]);
}

#[test]
fn customers_stay_out_of_logs() {
    let printed = format!("{:?}", order("A-17", "teapot", 1, 4_900));
    assert!(printed.contains("A-17") && !printed.contains("ada@example.com"), "{printed}");
}
