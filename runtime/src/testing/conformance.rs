//! What holds for every backend: one case for each promise of [`backend`](crate::backend).
//!
//! A backend runs them all from its tests; the function gives an open bus, each time a fresh one or each time the same:
//!
//! ```
//! use signalbook_runtime::MemoryBackend;
//!
//! signalbook_runtime::conformance!(MemoryBackend::new);
//! ```

// A case panics where the promise is broken: that is what it is for.
#![allow(clippy::missing_panics_doc)]

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Waker},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::{
    backend::{Backend, Delivery, ErrorKind, Message, Outgoing, Position, Start, Subscriber, Subscription},
    blocking::block_on,
};

/// Makes a `#[test]` of each case, over the bus that the function gives: `fn() -> impl Backend + 'static`.
#[macro_export]
macro_rules! conformance {
    ($open:expr) => {
        $crate::conformance!($open;
            messages_arrive_whole
            a_key_keeps_its_order
            a_key_is_in_one_members_hands
            groups_know_nothing_of_each_other
            a_group_goes_on_where_it_stands
            a_new_group_begins_where_it_says
            a_group_moves_to_an_offset
            a_group_moves_to_a_time
            what_was_not_acknowledged_returns_on_close
            acknowledgements_come_in_any_order
            a_dead_members_messages_go_to_another
            a_sign_of_life_postpones_the_claim
            a_late_acknowledgement_is_refused_or_counts
            a_name_that_joins_again_takes_its_place
            a_cancelled_receive_loses_nothing
            publishing_is_accepted_in_the_call
            receive_waits_and_wakes
            acknowledging_while_receiving
            many_members_share_the_work
            topics_are_apart
            a_foreign_position_is_invalid
            a_closed_bus_says_so
        );
    };
    ($open:expr; $($case:ident)*) => {
        $(
            #[test]
            fn $case() {
                let backend = ($open)();
                $crate::testing::conformance::$case(&backend);
            }
        )*
    };
}

/// After how long a member that the cases kill is dead.
const CLAIM_AFTER: Duration = Duration::from_millis(400);
/// A wait in which nothing is to happen.
const SHORT: Duration = Duration::from_millis(50);
/// A wait in which what must happen happens.
const LONG: Duration = Duration::from_secs(10);

/// Keys, headers and payloads come back as they were sent: empty, large, doubled, not UTF-8, or none.
pub fn messages_arrive_whole(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let header = |name: &str, value: &[u8]| (name.to_owned(), value.to_vec());
    let messages = [
        Message::default(),
        Message { key: Some(Vec::new()), ..Message::default() },
        Message {
            key: Some(vec![0, 255, b'\'', 128]),
            headers: vec![header("b", b"2"), header("a", &[0, 255]), header("b", b""), header("Ünï", b"1")],
            payload: vec![0, 1, 2, 255],
        },
        Message {
            key: Some(vec![7; 300]),
            headers: Vec::new(),
            payload: (0..=255).cycle().take(700_000).collect(),
        },
    ];
    let subscriber = bench.join("group", "member", Start::Earliest);
    let before = backend.clock().now();
    let positions: Vec<Position> = messages.iter().map(|message| bench.publish(message.clone())).collect();
    let received = bench.receive(&*subscriber, messages.len());
    // Messages without a key have no order among others.
    for (message, position) in messages.iter().zip(&positions) {
        let delivery =
            received.iter().find(|delivery| delivery.position == *position).expect("it was published");
        assert_eq!(delivery.message, *message);
        assert_eq!(delivery.attempt, 1);
        let second = Duration::from_secs(1);
        assert!(
            delivery.published >= before - second && delivery.published <= backend.clock().now() + second
        );
    }
    assert_eq!(positions.iter().collect::<std::collections::HashSet<_>>().len(), messages.len());
}

