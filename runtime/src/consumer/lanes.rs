use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::Arc,
};

use crate::backend::{Delivery, Partition};

/// Messages that were received and not started: one lane for each key, whose messages are processed one after
/// the other.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    /// Messages that may start, in the order in which they arrived.
    ready: VecDeque<Delivery>,
    /// Keys with a message that is ready or started, and the messages behind it.
    behind: HashMap<Lane, VecDeque<Delivery>>,
}

/// The messages of one key on one topic.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Lane {
    topic: Arc<str>,
    key: Vec<u8>,
}

impl Lanes {
    pub(super) fn push(&mut self, delivery: Delivery) {
        match lane(&delivery).map(|lane| self.behind.entry(lane)) {
            Some(Entry::Occupied(behind)) => return behind.into_mut().push_back(delivery),
            Some(Entry::Vacant(lane)) => drop(lane.insert(VecDeque::new())),
            None => {}
        }
        self.ready.push_back(delivery);
    }

    /// Returns the next message to start. The other messages of its key wait until it is
    /// [`finished`](Self::finish).
    pub(super) fn pop(&mut self) -> Option<Delivery> {
        self.ready.pop_front()
    }

    /// Makes the next message of the same key ready.
    pub(super) fn finish(&mut self, delivery: &Delivery) {
        let Some(lane) = lane(delivery) else { return };
        match self.behind.get_mut(&lane).and_then(VecDeque::pop_front) {
            Some(next) => self.ready.push_back(next),
            None => drop(self.behind.remove(&lane)),
        }
    }

    /// Drops all messages that were not started.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Drops messages of these partitions that were not started.
    pub(super) fn revoke(&mut self, partitions: &[Partition]) {
        let keep = |delivery: &Delivery| !partitions.contains(&delivery.position.partition);
        self.behind.values_mut().for_each(|behind| behind.retain(keep));
        let (kept, dropped): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut self.ready).into_iter().partition(keep);
        self.ready = kept;
        for delivery in &dropped {
            self.finish(delivery);
        }
    }

    /// The number of messages that were not started.
    pub(super) fn len(&self) -> usize {
        self.ready.len() + self.behind.values().map(VecDeque::len).sum::<usize>()
    }
}

fn lane(delivery: &Delivery) -> Option<Lane> {
    let topic = Arc::clone(&delivery.position.partition.topic);
    delivery.message.key.clone().map(|key| Lane { topic, key })
}
