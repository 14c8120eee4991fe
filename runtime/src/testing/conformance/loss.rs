//! Messages that the log deletes before a group has done them.

use super::Harness;
use super::fixture::{Bench, by_key, number, numbered};
use crate::{
    backend::{Gap, Position, Start, Subscriber},
    blocking::block_on,
};

/// Receives until a batch names a gap.
fn gap(bench: &Bench<'_>, subscriber: &dyn Subscriber) -> Gap {
    loop {
        let mut batch = bench.receive_batch(subscriber, 1, bench.patience());
        if let Some(gap) = batch.gaps.pop() {
            assert_eq!(batch.gaps, [], "one gap");
            return gap;
        }
        assert!(!batch.deliveries.is_empty(), "a batch names the gap");
        bench.acknowledge(subscriber, &batch.deliveries);
    }
}

/// Each group that had not done deleted messages learns of them once, and gets the messages that are left.
pub fn a_loss_is_told_once(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let [behind, ahead] = ["behind", "ahead"].map(|group| bench.join(group, "first", Start::Earliest));
    let positions: Vec<Position> = (0..4).map(|n| bench.publish(numbered(0, n))).collect();
    for (subscriber, done) in [(&behind, 1), (&ahead, 4)] {
        let received = bench.receive(&**subscriber, done);
        bench.acknowledge(&**subscriber, &received);
    }
    block_on(behind.close()).expect("an open bus");
    harness.discard(&positions[3]);

    let behind = bench.join("behind", "second", Start::Earliest);
    let batch = bench.receive_batch(&*behind, 10, bench.patience());
    let [gap] = &batch.gaps[..] else { panic!("one gap: {batch:?}") };
    assert_eq!(gap.partition, positions[3].partition);
    assert!(gap.messages.is_none_or(|messages| messages == 2), "{gap:?}");
    let mut left = batch.deliveries;
    if left.is_empty() {
        left = bench.receive(&*behind, 1);
    }
    assert_eq!(by_key(&left)[&0], [3]);
    assert!(bench.receive_batch(&*behind, 10, bench.settle()).is_empty(), "the gap was named once");
    assert!(bench.receive_batch(&*ahead, 10, bench.settle()).is_empty(), "it had done all messages");
    bench.acknowledge(&*behind, &left);
    for subscriber in [behind, ahead] {
        block_on(subscriber.close()).expect("an open bus");
    }
    for group in ["behind", "ahead", "new"] {
        let next = bench.join(group, "next", Start::Earliest);
        bench.publish(numbered(0, 4));
        assert!(bench.receive(&*next, 1).iter().all(|delivery| number(delivery) >= 3), "{group}");
    }
}

/// A member may acknowledge a message that it held when the log deleted it. If it leaves instead, the message
/// is lost.
pub fn a_held_message_is_lost_with_its_member(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let holder = bench.join("group", "holder", Start::Earliest);
    let positions: Vec<Position> = (0..3).map(|n| bench.publish(numbered(0, n))).collect();
    let held = bench.receive(&*holder, 2);
    harness.discard(&positions[2]);
    bench.acknowledge(&*holder, &held[..1]);
    let next = bench.receive(&*holder, 1);
    assert_eq!(by_key(&next)[&0], [2], "what a member holds is not lost");
    block_on(holder.close()).expect("an open bus");

    let other = bench.join("group", "other", Start::Earliest);
    let gap = gap(&bench, &*other);
    assert!(gap.messages.is_none_or(|messages| messages == 1), "{gap:?}");
    assert_eq!(gap.from.as_ref().map_or(&positions[1].offset, |from| from), &positions[1].offset);
}
