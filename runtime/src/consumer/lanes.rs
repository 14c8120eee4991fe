use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque, hash_map::Entry},
    hash::{Hash, Hasher},
    sync::Arc,
};

use crate::backend::Partition;

/// Messages that were received and not started, and the order in which they may start.
#[derive(Debug)]
pub(super) struct Lanes<T> {
    messages: BTreeMap<Ticket, Waiting<T>>,
    /// The messages that may start.
    ready: BTreeSet<Ticket>,
    /// The queues with a message that is not done.
    queues: HashMap<QueueId, Queue>,
    /// The number of messages that arrived.
    arrived: Ticket,
}

/// A message with its lane, which never changes.
pub(super) trait InLane {
    fn partition(&self) -> &Partition;
    fn lane(&self) -> &Lane;
}

impl<T: InLane> InLane for Box<T> {
    fn partition(&self) -> &Partition {
        (**self).partition()
    }

    fn lane(&self) -> &Lane {
        (**self).lane()
    }
}

/// What orders a message among those of its partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Nothing: it has no order.
    Free,
    /// Its wire key, without framing.
    WireKey(Arc<[u8]>),
    /// The key of its event. The message has no wire key.
    EventKey(Arc<[u8]>),
    /// A key that is not known: it may be that of any keyless message.
    UnknownKey,
}

/// Counts messages in the order in which they arrived.
type Ticket = u64;

#[derive(Debug)]
struct Waiting<T> {
    message: T,
    /// The number of queues in which it is not its turn.
    queues: usize,
}

/// The messages with this key, or the keyless messages.
#[derive(Debug, PartialEq, Eq)]
struct QueueId {
    partition: Partition,
    key: Option<Arc<[u8]>>,
}

impl Hash for QueueId {
    /// Leaves out the topic: few topics share a key.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.partition.number);
        state.write(self.key.as_deref().unwrap_or_default());
    }
}

/// Messages that take turns. Consecutive messages that share a turn have it together.
#[derive(Debug, Default)]
struct Queue {
    /// The number of messages whose turn it is.
    current: usize,
    /// Whether they share their turn.
    shared: bool,
    /// The messages behind them, and whether they share their turn.
    behind: VecDeque<(Ticket, bool)>,
}

impl<T: InLane> Lanes<T> {
    pub(super) fn new() -> Self {
        Self { messages: BTreeMap::new(), ready: BTreeSet::new(), queues: HashMap::new(), arrived: 0 }
    }

    pub(super) fn push(&mut self, message: T) {
        self.arrived += 1;
        let ticket = self.arrived;
        let mut queues = 0;
        for (id, shares) in queues_of(&message) {
            queues += usize::from(!self.queues.entry(id).or_default().join(ticket, shares));
        }
        if queues == 0 {
            self.ready.insert(ticket);
        }
        self.messages.insert(ticket, Waiting { message, queues });
    }

    /// Returns the next message to start: of those that may start, the one that arrived first. The messages
    /// that wait for it do so until it is [`finished`](Self::finish).
    pub(super) fn pop(&mut self) -> Option<T> {
        let ticket = self.ready.pop_first()?;
        self.messages.remove(&ticket).map(|waiting| waiting.message)
    }

    /// Lets the messages start that waited for this one alone.
    pub(super) fn finish(&mut self, message: &impl InLane) {
        for (id, _) in queues_of(message) {
            self.leave(id, Queue::finish);
        }
    }

    /// Removes all messages that were not started. Returns them.
    pub(super) fn clear(&mut self) -> impl Iterator<Item = T> + use<T> {
        let cleared = std::mem::replace(self, Self::new());
        cleared.messages.into_values().map(|waiting| waiting.message)
    }

    /// Whether a message may start.
    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Drops messages of these partitions that were not started.
    pub(super) fn revoke(&mut self, partitions: &[Partition]) {
        let (lost, kept): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut self.messages)
            .into_iter()
            .partition(|(_, waiting)| partitions.contains(waiting.message.partition()));
        self.messages = kept;
        for (ticket, waiting) in &lost {
            self.ready.remove(ticket);
            for (id, _) in queues_of(&waiting.message) {
                self.leave(id, |queue| queue.cancel(*ticket));
            }
        }
    }

    /// The number of messages that were not started.
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    /// Removes a message from a queue with `leave`, and gives their turn to the next ones.
    fn leave(&mut self, id: QueueId, leave: impl FnOnce(&mut Queue)) {
        let Entry::Occupied(mut queue) = self.queues.entry(id) else { return };
        leave(queue.get_mut());
        while let Some(ticket) = queue.get_mut().next() {
            // A message that is being revoked is no longer there.
            let Some(waiting) = self.messages.get_mut(&ticket) else { continue };
            waiting.queues -= 1;
            if waiting.queues == 0 {
                self.ready.insert(ticket);
            }
        }
        if queue.get().current == 0 {
            queue.remove();
        }
    }
}

/// The queues of a message, and whether it shares its turn there. It may start when it has its turn in all of
/// them.
fn queues_of(message: &impl InLane) -> impl Iterator<Item = (QueueId, bool)> {
    let (key, keyless) = match message.lane() {
        Lane::Free => (None, None),
        Lane::WireKey(key) => (Some(key), None),
        Lane::EventKey(key) => (Some(key), Some(true)),
        Lane::UnknownKey => (None, Some(false)),
    };
    let id = |key| QueueId { partition: message.partition().clone(), key };
    let of_key = key.map(|key| (id(Some(Arc::clone(key))), false));
    of_key.into_iter().chain(keyless.map(|shares| (id(None), shares)))
}

