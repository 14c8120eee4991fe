//! The fixture of the cases.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use super::Harness;
use crate::{
    backend::{
        Admin, Backend, Batch, Delivery, Message, Order, Outgoing, Position, Rebalance, SchemaStore, Start,
        Subscriber, Subscription, receive_and_release,
    },
    blocking::block_on,
};

/// The partitions of a topic, if a topic can have several.
pub(super) const PARTITIONS: u32 = 3;
/// A `claim_after` that is longer than any case takes.
pub(super) const LONG: Duration = Duration::from_secs(60);

/// A handle of the log under test, and a topic that one case uses.
pub(super) struct Bench<'a> {
    pub(super) harness: &'a dyn Harness,
    pub(super) backend: Box<dyn Backend>,
    pub(super) topic: Arc<str>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(harness: &'a dyn Harness) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let topic: Arc<str> = format!("conformance-{time}-{count}").into();
        harness.create_topic(&topic, PARTITIONS);
        Self { harness, backend: harness.open(), topic }
    }

    pub(super) fn admin(&self) -> &dyn Admin {
        self.backend.admin().expect("the harness declares an administration")
    }

    pub(super) fn store(&self) -> &dyn SchemaStore {
        self.backend.schema_store().expect("the harness declares a schema store")
    }

    pub(super) fn settle(&self) -> Duration {
        self.harness.settle()
    }

    pub(super) fn patience(&self) -> Duration {
        self.harness.patience()
    }

    pub(super) fn claim_after(&self) -> Duration {
        self.harness.claim_after()
    }

    pub(super) fn outgoing(&self, message: Message) -> Outgoing {
        Outgoing::new(Arc::clone(&self.topic), message)
    }

    pub(super) fn publish(&self, message: Message) -> Position {
        let mut positions =
            block_on(self.backend.publish(vec![self.outgoing(message)])).expect("an open bus");
        assert_eq!((positions.len(), &positions[0].partition.topic), (1, &self.topic));
        positions.remove(0)
    }

    /// Publishes two messages before a time and two after it. Returns the time.
    pub(super) fn publish_around_a_time(&self) -> SystemTime {
        let clock = self.backend.clock();
        (0..2).for_each(|n| drop(self.publish(numbered(0, n))));
        block_on(clock.sleep(self.settle()));
        let time = clock.now();
        block_on(clock.sleep(self.settle()));
        (2..4).for_each(|n| drop(self.publish(numbered(0, n))));
        time
    }

    /// The name of a group. Groups too are used by one case alone.
    pub(super) fn group(&self, group: &str) -> Box<str> {
        format!("{group}-{}", self.topic).into()
    }

    pub(super) fn subscription(
        &self,
        group: &str,
        member: &str,
        start: Start,
        claim_after: Duration,
    ) -> Subscription {
        Subscription {
            topics: vec![Arc::clone(&self.topic)],
            group: self.group(group),
            member: Some(member.into()),
            start,
            claim_after,
            order: Order::PerKey,
        }
    }

    /// Joins as a member that never counts as dead, however slow the machine is.
    pub(super) fn join(&self, group: &str, member: &str, start: Start) -> Box<dyn Subscriber> {
        self.join_with(group, member, start, LONG)
    }

    pub(super) fn join_with(
        &self,
        group: &str,
        member: &str,
        start: Start,
        claim_after: Duration,
    ) -> Box<dyn Subscriber> {
        block_on(self.backend.subscribe(self.subscription(group, member, start, claim_after)))
            .expect("an open bus")
    }

    /// Returns the messages of one call. Partitions that are about to be revoked are released at once.
    pub(super) fn receive_some(
        &self,
        subscriber: &dyn Subscriber,
        max: usize,
        wait: Duration,
    ) -> Vec<Delivery> {
        let Batch { deliveries, gaps } = self.receive_batch(subscriber, max, wait);
        assert_eq!(gaps, [], "nothing was discarded");
        deliveries
    }

    /// Returns the result of one call. Partitions that are about to be revoked are released at once.
    pub(super) fn receive_batch(&self, subscriber: &dyn Subscriber, max: usize, wait: Duration) -> Batch {
        let max = NonZeroUsize::new(max).expect("the cases ask for at least one");
        block_on(receive_and_release(subscriber, max, wait))
            .unwrap_or_else(|error| panic!("{}: {error}", self.topic))
    }

    /// Receives exactly `count` messages.
    pub(super) fn receive(&self, subscriber: &dyn Subscriber, count: usize) -> Vec<Delivery> {
        let begin = Instant::now();
        let mut received = Vec::new();
        while received.len() < count {
            assert!(begin.elapsed() < self.patience(), "{} of {count} messages arrived", received.len());
            received.extend(self.receive_some(subscriber, count - received.len(), self.patience()));
        }
        received
    }

    /// Returns the next change of the partitions of a member, if there is one soon.
    pub(super) fn next_change(&self, subscriber: &dyn Subscriber) -> Option<Rebalance> {
        let (mut rebalance, mut sleep) = (subscriber.rebalance(), self.backend.clock().sleep(self.settle()));
        block_on(poll_fn(|context| match rebalance.as_mut().poll(context) {
            Poll::Ready(rebalance) => Poll::Ready(Some(rebalance.expect("an open bus"))),
            Poll::Pending => sleep.as_mut().poll(context).map(|()| None),
        }))
    }

    pub(super) fn acknowledge(&self, subscriber: &dyn Subscriber, deliveries: &[Delivery]) {
        let positions = deliveries.iter().map(|delivery| delivery.position.clone()).collect();
        block_on(subscriber.acknowledge(positions)).unwrap_or_else(|error| panic!("{}: {error}", self.topic));
    }
}

/// A message with this key and this number as its payload.
pub(super) fn numbered(key: usize, number: usize) -> Message {
    Message {
        key: Some(key.to_string().into()),
        headers: crate::backend::Headers::new(),
        payload: Some(number.to_string().into()),
    }
}

pub(super) fn number(delivery: &Delivery) -> usize {
    parse(delivery.message.payload.as_deref().expect("a numbered message has a payload"))
}

/// The numbers by key, in the order in which they arrived.
pub(super) fn by_key(deliveries: &[Delivery]) -> BTreeMap<usize, Vec<usize>> {
    let mut keys = BTreeMap::<_, Vec<_>>::new();
    for delivery in deliveries {
        let key = parse(delivery.message.key.as_ref().expect("a numbered message has a key"));
        keys.entry(key).or_default().push(number(delivery));
    }
    keys
}

pub(super) fn parse(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).expect("a numbered message")
}