/// Within a key messages come in the order in which they were published, whatever the batches.
pub fn a_key_keeps_its_order(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let subscriber = bench.join("group", "member", Start::Earliest);
    for batch in 0..10 {
        let batch = (0..9).map(|n| bench.outgoing(numbered(n % 3, batch * 3 + n / 3))).collect();
        block_on(backend.publish(batch)).expect("an open bus");
    }
    let mut received = Vec::new();
    while received.len() < 90 {
        let batch = bench.receive_some(&*subscriber, 7, LONG);
        assert!(!batch.is_empty() && batch.len() <= 7, "{} messages of up to 7", batch.len());
        bench.acknowledge(&*subscriber, &batch);
        received.extend(batch);
    }
    for (key, numbers) in by_key(&received) {
        assert_eq!(numbers, (0..30).collect::<Vec<_>>(), "of the key {key}");
    }
    assert_eq!(bench.receive_some(&*subscriber, 7, SHORT), []);
}

/// While a member holds a message of a key, no other member of the group gets one; when it leaves, another gets all.
pub fn a_key_is_in_one_members_hands(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let first = bench.join("group", "first", Start::Earliest);
    bench.publish(numbered(0, 0));
    assert_eq!(bench.receive(&*first, 1).len(), 1);
    let second = bench.join("group", "second", Start::Earliest);
    bench.publish(numbered(0, 1));
    bench.publish(numbered(0, 2));
    let early = bench.receive_some(&*second, 10, SHORT);
    assert!(early.is_empty(), "the key is in another member's hands");
    block_on(first.close()).expect("an open bus");
    let received = bench.receive(&*second, 3);
    assert_eq!(by_key(&received)[&0], [0, 1, 2]);
}

/// Each group gets every message.
pub fn groups_know_nothing_of_each_other(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let [one, other] = ["one", "other"].map(|group| bench.join(group, "member", Start::Earliest));
    (0..20).for_each(|n| drop(bench.publish(numbered(n % 4, n))));
    let of_one = bench.receive(&*one, 20);
    bench.acknowledge(&*one, &of_one);
    let of_other = bench.receive(&*other, 20);
    assert_eq!(by_key(&of_one), by_key(&of_other));
}

/// What a group has acknowledged it does not get again, whatever [`Start`] its next member names; what it has not, it does.
pub fn a_group_goes_on_where_it_stands(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let first = bench.join("group", "first", Start::Earliest);
    (0..4).for_each(|n| drop(bench.publish(numbered(0, n))));
    let received = bench.receive(&*first, 4);
    bench.acknowledge(&*first, &received[..2]);
    block_on(first.close()).expect("an open bus");
    bench.publish(numbered(0, 4));
    for start in [Start::Latest, Start::Earliest] {
        let next = bench.join("group", "next", start);
        assert_eq!(by_key(&bench.receive(&*next, 3))[&0], [2, 3, 4]);
        block_on(next.close()).expect("an open bus");
    }
}

/// At the oldest message, or at what is published from now on.
pub fn a_new_group_begins_where_it_says(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    bench.publish(numbered(0, 0));
    let [latest, earliest] = [("latest", Start::Latest), ("earliest", Start::Earliest)]
        .map(|(group, start)| bench.join(group, "member", start));
    bench.publish(numbered(0, 1));
    assert_eq!(by_key(&bench.receive(&*latest, 1))[&0], [1]);
    assert_eq!(by_key(&bench.receive(&*earliest, 2))[&0], [0, 1]);
}

/// [`Start::Offset`] moves a group forward and back; the offset is the next one read.
pub fn a_group_moves_to_an_offset(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let positions: Vec<Position> = (0..5).map(|n| bench.publish(numbered(0, n))).collect();
    for first in [3, 1] {
        let start = Start::Offset(positions[first].offset.clone());
        let subscriber = bench.join("group", "member", start);
        let received = bench.receive(&*subscriber, 5 - first);
        assert_eq!(received[0].position, positions[first]);
        bench.acknowledge(&*subscriber, &received);
        block_on(subscriber.close()).expect("an open bus");
    }
}

