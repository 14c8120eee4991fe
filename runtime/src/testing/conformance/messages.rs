//! Messages arrive unchanged, in order, on their topic.

use std::{
    collections::BTreeSet,
    num::NonZeroUsize,
    sync::Arc,
    task::{Context, Waker},
    thread,
    time::Duration,
};

use super::Harness;
use super::fixture::{Bench, LONG, PARTITIONS, by_key, number, numbered};
use crate::{
    backend::{BatchError, ErrorKind, Fate, Headers, Message, Outgoing, Position, Start, Subscription},
    blocking::block_on,
};

/// Keys, headers and payloads arrive as they were sent: empty, large, duplicate, not UTF-8, or
/// absent. An absent key or payload is not an empty one.
pub fn messages_arrive_unchanged(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let messages = [
        Message::default(),
        Message { key: Some(Vec::new()), ..Message::default() },
        Message { key: Some(b"gone".to_vec()), payload: None, ..Message::default() },
        Message {
            key: Some(vec![0, 255, b'\'', 128]),
            headers: [("b", &b"2"[..]), ("a", &[0, 255]), ("b", b""), ("Ünï", b"1")].into_iter().collect(),
            payload: Some(vec![0, 1, 2, 255]),
        },
        Message {
            key: Some(vec![7; 300]),
            headers: Headers::new(),
            payload: Some((0..=255).cycle().take(700_000).collect()),
        },
    ];
    let subscriber = bench.join("group", "member", Start::Earliest);
    let before = bench.backend.clock().now();
    let positions: Vec<Position> = messages.iter().map(|message| bench.publish(message.clone())).collect();
    let received = bench.receive(&*subscriber, messages.len());
    // Messages without a key have no order among others.
    for (message, position) in messages.iter().zip(&positions) {
        let delivery = received
            .iter()
            .find(|delivery| delivery.position == *position)
            .expect("the message was published");
        assert_eq!(*delivery.message, *message);
        assert_eq!(delivery.attempt, 1);
        let second = Duration::from_secs(1);
        assert!(
            delivery.published >= before - second
                && delivery.published <= bench.backend.clock().now() + second
        );
    }
    assert_eq!(positions.iter().collect::<std::collections::HashSet<_>>().len(), messages.len());
}

/// The messages of a key arrive in the order in which they were published, regardless of batches.
pub fn a_key_keeps_its_order(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let subscriber = bench.join("group", "member", Start::Earliest);
    for batch in 0..10 {
        let batch = (0..9).map(|n| bench.outgoing(numbered(n % 3, batch * 3 + n / 3))).collect();
        block_on(bench.backend.publish(batch)).expect("an open bus");
    }
    let mut received = Vec::new();
    while received.len() < 90 {
        let batch = bench.receive_some(&*subscriber, 7, bench.patience());
        assert!(!batch.is_empty() && batch.len() <= 7, "{} messages of up to 7", batch.len());
        bench.acknowledge(&*subscriber, &batch);
        received.extend(batch);
    }
    for (key, numbers) in by_key(&received) {
        assert_eq!(numbers, (0..30).collect::<Vec<_>>(), "the order of the key {key}");
    }
    assert_eq!(bench.receive_some(&*subscriber, 7, bench.settle()), []);
}

/// A member gets messages of its topics only.
pub fn topics_are_separate(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let other = Bench::new(harness);
    let both = Subscription {
        topics: vec![Arc::clone(&bench.topic), Arc::clone(&other.topic)],
        ..bench.subscription("both", "member", Start::Earliest, LONG)
    };
    let both = block_on(bench.backend.subscribe(both)).expect("an open bus");
    let one = bench.join("one", "member", Start::Earliest);
    bench.publish(numbered(0, 0));
    other.publish(numbered(0, 1));
    let received = bench.receive(&*both, 2);
    let topics: BTreeSet<_> = received.iter().map(|delivery| &delivery.position.partition.topic).collect();
    assert_eq!(topics.len(), 2);
    assert_eq!(by_key(&bench.receive(&*one, 1))[&0], [0]);
    assert_eq!(bench.receive_some(&*one, 1, bench.settle()), []);
}

/// The order is that of the calls of [`Backend::publish`](crate::backend::Backend::publish), regardless of
/// when their futures are awaited or dropped.
pub fn publishing_is_accepted_in_the_call(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let mut futures: Vec<_> =
        (0..50).map(|n| bench.backend.publish(vec![bench.outgoing(numbered(0, n))])).collect();
    drop(futures.remove(7));
    for future in futures.into_iter().rev() {
        assert_eq!(block_on(future).expect("an open bus").len(), 1);
    }
    let subscriber = bench.join("group", "member", Start::Earliest);
    assert_eq!(by_key(&bench.receive(&*subscriber, 50))[&0], (0..50).collect::<Vec<_>>());
}

