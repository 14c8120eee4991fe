//! The events of these tests, and helpers.

use std::{
    future::{Future, poll_fn},
    sync::{Arc, Mutex, MutexGuard},
    task::Poll,
    time::Duration,
};

use signalbook_macros::{Event, Record};
use signalbook_runtime::{
    Bus, Clock, Consumed, MemoryBackend, SystemClock,
    backend::{Delivery, Message},
    blocking::block_on,
};

#[derive(Clone, Debug, PartialEq, Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.order.placed.v1", minor = 1, key = "order.id", topics = ["orders"])]
pub(crate) struct OrderPlaced {
    pub(crate) note: Option<String>,
    pub(crate) order: Order,
}

#[derive(Clone, Debug, PartialEq, Record)]
#[avro(crate = signalbook_runtime)]
#[record(name = "com.example.shop.Order")]
pub(crate) struct Order {
    pub(crate) lines: Vec<i32>,
    pub(crate) id: String,
    pub(crate) customer: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.order.cancelled.v1", key = "customer", topics = ["orders"])]
pub(crate) struct OrderCancelled {
    #[avro(pii = "email")]
    pub(crate) customer: String,
}

#[derive(Clone, Debug, Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.cache.dropped.v1", local)]
pub(crate) struct CacheDropped {
    pub(crate) handle: Arc<Mutex<u32>>,
}

/// An order of a customer with one line, `number`.
pub(crate) fn placed(id: &str, number: i32) -> OrderPlaced {
    let order = Order { lines: vec![number], id: id.into(), customer: Some("ada".into()) };
    OrderPlaced { note: None, order }
}

/// A bus and its backend.
pub(crate) fn memory() -> (Bus, MemoryBackend) {
    let backend = MemoryBackend::new();
    (Bus::new(Arc::new(backend.clone())), backend)
}

pub(crate) fn on_topic(backend: &MemoryBackend, topic: &str) -> Vec<Delivery> {
    let published = backend.published().into_iter();
    published.filter(|delivery| &*delivery.position.partition.topic == topic).collect()
}

pub(crate) fn header<'a>(message: &'a Message, name: &str) -> &'a str {
    let value = message.headers.get(name).expect("the header is there");
    std::str::from_utf8(value).expect("a header of text")
}

/// Completes when `condition` holds. Gives up after a while, so that a test fails and does not hang.
pub(crate) async fn until(condition: impl Fn() -> bool + Send) {
    let clock = SystemClock::new();
    for _ in 0..100_000 {
        if condition() {
            return;
        }
        clock.sleep(Duration::from_millis(2)).await;
    }
}

/// A list that receivers write and tests read.
#[derive(Clone, Debug)]
pub(crate) struct Seen<T>(Arc<Mutex<Vec<T>>>);

impl<T> Seen<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn push(&self, value: T) {
        self.lock().push(value);
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().expect("the lock is not poisoned")
    }
}

/// Completes when `condition` holds. It asks whenever the task is polled, and never wakes it later.
pub(crate) fn at_poll(condition: impl Fn() -> bool + Send) -> impl Future<Output = ()> + Send {
    poll_fn(move |context| {
        if condition() {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

pub(crate) fn publish(bus: &Bus, events: &[OrderPlaced]) {
    block_on(bus.publisher("shop/web").publish_all(events)).expect("the bus is in memory");
}

/// The numbers of processed, skipped and dead-lettered messages.
pub(crate) fn counts(consumed: &Consumed) -> [u64; 3] {
    [consumed.processed, consumed.skipped, consumed.dead_lettered]
}
