//! The positions of groups, and where they begin.

use std::time::UNIX_EPOCH;

use super::Harness;
use super::fixture::{Bench, by_key, numbered};
use crate::{
    backend::{Position, Start},
    blocking::block_on,
};

/// Each group gets every message.
pub fn groups_are_independent(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let [one, other] = ["one", "other"].map(|group| bench.join(group, "member", Start::Earliest));
    (0..20).for_each(|n| drop(bench.publish(numbered(n % 4, n))));
    let of_one = bench.receive(&*one, 20);
    bench.acknowledge(&*one, &of_one);
    let of_other = bench.receive(&*other, 20);
    assert_eq!(by_key(&of_one), by_key(&of_other));
}

/// A group does not get acknowledged messages again, regardless of the [`Start`] of its next member. It gets
/// the others again.
pub fn a_group_continues_at_its_position(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = bench.join("group", "first", Start::Earliest);
    (0..4).for_each(|n| drop(bench.publish(numbered(0, n))));
    let received = bench.receive(&*first, 4);
    bench.acknowledge(&*first, &received[..2]);
    block_on(first.close()).expect("an open bus");
    bench.publish(numbered(0, 4));
    let oldest = received[0].position.offset.clone();
    for start in [Start::Latest, Start::Earliest, Start::Offset(oldest), Start::Time(UNIX_EPOCH)] {
        let next = bench.join("group", "next", start);
        assert_eq!(by_key(&bench.receive(&*next, 3))[&0], [2, 3, 4]);
        block_on(next.close()).expect("an open bus");
    }
}

/// A new group begins at the oldest message, or with the messages published from now on.
pub fn a_new_group_begins_at_its_start(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    bench.publish(numbered(0, 0));
    let [latest, earliest] = [("latest", Start::Latest), ("earliest", Start::Earliest)]
        .map(|(group, start)| bench.join(group, "member", start));
    bench.publish(numbered(0, 1));
    assert_eq!(by_key(&bench.receive(&*latest, 1))[&0], [1]);
    assert_eq!(by_key(&bench.receive(&*earliest, 2))[&0], [0, 1]);
}

/// A new group begins at an offset, which is the next one to read.
pub fn a_new_group_begins_at_an_offset(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let positions: Vec<Position> = (0..5).map(|n| bench.publish(numbered(0, n))).collect();
    let subscriber = bench.join("group", "member", Start::Offset(positions[3].offset.clone()));
    assert_eq!(bench.receive(&*subscriber, 2)[0].position, positions[3]);
}

/// A new group that would begin after the newest message begins with the next one.
pub fn a_start_after_the_end_loses_nothing(harness: &dyn Harness) {
    let (bench, longer) = (Bench::new(harness), Bench::new(harness));
    bench.publish(numbered(0, 0));
    let [.., after] = [0, 1, 2, 3, 4].map(|n| longer.publish(numbered(0, n)).offset);
    let subscriber = bench.join("group", "member", Start::Offset(after));
    bench.publish(numbered(0, 1));
    assert_eq!(by_key(&bench.receive(&*subscriber, 1))[&0], [1]);
}

/// A new group begins at the first message accepted at a time or later.
pub fn a_new_group_begins_at_a_time(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let time = bench.publish_around_a_time();
    let subscriber = bench.join("group", "member", Start::Time(time));
    assert_eq!(by_key(&bench.receive(&*subscriber, 2))[&0], [2, 3]);
}

/// A group that acknowledged nothing keeps the position at which it began, regardless of the [`Start`] of its
/// next member.
pub fn a_group_without_acknowledgements_comes_back(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    bench.publish(numbered(0, 0));
    for (group, start, expected) in [("latest", Start::Latest, 1..3), ("earliest", Start::Earliest, 0..3)] {
        let first = bench.join(group, "first", start.clone());
        block_on(first.close()).expect("an open bus");
        if group == "latest" {
            (1..3).for_each(|n| drop(bench.publish(numbered(0, n))));
        }
        for start in [Start::Latest, Start::Earliest] {
            let next = bench.join(group, "next", start);
            assert_eq!(
                by_key(&bench.receive(&*next, expected.len()))[&0],
                expected.clone().collect::<Vec<_>>()
            );
            block_on(next.close()).expect("an open bus");
        }
    }
}