/// [`Subscriber::publish_and_acknowledge`](crate::backend::Subscriber::publish_and_acknowledge) does both. If
/// it is called again, it publishes what it says.
pub fn a_message_is_replaced_by_another(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = bench.join("group", "first", Start::Earliest);
    let position = bench.publish(numbered(0, 0));
    bench.receive(&*first, 1);
    let replace = |by| {
        first.publish_and_acknowledge(
            &*bench.backend,
            vec![bench.outgoing(numbered(0, by))],
            vec![position.clone()],
        )
    };
    let published = block_on(replace(1)).expect("the member holds the message");
    assert_eq!(published.len(), 1);
    let mut left = vec![1];
    match block_on(replace(2)) {
        Ok(published) => left.extend(published.iter().map(|_| 2)),
        Err(BatchError { fates, error, .. }) => {
            assert_eq!(error.kind, ErrorKind::Revoked, "{error}");
            assert_eq!(fates.len(), 1);
            left.extend(fates.iter().filter(|fate| matches!(fate, Fate::Published(_))).map(|_| 2));
        }
    }
    block_on(first.close()).expect("an open bus");
    let second = bench.join("group", "second", Start::Earliest);
    let mut received = bench.receive(&*second, left.len());
    received.extend(bench.receive_some(&*second, 1, bench.settle()));
    assert_eq!(by_key(&received)[&0], left);
}

/// When [`Backend::flush`](crate::backend::Backend::flush) completes, the messages that were accepted before
/// it are in the log, even if the future of its call was never polled, or was dropped.
pub fn a_flush_covers_what_was_accepted(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let subscriber = bench.join("group", "member", Start::Earliest);
    let mut futures: Vec<_> =
        (0..50).map(|n| bench.backend.publish(vec![bench.outgoing(numbered(0, n))])).collect();
    futures.truncate(25);
    block_on(bench.backend.flush()).expect("an open bus");
    for future in &mut futures {
        let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_ready(), "a message is not durable after the flush");
    }
    assert_eq!(by_key(&bench.receive(&*subscriber, 50))[&0], (0..50).collect::<Vec<_>>());
}

/// An invalid offset cannot be acknowledged, and a group cannot start at it.
pub fn a_foreign_position_is_invalid(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let subscriber = bench.join("group", "member", Start::Earliest);
    let mut position = bench.publish(numbered(0, 0));
    position.offset = "no offset".into();
    let error = block_on(subscriber.acknowledge(vec![position])).expect_err("an invalid offset");
    assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
    let start = Start::Offset("no offset".into());
    let subscription = bench.subscription("other", "member", start, LONG);
    let error = block_on(bench.backend.subscribe(subscription)).expect_err("an invalid offset");
    assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
}

/// After [`Backend::close`](crate::backend::Backend::close) every call fails, and so does a pending one.
pub fn a_closed_bus_returns_errors(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let subscriber = bench.join("group", "member", Start::Earliest);
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(bench.settle());
            block_on(bench.backend.close()).expect("the first close");
        });
        let error =
            block_on(subscriber.receive(NonZeroUsize::MIN, bench.patience())).expect_err("a closed bus");
        assert_eq!(error.kind, ErrorKind::Closed);
    });
    let error =
        block_on(bench.backend.publish(vec![bench.outgoing(numbered(0, 0))])).expect_err("a closed bus");
    assert_eq!((error.error.kind, error.fates), (ErrorKind::Closed, vec![Fate::NotPublished]));
    assert_eq!(block_on(bench.backend.flush()).expect_err("a closed bus").kind, ErrorKind::Closed);
    let subscription = bench.subscription("group", "late", Start::Latest, LONG);
    assert_eq!(
        block_on(bench.backend.subscribe(subscription)).expect_err("a closed bus").kind,
        ErrorKind::Closed
    );
}

/// What one handle publishes, another one receives, also if the first one is gone.
pub fn handles_share_a_log(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let subscriber = bench.join("group", "member", Start::Earliest);
    for n in 0..3 {
        let other = harness.open();
        let published = block_on(other.publish(vec![bench.outgoing(numbered(0, n))])).expect("an open bus");
        drop(other);
        let received = bench.receive(&*subscriber, 1);
        assert_eq!((&received[0].position, number(&received[0])), (&published[0], n));
        bench.acknowledge(&*subscriber, &received);
    }
}

