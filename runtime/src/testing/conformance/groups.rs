//! The positions of groups, and how they move.

use super::fixture::{Bench, SHORT, by_key, numbered};
use crate::{
    backend::{Backend, Position, Start},
    blocking::block_on,
};

/// Each group gets every message.
pub fn groups_are_independent(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    let [one, other] = ["one", "other"].map(|group| bench.join(group, "member", Start::Earliest));
    (0..20).for_each(|n| drop(bench.publish(numbered(n % 4, n))));
    let of_one = bench.receive(&*one, 20);
    bench.acknowledge(&*one, &of_one);
    let of_other = bench.receive(&*other, 20);
    assert_eq!(by_key(&of_one), by_key(&of_other));
}

/// A group does not get acknowledged messages again, regardless of the [`Start`] of its next member. It gets
/// the others again.
pub fn a_group_continues_at_its_position(backend: &dyn Backend) {
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

/// A new group begins at the oldest message, or with the messages published from now on.
pub fn a_new_group_begins_at_its_start(backend: &dyn Backend) {
    let bench = Bench::new(backend);
    bench.publish(numbered(0, 0));
    let [latest, earliest] = [("latest", Start::Latest), ("earliest", Start::Earliest)]
        .map(|(group, start)| bench.join(group, "member", start));
    bench.publish(numbered(0, 1));
    assert_eq!(by_key(&bench.receive(&*latest, 1))[&0], [1]);
    assert_eq!(by_key(&bench.receive(&*earliest, 2))[&0], [0, 1]);
}

/// [`Start::Offset`] moves a group forward and back. The offset is the next one to read.
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

/// [`Start::Time`] moves a group to the first message accepted at that time or later.
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
