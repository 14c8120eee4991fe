//! A shop that announces its orders: one event from the registry, and one written by hand beside it.

signalbook::include_events!(pub);

use std::sync::{Arc, Mutex};

use events::shop::{Order, OrderLine, OrderPlaced};
use signalbook::{Bus, ConsumeError, Consumed, Event, PublishError, Received, Shutdown, backend::Start};

/// A customer took an order back.
#[derive(Clone, signalbook::Debug, PartialEq, Event)]
#[event(type = "com.example.shop.order.cancelled.v1", key = "order_id", topics = ["orders"])]
pub struct OrderCancelled {
    /// The number on the receipt.
    pub order_id: String,
    /// In the customer's words.
    #[avro(default = "", pii = "free-text")]
    pub reason: String,
}

/// What the billing service knows: the orders to be paid, and what they cost in cents.
pub type Ledger = Arc<Mutex<Vec<(String, i64)>>>;

/// An order of one line.
pub fn order(id: &str, sku: &str, quantity: i32, price_cents: i64) -> OrderPlaced {
    let lines = vec![OrderLine { sku: sku.into(), quantity, price_cents }];
    OrderPlaced { order: Order { lines, ..Order::new(id, "ada@example.com", Vec::new()) } }
}

/// What the web service does: announces two orders, and that one of them was taken back.
pub async fn sell(bus: &Bus) -> Result<(), PublishError> {
    let publisher = bus.publisher("shop/web");
    publisher.publish(&order("A-17", "teapot", 1, 4_900)).await?; // durable when this returns
    publisher.publish(&order("A-18", "cup", 6, 900)).await?;
    publisher.publish(&OrderCancelled { order_id: "A-17".into(), reason: "too heavy".into() }).await?;
    Ok(())
}

/// What the billing service does, until it has seen `expected` events: keeps the ledger.
pub async fn bill(bus: &Bus, ledger: Ledger, expected: usize) -> Result<Consumed, ConsumeError> {
    let shutdown = Shutdown::new();
    let seen = Arc::new(Mutex::new(0));
    let count = {
        let shutdown = shutdown.clone();
        move || {
            let mut seen = seen.lock().expect("nobody panics while counting");
            *seen += 1;
            if *seen == expected {
                shutdown.begin();
            }
        }
    };
    let (placed, cancelled) = ((ledger.clone(), count.clone()), (ledger, count));
    bus.consumer("billing")
        .start(Start::Earliest)
        .on(move |event: Received<OrderPlaced>| {
            let (ledger, count) = placed.clone();
            async move {
                let order = event.data.order;
                let total = order.lines.iter().map(|line| i64::from(line.quantity) * line.price_cents).sum();
                ledger.lock().expect("nobody panics while writing").push((order.id, total));
                count();
            }
        })
        .on(move |event: Received<OrderCancelled>| {
            let (ledger, count) = cancelled.clone();
            async move {
                ledger
                    .lock()
                    .expect("nobody panics while writing")
                    .retain(|(id, _)| *id != event.data.order_id);
                count();
            }
        })
        .run(shutdown.wait())
        .await
}