/// Messages without a key arrive once each, and in order within a partition if the group has one member.
pub fn keyless_messages_arrive(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let message = |n| Message { key: None, ..numbered(0, n) };
    let positions: Vec<Position> = (0..30).map(|n| bench.publish(message(n))).collect();
    let subscriber = bench.join("group", "member", Start::Earliest);
    let received = bench.receive(&*subscriber, 30);
    for partition in positions.iter().map(|position| &position.partition) {
        let of_partition = received
            .iter()
            .map(|delivery| &delivery.position)
            .filter(|position| position.partition == *partition);
        let expected = positions.iter().filter(|position| position.partition == *partition);
        assert!(of_partition.eq(expected), "{partition} is in order");
    }
    bench.acknowledge(&*subscriber, &received);
    block_on(subscriber.close()).expect("an open bus");
    let next = bench.join("group", "next", Start::Earliest);
    assert_eq!(bench.receive_some(&*next, 1, bench.settle()), []);
}

/// A batch may have messages for several topics, and returns a position for each, in its order. An empty
/// batch returns none.
pub fn a_batch_has_several_topics(harness: &dyn Harness) {
    let benches = [Bench::new(harness), Bench::new(harness)];
    let batch = (0..10).map(|n| benches[n % 2].outgoing(numbered(0, n))).collect();
    let positions = block_on(benches[0].backend.publish(batch)).expect("an open bus");
    let topics: Vec<_> = positions.iter().map(|position| &position.partition.topic).collect();
    assert_eq!(topics, (0..10).map(|n| &benches[n % 2].topic).collect::<Vec<_>>());
    for (odd, bench) in benches.iter().enumerate() {
        let subscriber = bench.join("group", "member", Start::Earliest);
        let received = bench.receive(&*subscriber, 5);
        assert_eq!(by_key(&received)[&0], (0..5).map(|n| n * 2 + odd).collect::<Vec<_>>());
        assert!(received.iter().all(|delivery| positions[number(delivery)] == delivery.position));
    }
    assert_eq!(block_on(benches[0].backend.publish(Vec::new())).expect("nothing to do"), []);
}

/// Topics have dots, underscores, hyphens, upper case and 200 bytes; the names of groups and members are any
/// text of up to 200 bytes.
pub fn odd_names_work(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let long = |name: &str| name.chars().chain(['x'; 200]).take(200).collect::<String>();
    let topics: [Arc<str>; 3] = [".A_b-", "_9.", "LONG-"].map(|name| format!("{name}{}", bench.topic).into());
    let topics = [topics[0].clone(), topics[1].clone(), long(&topics[2]).into()];
    for (topic, name) in topics.iter().zip(["a b/c:d*", "'; drop -- \"ü\" \\ %", &long("x")]) {
        harness.create_topic(topic, PARTITIONS);
        let subscription = Subscription {
            topics: vec![Arc::clone(topic)],
            group: name.into(),
            ..bench.subscription("", name, Start::Latest, LONG)
        };
        let subscriber = block_on(bench.backend.subscribe(subscription)).expect("a valid name");
        let outgoing = Outgoing::new(Arc::clone(topic), numbered(0, 0));
        let published = block_on(bench.backend.publish(vec![outgoing])).expect("a valid name");
        let received = bench.receive(&*subscriber, 1);
        assert_eq!(received[0].position, published[0]);
        bench.acknowledge(&*subscriber, &received);
        block_on(subscriber.close()).expect("an open bus");
    }
}

/// Messages with payloads of 64 KiB, the limit of a publisher, and of 900 KiB arrive, alone and in a batch.
pub fn large_messages_arrive(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let message = |kib: usize| Message {
        payload: Some((0..=255).cycle().take(kib * 1024).collect()),
        ..numbered(0, 0)
    };
    let with_headers = |kib: usize| Message {
        headers: (0..kib).map(|number| (number.to_string(), [7; 1000])).collect(),
        ..message(1)
    };
    let messages = [message(64), message(899), message(64), with_headers(64)];
    bench.publish(messages[0].clone());
    bench.publish(messages[1].clone());
    let batch = messages[2..].iter().map(|message| bench.outgoing(message.clone())).collect();
    block_on(bench.backend.publish(batch)).expect("an open bus");
    let subscriber = bench.join("group", "member", Start::Earliest);
    let received = bench.receive(&*subscriber, 4);
    assert!(received.iter().map(|delivery| &*delivery.message).eq(&messages), "they are unchanged");
}