/// [`Start::Time`] moves a group to the first message taken at that time or later.
pub fn a_group_moves_to_a_time(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    (0..2).for_each(|n| drop(bench.publish(numbered(0, n))));
    block_on(backend.clock().sleep(SHORT));
    let time = backend.clock().now();
    block_on(backend.clock().sleep(SHORT));
    (2..4).for_each(|n| drop(bench.publish(numbered(0, n))));
    for _ in 0..2 {
        let subscriber = bench.join("group", "member", Start::Time(time));
        let received = bench.receive(&*subscriber, 2);
        assert_eq!(by_key(&received)[&0], [2, 3]);
        bench.acknowledge(&*subscriber, &received);
        block_on(subscriber.close()).expect("an open bus");
    }
}

/// At once, to another member, in order.
pub fn what_was_not_acknowledged_returns_on_close(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let [first, second] = ["first", "second"].map(|member| bench.join("group", member, Start::Earliest));
    (0..4).for_each(|n| drop(bench.publish(numbered(0, n))));
    let received = bench.receive(&*first, 4);
    bench.acknowledge(&*first, &received[..1]);
    block_on(first.close()).expect("an open bus");
    let returned = bench.receive(&*second, 3);
    assert_eq!(by_key(&returned)[&0], [1, 2, 3]);
}

/// A message stays undone though one after it is done.
pub fn acknowledgements_come_in_any_order(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let first = bench.join("group", "first", Start::Earliest);
    (0..4).for_each(|n| drop(bench.publish(numbered(n, n))));
    let received = bench.receive(&*first, 4);
    let (kept, done): (Vec<_>, Vec<_>) = received.into_iter().partition(|delivery| number(delivery) == 0);
    done.iter().rev().for_each(|delivery| bench.acknowledge(&*first, std::slice::from_ref(delivery)));
    block_on(first.close()).expect("an open bus");
    let second = bench.join("group", "second", Start::Earliest);
    // A log that keeps one offset for a partition hands out what lies after it once more: at least once.
    let returned = bench.receive(&*second, 1);
    assert_eq!(returned[0].position, kept[0].position);
}

/// After [`Subscription::claim_after`], in order, though their owner never said goodbye.
pub fn a_dead_members_messages_go_to_another(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let dead = bench.join("group", "dead", Start::Earliest);
    (0..3).for_each(|n| drop(bench.publish(numbered(0, n))));
    assert_eq!(bench.receive(&*dead, 3).len(), 3);
    let alive = bench.join("group", "alive", Start::Earliest);
    drop(dead);
    let claimed = bench.receive(&*alive, 3);
    assert_eq!(by_key(&claimed)[&0], [0, 1, 2]);
    bench.acknowledge(&*alive, &claimed);
}

/// [`Subscriber::keep_alive`] keeps what a member holds for longer than [`Subscription::claim_after`].
pub fn a_sign_of_life_postpones_the_claim(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let [slow, other] = ["slow", "other"].map(|member| bench.join("group", member, Start::Earliest));
    bench.publish(numbered(0, 0));
    // A log that assigns whole partitions gives it to one of the two; the other keeps quiet.
    let (held, slow, other) = match bench.receive_some(&*slow, 1, LONG / 10) {
        held if held.is_empty() => (bench.receive(&*other, 1), other, slow),
        held => (held, slow, other),
    };
    let begin = Instant::now();
    while begin.elapsed() < CLAIM_AFTER * 2 {
        block_on(slow.keep_alive()).expect("a living member");
        assert_eq!(bench.receive_some(&*other, 1, CLAIM_AFTER / 8), []);
    }
    bench.acknowledge(&*slow, &held);
}

