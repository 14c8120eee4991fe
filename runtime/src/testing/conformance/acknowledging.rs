//! Acknowledgements: in the call, twice, and of messages that are not held.

use super::{
    Harness,
    fixture::{Bench, by_key, number, numbered},
};
use crate::{
    backend::{Delivery, ErrorKind, Position, Start},
    blocking::block_on,
};

/// An acknowledgement counts although its future is dropped before it is polled.
pub fn acknowledging_is_accepted_in_the_call(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = bench.join("group", "first", Start::Earliest);
    (0..3).for_each(|n| drop(bench.publish(numbered(0, n))));
    let received = bench.receive(&*first, 3);
    drop(first.acknowledge(vec![received[0].position.clone()]));
    drop(first.acknowledge(vec![received[1].position.clone()]));
    block_on(first.close()).expect("an open bus");
    let second = bench.join("group", "second", Start::Earliest);
    assert_eq!(by_key(&bench.receive(&*second, 1))[&0], [2]);
}

/// Acknowledging a message twice, in one call or in two, is the same as once.
pub fn a_second_acknowledgement_has_no_effect(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = bench.join("group", "first", Start::Earliest);
    (0..3).for_each(|n| drop(bench.publish(numbered(0, n))));
    let received = bench.receive(&*first, 3);
    let position = |n: usize| received[n].position.clone();
    block_on(first.acknowledge(Vec::new())).expect("nothing to do");
    block_on(first.acknowledge(vec![position(0), position(0)])).expect("the member held it");
    block_on(first.acknowledge(vec![position(0), position(1)])).expect("the member held both");
    block_on(first.close()).expect("an open bus");
    let second = bench.join("group", "second", Start::Earliest);
    assert_eq!(by_key(&bench.receive(&*second, 1))[&0], [2]);
    assert_eq!(bench.receive_some(&*second, 1, bench.settle()), []);
}

/// If one message of a call went to another member, the others of the call are acknowledged.
pub fn the_others_of_a_late_call_are_acknowledged(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let late = bench.join_with("group", "late", Start::Earliest, bench.claim_after());
    bench.publish(numbered(0, 0));
    let lost = bench.receive(&*late, 1);
    let next = bench.join("group", "next", Start::Earliest);
    let claimed = bench.receive(&*next, 1);
    assert_eq!(claimed[0].position, lost[0].position);
    bench.acknowledge(&*next, &claimed);
    block_on(next.close()).expect("an open bus");
    // The member may have to learn first that it lost something.
    while bench.next_change(&*late).is_some() {}
    bench.publish(numbered(0, 1));
    let held = bench.receive(&*late, 1);
    assert_eq!(number(&held[0]), 1);
    let both: Vec<Position> = [&lost, &held].map(|messages| messages[0].position.clone()).into();
    if let Err(error) = block_on(late.acknowledge(both)) {
        assert_eq!(error.kind, ErrorKind::Revoked, "{error}");
    }
    block_on(late.close()).expect("an open bus");
    let third = bench.join("group", "last", Start::Earliest);
    assert_eq!(bench.receive_some(&*third, 1, bench.settle()), []);
}

/// A message that was given back is delivered again, in order, as if it had not been delivered. A log that
/// cannot do so counts no deliveries.
pub fn a_message_that_is_given_back_is_not_counted(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = bench.join("group", "first", Start::Earliest);
    (0..3).for_each(|n| drop(bench.publish(numbered(0, n))));
    let received = bench.receive(&*first, 3);
    let positions = received[1..].iter().map(|delivery| delivery.position.clone()).collect();
    let attempts = |deliveries: &[Delivery]| {
        deliveries.iter().map(|delivery| (number(delivery), delivery.attempt)).collect::<Vec<_>>()
    };
    match block_on(first.give_back(positions)) {
        Ok(()) => {
            let again = bench.receive(&*first, 2);
            assert_eq!(attempts(&again), [(1, 1), (2, 1)]);
            // Accepted in the call, and no matter whether the member holds the message.
            for _ in 0..2 {
                drop(first.give_back(vec![again[1].position.clone()]));
            }
            block_on(first.close()).expect("an open bus");
            let second = bench.join("group", "second", Start::Earliest);
            assert_eq!(attempts(&bench.receive(&*second, 3)), [(0, 2), (1, 2), (2, 1)]);
        }
        Err(error) => {
            assert_eq!(error.kind, ErrorKind::Unsupported, "{error}");
            bench.acknowledge(&*first, &received[..1]);
            block_on(first.close()).expect("an open bus");
            let second = bench.join("group", "second", Start::Earliest);
            assert_eq!(attempts(&bench.receive(&*second, 2)), [(1, 1), (2, 1)]);
        }
    }
}