impl Queue {
    /// Returns whether it is the message's turn.
    fn join(&mut self, ticket: Ticket, shares: bool) -> bool {
        let is_next = self.behind.is_empty() && self.admits(shares);
        if is_next {
            self.admit(shares);
        } else {
            self.behind.push_back((ticket, shares));
        }
        is_next
    }

    /// Removes a message that has its turn.
    fn finish(&mut self) {
        self.current -= 1;
    }

    /// Removes a message that may still wait for its turn.
    fn cancel(&mut self, ticket: Ticket) {
        match self.behind.iter().position(|(behind, _)| *behind == ticket) {
            Some(index) => drop(self.behind.remove(index)),
            None => self.finish(),
        }
    }

    /// Gives the next message its turn. Returns `None` if it must wait.
    fn next(&mut self) -> Option<Ticket> {
        let (ticket, shares) = *self.behind.front()?;
        if !self.admits(shares) {
            return None;
        }
        self.behind.pop_front();
        self.admit(shares);
        Some(ticket)
    }

    fn admits(&self, shares: bool) -> bool {
        self.current == 0 || (self.shared && shares)
    }

    fn admit(&mut self, shares: bool) {
        self.current += 1;
        self.shared = shares;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Sample {
        number: usize,
        partition: Partition,
        lane: Lane,
    }

    impl InLane for Sample {
        fn partition(&self) -> &Partition {
            &self.partition
        }

        fn lane(&self) -> &Lane {
            &self.lane
        }
    }

    impl Sample {
        /// Whether this message must be done before `later` starts.
        fn precedes(&self, later: &Self) -> bool {
            let key = |sample: &Self| match &sample.lane {
                Lane::WireKey(key) | Lane::EventKey(key) => Some(Arc::clone(key)),
                Lane::Free | Lane::UnknownKey => None,
            };
            let is_keyless = |sample: &Self| matches!(sample.lane, Lane::EventKey(_) | Lane::UnknownKey);
            let is_unknown = |sample: &Self| sample.lane == Lane::UnknownKey;
            let same_key = key(self).is_some() && key(self) == key(later);
            let perhaps = is_keyless(self) && is_keyless(later) && (is_unknown(self) || is_unknown(later));
            self.partition == later.partition && (same_key || perhaps)
        }
    }

    /// What [`Lanes`] must do: a message may start when those that precede it are done.
    #[derive(Default)]
    struct Model {
        /// The messages that are not done, in the order in which they arrived, and whether they started.
        messages: Vec<(Sample, bool)>,
    }

    impl Model {
        fn pop(&mut self) -> Option<Sample> {
            let may_start = |index: usize| {
                let (message, started) = &self.messages[index];
                !started && !self.messages[..index].iter().any(|(earlier, _)| earlier.precedes(message))
            };
            let index = (0..self.messages.len()).find(|index| may_start(*index))?;
            self.messages[index].1 = true;
            Some(self.messages[index].0.clone())
        }

        /// Removes one of the started messages.
        fn finish(&mut self, choice: usize) -> Option<Sample> {
            let started: Vec<usize> =
                (0..self.messages.len()).filter(|index| self.messages[*index].1).collect();
            let index = started[choice.checked_rem(started.len())?];
            Some(self.messages.remove(index).0)
        }

        fn revoke(&mut self, partition: &Partition) {
            self.messages.retain(|(message, started)| *started || message.partition != *partition);
        }

        fn waiting(&self) -> usize {
            self.messages.iter().filter(|(_, started)| !started).count()
        }
    }

    #[derive(Clone, Debug)]
    enum Action {
        Push(Partition, Lane),
        Pop,
        Finish(usize),
        Revoke(Partition),
    }

    fn partition() -> impl Strategy<Value = Partition> {
        (0_u32..2).prop_map(|number| Partition { topic: "orders".into(), number })
    }

    fn lane() -> impl Strategy<Value = Lane> {
        let key = || (0_u8..3).prop_map(|key| Arc::from([key]));
        prop_oneof![
            1 => Just(Lane::Free),
            3 => key().prop_map(Lane::WireKey),
            4 => key().prop_map(Lane::EventKey),
            2 => Just(Lane::UnknownKey),
        ]
    }

    fn action() -> impl Strategy<Value = Action> {
        prop_oneof![
            6 => (partition(), lane()).prop_map(|(partition, lane)| Action::Push(partition, lane)),
            6 => Just(Action::Pop),
            4 => any::<usize>().prop_map(Action::Finish),
            1 => partition().prop_map(Action::Revoke),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

        #[test]
        fn a_message_starts_when_those_before_it_are_done(actions in prop::collection::vec(action(), 1..80)) {
            let (mut lanes, mut model) = (Lanes::new(), Model::default());
            for (number, action) in actions.into_iter().enumerate() {
                match action {
                    Action::Push(partition, lane) => {
                        let message = Sample { number, partition, lane };
                        model.messages.push((message.clone(), false));
                        lanes.push(message);
                    }
                    Action::Pop => prop_assert_eq!(lanes.pop(), model.pop()),
                    Action::Finish(choice) => {
                        model.finish(choice).iter().for_each(|message| lanes.finish(message));
                    }
                    Action::Revoke(partition) => {
                        lanes.revoke(std::slice::from_ref(&partition));
                        model.revoke(&partition);
                    }
                }
                prop_assert_eq!(lanes.len(), model.waiting());
            }
            // All can be processed, and nothing is left behind.
            let mut is_over = false;
            while !is_over {
                while let Some(message) = model.finish(0) {
                    lanes.finish(&message);
                }
                let next = model.pop();
                is_over = next.is_none();
                prop_assert_eq!(lanes.pop(), next);
            }
            prop_assert!(model.messages.is_empty() && lanes.queues.is_empty());
        }
    }
}