/// A message that passed to another member: the first owner's acknowledgement is [`ErrorKind::Revoked`], or it counts.
pub fn a_late_acknowledgement_is_refused_or_counts(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let late = bench.join("group", "late", Start::Earliest);
    bench.publish(numbered(0, 0));
    let held = bench.receive(&*late, 1);
    let next = bench.join("group", "next", Start::Earliest);
    assert_eq!(bench.receive(&*next, 1)[0].position, held[0].position);
    let counted = match block_on(late.acknowledge(vec![held[0].position.clone()])) {
        Ok(()) => true,
        Err(error) => {
            assert!(
                matches!(error.kind, ErrorKind::Revoked | ErrorKind::Closed),
                "{:?}: {error}",
                error.kind
            );
            false
        }
    };
    block_on(next.close()).expect("an open bus");
    drop(late);
    let last = bench.join("group", "last", Start::Earliest);
    let again = bench.receive_some(&*last, 1, if counted { SHORT } else { LONG });
    assert_eq!(again.is_empty(), counted);
}

/// A process with a fixed name that was restarted has its messages at once.
pub fn a_name_that_joins_again_takes_its_place(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let before = bench.join_with("group", "member", Start::Earliest, LONG * 10);
    (0..2).for_each(|n| drop(bench.publish(numbered(0, n))));
    assert_eq!(bench.receive(&*before, 2).len(), 2);
    let after = bench.join_with("group", "member", Start::Earliest, LONG * 10);
    drop(before);
    assert_eq!(by_key(&bench.receive(&*after, 2))[&0], [0, 1]);
}

/// A future of [`Subscriber::receive`] that is dropped, polled or not, took no message with it.
pub fn a_cancelled_receive_loses_nothing(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let subscriber = bench.join("group", "member", Start::Earliest);
    let mut received = Vec::new();
    for n in 0..20 {
        let mut receive = subscriber.receive(NonZeroUsize::MIN, LONG);
        let mut context = Context::from_waker(Waker::noop());
        if let std::task::Poll::Ready(batch) = receive.as_mut().poll(&mut context) {
            received.extend(batch.expect("an open bus").deliveries);
        }
        bench.publish(numbered(0, n));
        if n % 2 == 0 {
            // Time for the message to be on its way to the future that goes.
            thread::sleep(Duration::from_millis(5));
        }
        drop(receive);
    }
    received.extend(bench.receive(&*subscriber, 20 - received.len()));
    assert_eq!(by_key(&received)[&0], (0..20).collect::<Vec<_>>());
}

/// The order is that of the calls of [`Backend::publish`], whenever their futures are awaited, or if they are dropped.
pub fn publishing_is_accepted_in_the_call(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let mut futures: Vec<_> =
        (0..50).map(|n| backend.publish(vec![bench.outgoing(numbered(0, n))])).collect();
    drop(futures.remove(7));
    for future in futures.into_iter().rev() {
        assert_eq!(block_on(future).expect("an open bus").len(), 1);
    }
    let subscriber = bench.join("group", "member", Start::Earliest);
    assert_eq!(by_key(&bench.receive(&*subscriber, 50))[&0], (0..50).collect::<Vec<_>>());
}

/// [`Subscriber::receive`] ends empty after its wait, and early when a message comes.
pub fn receive_waits_and_wakes(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let subscriber = bench.join("group", "member", Start::Earliest);
    let begin = Instant::now();
    assert_eq!(bench.receive_some(&*subscriber, 1, SHORT), []);
    assert!(begin.elapsed() >= SHORT);
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(SHORT);
            bench.publish(numbered(0, 0));
        });
        assert_eq!(bench.receive_some(&*subscriber, 1, LONG).len(), 1);
    });
    assert!(begin.elapsed() < LONG);
}

