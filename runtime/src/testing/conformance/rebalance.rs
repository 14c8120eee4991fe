//! Partitions that are assigned to other members. A log without assignment keeps the same promises.

use std::{
    collections::{BTreeMap, HashMap},
    num::NonZeroUsize,
    task::{Context, Waker},
    time::Instant,
};

use super::Harness;
use super::fixture::{Bench, by_key, number, numbered};
use crate::{
    backend::{ErrorKind, Partition, Rebalance, Start},
    blocking::block_on,
};

/// All messages of a key are in one partition, and a member gets those of all partitions.
pub fn a_key_stays_in_its_partition(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let subscriber = bench.join("group", "member", Start::Earliest);
    let mut partitions = HashMap::<usize, Partition>::new();
    for n in 0..90 {
        let position = bench.publish(numbered(n % 30, n / 30));
        let partition = partitions.entry(n % 30).or_insert_with(|| position.partition.clone());
        assert_eq!(*partition, position.partition, "the key {}", n % 30);
    }
    let received = bench.receive(&*subscriber, 90);
    let keys = by_key(&received);
    assert!(keys.len() == 30 && keys.values().all(|numbers| *numbers == [0, 1, 2]), "{keys:?}");
    bench.acknowledge(&*subscriber, &received);
}

/// If each message is acknowledged before its partition is released, no message is delivered twice, however
/// often members join and leave.
pub fn a_rebalance_repeats_nothing_acknowledged(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let mut members = Vec::new();
    let mut received = Vec::new();
    for round in 0..12 {
        match round {
            0 | 2 | 4 | 8 => members.push(bench.join("group", &format!("{round}"), Start::Earliest)),
            6 | 10 => block_on(members.remove(0).close()).expect("an open bus"),
            _ => {}
        }
        (0..10).for_each(|key| drop(bench.publish(numbered(key, round))));
        for member in &members {
            let batch = bench.receive_some(&**member, 7, bench.settle() / 10);
            bench.acknowledge(&**member, &batch);
            received.extend(batch);
        }
    }
    let begin = Instant::now();
    while received.len() < 120 {
        assert!(begin.elapsed() < bench.patience(), "{} of 120 messages arrived", received.len());
        for member in &members {
            let batch = bench.receive_some(&**member, 7, bench.settle() / 10);
            bench.acknowledge(&**member, &batch);
            received.extend(batch);
        }
    }
    for (key, numbers) in by_key(&received) {
        assert_eq!(numbers, (0..12).collect::<Vec<_>>(), "the key {key}");
    }
}

/// Messages that were received and not acknowledged when their partition is released go to another member, in
/// order.
pub fn unfinished_messages_move_with_their_partition(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = bench.join("group", "first", Start::Earliest);
    (0..24).for_each(|n| drop(bench.publish(numbered(n % 8, n / 8))));
    let received = bench.receive(&*first, 24);
    let done: Vec<_> = received.into_iter().filter(|delivery| number(delivery) == 0).collect();
    bench.acknowledge(&*first, &done);
    let second = bench.join("group", "second", Start::Earliest);
    while let Some(change) = bench.next_change(&*first) {
        if let Rebalance::Revoking(partitions) = change {
            block_on(first.release(partitions)).expect("an open bus");
        }
    }
    block_on(first.close()).expect("an open bus");
    let mut keys = BTreeMap::<usize, Vec<usize>>::new();
    let begin = Instant::now();
    while keys.values().map(Vec::len).sum::<usize>() < 16 {
        assert!(begin.elapsed() < bench.patience(), "{keys:?}");
        for (key, numbers) in by_key(&bench.receive_some(&*second, 24, bench.patience())) {
            keys.entry(key).or_default().extend(numbers.into_iter().filter(|number| *number > 0));
        }
    }
    assert!(keys.len() == 8 && keys.values().all(|numbers| *numbers == [1, 2]), "{keys:?}");
}

/// A dropped future of [`Subscriber::rebalance`](crate::backend::Subscriber::rebalance) loses no change.
pub fn a_dropped_rebalance_loses_nothing(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = bench.join("group", "first", Start::Earliest);
    while bench.next_change(&*first).is_some() {}
    let mut dropped = first.rebalance();
    assert!(dropped.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let second = bench.join("group", "second", Start::Earliest);
    drop(dropped);
    bench.publish(numbered(0, 0));
    if let Some(Rebalance::Revoking(partitions)) = bench.next_change(&*first) {
        block_on(first.release(partitions)).expect("an open bus");
        assert!(matches!(bench.next_change(&*second), Some(Rebalance::Assigned(_))));
    }
    let members = [first, second];
    let received = members.iter().flat_map(|member| bench.receive_some(&**member, 1, bench.settle()));
    assert_eq!(received.count(), 1);
}

/// A member gets the partitions that it reads. Those that another member gets are first about to be revoked:
/// then their owner receives nothing of them, and the other one does once they are released.
pub fn a_released_partition_is_assigned(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = bench.join("group", "first", Start::Earliest);
    let Some(Rebalance::Assigned(all)) = bench.next_change(&*first) else { panic!("it reads all") };
    let second = bench.join("group", "second", Start::Earliest);
    let Some(Rebalance::Revoking(leaving)) = bench.next_change(&*first) else { panic!("some leave") };
    assert!(!leaving.is_empty() && leaving.iter().all(|partition| all.contains(partition)));
    assert_eq!(bench.next_change(&*second), None, "they are not released");
    (0..60).for_each(|key| drop(bench.publish(numbered(key, 0))));
    let max = NonZeroUsize::MIN.saturating_add(99);
    let of_first = block_on(first.receive(max, bench.patience())).expect("nothing is revoked").deliveries;
    assert!(of_first.iter().all(|delivery| !leaving.contains(&delivery.position.partition)));
    // A partition that is not about to be revoked is not released.
    block_on(first.release(all.clone())).expect("an open bus");
    assert_eq!(bench.next_change(&*second), Some(Rebalance::Assigned(leaving.clone())));
    let of_second = bench.receive(&*second, 60 - of_first.len());
    assert!(of_second.iter().all(|delivery| leaving.contains(&delivery.position.partition)));
}

/// The partitions of a dead member are revoked. If it comes back, it gets messages only after it has taken
/// the revocation.
pub fn a_revocation_is_taken_before_messages(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let dead = bench.join_with("group", "dead", Start::Earliest, bench.claim_after());
    let Some(Rebalance::Assigned(all)) = bench.next_change(&*dead) else { panic!("it reads all") };
    bench.publish(numbered(0, 0));
    let other = bench.join("group", "other", Start::Earliest);
    // It gets all partitions, as soon as the first member is dead.
    assert_eq!(bench.receive(&*other, 1).len(), 1);
    block_on(bench.backend.clock().sleep(bench.claim_after() * 2));
    while bench.next_change(&*other).is_some() {}
    for _ in 0..2 {
        let error = block_on(dead.receive(NonZeroUsize::MIN, bench.settle())).expect_err("it was revoked");
        assert_eq!(error.kind, ErrorKind::Revoked, "{error}");
    }
    let revoked = bench.next_change(&*dead);
    assert!(
        matches!(&revoked, Some(Rebalance::Revoked(partitions)) if partitions.len() == all.len()),
        "{revoked:?}"
    );
    block_on(dead.receive(NonZeroUsize::MIN, bench.settle())).expect("it has taken the revocation");
}
