//! No event is lost, and no event is acknowledged unless its receiver succeeded, regardless of what the
//! consumers of a group do.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    pin::Pin,
    sync::Arc,
    task::{Context, Waker},
    time::{Duration, SystemTime},
};

use proptest::prelude::*;
use signalbook_runtime::{
    Bus, Clock, ConsumeError, Consumed, ManualClock, MemoryBackend, Received, Retry, Shutdown,
    backend::Start, blocking::block_on,
};

use crate::events::{OrderPlaced, Seen, on_topic, placed};

type Run = Pin<Box<dyn Future<Output = Result<Consumed, ConsumeError>> + Send>>;

const KEYS: usize = 3;

/// A random action.
#[derive(Clone, Debug)]
enum Action {
    /// Publishes an event with this key.
    Publish(usize),
    /// A consumer joins the group.
    Join,
    /// A consumer crashes.
    Crash(usize),
    /// A consumer begins to stop.
    Stop(usize),
    /// A consumer is polled.
    Poll(usize),
    /// Time passes.
    Sleep(u64),
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => (0..KEYS).prop_map(Action::Publish),
        1 => Just(Action::Join),
        1 => any::<usize>().prop_map(Action::Crash),
        1 => any::<usize>().prop_map(Action::Stop),
        6 => any::<usize>().prop_map(Action::Poll),
        3 => (0_u64..20_000).prop_map(Action::Sleep),
    ]
}

struct World {
    clock: ManualClock,
    backend: MemoryBackend,
    bus: Bus,
    /// The key and number of each event whose receiver succeeded, in order.
    processed: Seen<(usize, i32)>,
    published: Vec<usize>,
    runs: Vec<(Run, Shutdown)>,
}

impl World {
    fn new() -> Self {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let backend = MemoryBackend::with_clock(Arc::new(clock.clone()));
        let bus = Bus::new(Arc::new(backend.clone()));
        Self { clock, backend, bus, processed: Seen::new(), published: Vec::new(), runs: Vec::new() }
    }

    /// Adds a consumer whose receiver is slow, fails or panics, depending on the event's number and the
    /// attempt.
    fn join(&mut self, chaos: u32) {
        let (clock, processed) = (self.clock.clone(), self.processed.clone());
        let retry = Retry::new(3, Duration::from_millis(500), Duration::from_secs(5));
        let consumer = self
            .bus
            .consumer("group")
            .start(Start::Earliest)
            .claim_after(Duration::from_secs(10))
            .concurrency(NonZeroUsize::MIN.saturating_add(1))
            .max_failures_in_a_row(None)
            .retry(retry)
            .on(move |event: Received<OrderPlaced>| {
                let (clock, processed) = (clock.clone(), processed.clone());
                async move {
                    let number = event.data.order.lines[0];
                    let key = event.data.order.id.parse().expect("keys are numbers");
                    let fate =
                        (number.unsigned_abs().wrapping_mul(7) + event.attempt).wrapping_mul(chaos) % 8;
                    if fate > 4 {
                        clock.sleep(Duration::from_secs(u64::from(fate))).await;
                    }
                    match fate {
                        0 | 5 => return Err("an error"),
                        1 | 6 => std::panic::resume_unwind(Box::new("a panic")),
                        _ => {}
                    }
                    processed.push((key, number));
                    Ok(())
                }
            });
        let shutdown = Shutdown::new();
        self.runs.push((Box::pin(consumer.run(shutdown.wait())), shutdown));
    }

    fn publish(&mut self, key: usize) {
        let number = i32::try_from(self.published.len()).expect("few events");
        let event = placed(&key.to_string(), number);
        block_on(self.bus.publisher("shop/web").publish(&event)).expect("an open bus");
        self.published.push(key);
    }

    fn poll(&mut self, index: usize) {
        let Some(index) = index.checked_rem(self.runs.len()) else { return };
        if let std::task::Poll::Ready(consumed) =
            self.runs[index].0.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        {
            consumed.expect("an open bus");
            drop(self.runs.remove(index));
        }
    }

    fn apply(&mut self, action: &Action, chaos: u32) {
        match *action {
            Action::Publish(key) => self.publish(key),
            Action::Join => self.join(chaos),
            Action::Crash(index) => {
                drop(index.checked_rem(self.runs.len()).map(|index| self.runs.remove(index)));
            }
            Action::Stop(index) => {
                if let Some(index) = index.checked_rem(self.runs.len()) {
                    self.runs[index].1.begin();
                }
            }
            Action::Poll(index) => self.poll(index),
            Action::Sleep(millis) => self.clock.advance(Duration::from_millis(millis)),
        }
    }

    /// The outcome of each event that was processed or moved to the dead-letter topic.
    fn settled(&self) -> HashMap<i32, &'static str> {
        let dead = on_topic(&self.backend, "orders-dlq").into_iter().map(|delivery| {
            let event: OrderPlaced =
                signalbook_runtime::decode(delivery.message.payload.as_deref().unwrap_or_default())
                    .expect("the payload is unchanged");
            (event.order.lines[0], "dead-lettered")
        });
        let processed = self.processed.lock().clone();
        dead.chain(processed.into_iter().map(|(_, number)| (number, "processed"))).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_event_is_lost_and_keys_keep_their_order(
        actions in prop::collection::vec(action(), 1..120),
        chaos in 1_u32..1000,
    ) {
        let mut world = World::new();
        for action in &actions {
            world.apply(action, chaos);
        }
        // The remaining events are processed by the live consumers and by a new one.
        world.join(chaos);
        for _ in 0..2_000 {
            for index in 0..world.runs.len() {
                world.poll(index);
            }
            world.clock.advance(Duration::from_millis(250));
            if world.settled().len() == world.published.len() {
                break;
            }
        }
        prop_assert_eq!(world.settled().len(), world.published.len(), "an event is lost");
        world.runs.iter().for_each(|(_, shutdown)| shutdown.begin());
        for _ in 0..100 {
            for index in (0..world.runs.len()).rev() {
                world.poll(index);
            }
            world.clock.advance(Duration::from_secs(1));
        }
        prop_assert!(world.runs.is_empty(), "a consumer does not stop");

        // The first attempts of a key's events are in the order in which they were published.
        for key in 0..KEYS {
            let mut first = Vec::new();
            for (of, number) in world.processed.lock().iter().copied() {
                if of == key && !first.contains(&number) {
                    first.push(number);
                }
            }
            prop_assert!(first.is_sorted(), "the order of the key {}: {:?}", key, first);
        }
    }
}