/// A message may be acknowledged while the next is awaited.
pub fn acknowledging_while_receiving(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let subscriber = bench.join("group", "member", Start::Earliest);
    bench.publish(numbered(0, 0));
    let first = bench.receive(&*subscriber, 1);
    let mut receive = subscriber.receive(NonZeroUsize::MIN, LONG);
    assert!(receive.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    bench.acknowledge(&*subscriber, &first);
    block_on(subscriber.keep_alive()).expect("a living member");
    bench.publish(numbered(0, 1));
    let second = block_on(receive).expect("an open bus").deliveries;
    assert_eq!(by_key(&second)[&0], [1]);
}

/// Each message goes to one member, and a key's messages in order, with members that run at once.
pub fn many_members_share_the_work(backend: &dyn Backend) {
    const MESSAGES: usize = 400;
    let bench = Bench::new(backend);
    let members: Vec<_> =
        (0..4).map(|n| bench.join_with("group", &format!("member-{n}"), Start::Earliest, LONG)).collect();
    let done = AtomicUsize::new(0);
    let received: Vec<Delivery> = thread::scope(|scope| {
        let threads: Vec<_> = members
            .iter()
            .map(|member| {
                scope.spawn(|| {
                    let mut received = Vec::new();
                    let begin = Instant::now();
                    while done.load(Ordering::Relaxed) < MESSAGES && begin.elapsed() < LONG * 3 {
                        let batch = bench.receive_some(&**member, 5, SHORT);
                        bench.acknowledge(&**member, &batch);
                        done.fetch_add(batch.len(), Ordering::Relaxed);
                        received.extend(batch.into_iter().map(|delivery| (Instant::now(), delivery)));
                    }
                    received
                })
            })
            .collect();
        for n in (0..MESSAGES).step_by(20) {
            let batch = (n..n + 20).map(|n| bench.outgoing(numbered(n % 20, n / 20))).collect();
            block_on(backend.publish(batch)).expect("an open bus");
        }
        let mut received: Vec<_> =
            threads.into_iter().flat_map(|thread| thread.join().expect("no member panics")).collect();
        received.sort_by_key(|(time, _)| *time);
        received.into_iter().map(|(_, delivery)| delivery).collect()
    });
    let positions: BTreeSet<_> = received.iter().map(|delivery| delivery.position.to_string()).collect();
    assert_eq!(positions.len(), MESSAGES, "every message");
    assert_eq!(received.len(), MESSAGES, "each once");
}

/// A member gets the topics that it names and no other.
pub fn topics_are_apart(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let other = Bench::new(backend);
    let both = Subscription {
        topics: vec![Arc::clone(&bench.topic), Arc::clone(&other.topic)],
        ..bench.subscription("both", "member", Start::Earliest, CLAIM_AFTER)
    };
    let both = block_on(backend.subscribe(both)).expect("an open bus");
    let one = bench.join("one", "member", Start::Earliest);
    bench.publish(numbered(0, 0));
    other.publish(numbered(0, 1));
    let received = bench.receive(&*both, 2);
    let topics: BTreeSet<_> = received.iter().map(|delivery| &delivery.position.partition.topic).collect();
    assert_eq!(topics.len(), 2);
    assert_eq!(by_key(&bench.receive(&*one, 1))[&0], [0]);
    assert_eq!(bench.receive_some(&*one, 1, SHORT), []);
}

/// Acknowledging, or starting at, what is no position of this log.
pub fn a_foreign_position_is_invalid(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let subscriber = bench.join("group", "member", Start::Earliest);
    let mut position = bench.publish(numbered(0, 0));
    position.offset = "no offset".into();
    let error =
        block_on(subscriber.acknowledge(vec![position])).expect_err("an offset in a foreign notation");
    assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
    let start = Start::Offset("no offset".into());
    let subscription = bench.subscription("other", "member", start, CLAIM_AFTER);
    let error = block_on(backend.subscribe(subscription)).expect_err("an offset in a foreign notation");
    assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
}

/// Every call after [`Backend::close`], and one that waits.
pub fn a_closed_bus_says_so(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let subscriber = bench.join("group", "member", Start::Earliest);
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(SHORT);
            block_on(backend.close()).expect("the first close");
        });
        let error = block_on(subscriber.receive(NonZeroUsize::MIN, LONG)).expect_err("a closed bus");
        assert_eq!(error.kind, ErrorKind::Closed);
    });
    let error = block_on(backend.publish(vec![bench.outgoing(numbered(0, 0))])).expect_err("a closed bus");
    assert_eq!((error.error.kind, error.published), (ErrorKind::Closed, vec![None]));
    let subscription = bench.subscription("group", "late", Start::Latest, CLAIM_AFTER);
    assert_eq!(block_on(backend.subscribe(subscription)).expect_err("a closed bus").kind, ErrorKind::Closed);
}

