//! A shop that publishes its orders: one event from the registry, and one hand-written event.

signalbook::include_events!(pub);

use std::sync::{Arc, Mutex};

use events::shop::{Order, OrderLine, OrderPlaced};
use signalbook::{Bus, Consumer, Event, PublishError, Received, WithState};

/// A customer cancelled an order.
#[derive(Clone, signalbook::Debug, PartialEq, Event)]
#[event(type = "com.example.shop.order.cancelled.v1", key = "order_id", topics = ["orders"])]
pub struct OrderCancelled {
    /// The number on the receipt.
    pub order_id: String,
    /// In the customer's words.
    #[avro(default = "", pii = "free-text")]
    pub reason: String,
}

/// The data of the billing service: the orders that are due, and their prices in cents.
pub type Ledger = Arc<Mutex<Vec<(String, i64)>>>;

/// Makes an order with one line.
pub fn order(id: &str, sku: &str, quantity: i32, price_cents: i64) -> OrderPlaced {
    let lines = vec![OrderLine { sku: sku.into(), quantity, price_cents }];
    OrderPlaced { order: Order { lines, ..Order::new(id, "ada@example.com", Vec::new()) } }
}

/// The web service: publishes two orders, and the cancellation of one of them.
pub async fn sell(bus: &Bus) -> Result<(), PublishError> {
    let publisher = bus.publisher("shop/web");
    publisher.publish(&order("A-17", "teapot", 1, 4_900)).await?; // durable when this returns
    publisher.publish(&order("A-18", "cup", 6, 900)).await?;
    publisher.publish(&OrderCancelled { order_id: "A-17".into(), reason: "too heavy".into() }).await?;
    Ok(())
}

/// The billing service: keeps the ledger.
pub fn billing(bus: &Bus, ledger: Ledger) -> Consumer<WithState<Ledger>> {
    bus.consumer("billing")
        .with(ledger)
        .on(|ledger: Ledger, event: Received<OrderPlaced>| async move {
            let order = event.data.order;
            let total = order.lines.iter().map(|line| i64::from(line.quantity) * line.price_cents).sum();
            ledger.lock().expect("the lock is not poisoned").push((order.id, total));
        })
        .on(|ledger: Ledger, event: Received<OrderCancelled>| async move {
            ledger.lock().expect("the lock is not poisoned").retain(|(id, _)| *id != event.data.order_id);
        })
}