/// A topic of its own on the bus under test.
struct Bench<'a> {
    backend: &'a dyn Backend,
    topic: Arc<str>,
}

impl<'a> Bench<'a> {
    fn new(backend: &'a dyn Backend) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        Self { backend, topic: format!("conformance-{time}-{count}").into() }
    }

    fn outgoing(&self, message: Message) -> Outgoing {
        Outgoing { topic: Arc::clone(&self.topic), message }
    }

    fn publish(&self, message: Message) -> Position {
        let mut positions =
            block_on(self.backend.publish(vec![self.outgoing(message)])).expect("an open bus");
        assert_eq!((positions.len(), &positions[0].partition.topic), (1, &self.topic));
        positions.remove(0)
    }

    fn subscription(&self, group: &str, member: &str, start: Start, claim_after: Duration) -> Subscription {
        Subscription {
            topics: vec![Arc::clone(&self.topic)],
            // Groups too are of this case alone.
            group: format!("{group}-{}", self.topic).into(),
            member: member.into(),
            start,
            claim_after,
        }
    }

    fn join(&self, group: &str, member: &str, start: Start) -> Box<dyn Subscriber> {
        self.join_with(group, member, start, CLAIM_AFTER)
    }

    fn join_with(
        &self,
        group: &str,
        member: &str,
        start: Start,
        claim_after: Duration,
    ) -> Box<dyn Subscriber> {
        block_on(self.backend.subscribe(self.subscription(group, member, start, claim_after)))
            .expect("an open bus")
    }

    /// What one call brings.
    fn receive_some(&self, subscriber: &dyn Subscriber, max: usize, wait: Duration) -> Vec<Delivery> {
        let max = NonZeroUsize::new(max).expect("the cases ask for some");
        block_on(subscriber.receive(max, wait))
            .unwrap_or_else(|error| panic!("{}: {error}", self.topic))
            .deliveries
    }

    /// Exactly `count` messages.
    fn receive(&self, subscriber: &dyn Subscriber, count: usize) -> Vec<Delivery> {
        let begin = Instant::now();
        let mut received = Vec::new();
        while received.len() < count {
            assert!(begin.elapsed() < LONG, "{} of {count} messages came", received.len());
            received.extend(self.receive_some(subscriber, count - received.len(), LONG));
        }
        received
    }

    fn acknowledge(&self, subscriber: &dyn Subscriber, deliveries: &[Delivery]) {
        let positions = deliveries.iter().map(|delivery| delivery.position.clone()).collect();
        block_on(subscriber.acknowledge(positions)).unwrap_or_else(|error| panic!("{}: {error}", self.topic));
    }
}

/// A message that says its number, of the key of that number.
fn numbered(key: usize, number: usize) -> Message {
    Message { key: Some(key.to_string().into()), headers: Vec::new(), payload: number.to_string().into() }
}

fn number(delivery: &Delivery) -> usize {
    parse(&delivery.message.payload)
}

/// The numbers, in the order in which they came, by key.
fn by_key(deliveries: &[Delivery]) -> BTreeMap<usize, Vec<usize>> {
    let mut keys = BTreeMap::<_, Vec<_>>::new();
    for delivery in deliveries {
        let key = parse(delivery.message.key.as_ref().expect("a numbered message has a key"));
        keys.entry(key).or_default().push(number(delivery));
    }
    keys
}

fn parse(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).expect("a numbered message")
}
