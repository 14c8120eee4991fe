//! The messages that the members of a group hold, and where they go when a member leaves or dies.

use std::{
    collections::HashSet,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use super::Harness;
use super::fixture::{Bench, LONG, by_key, number, numbered};
use crate::{
    backend::{Delivery, ErrorKind, KeyOrder, Message, Order, Start, Subscription},
    blocking::block_on,
};

/// While a member holds a message of a key, no other member of the group gets one. When it leaves, another
/// member gets all.
pub fn one_member_holds_a_key(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = bench.join("group", "first", Start::Earliest);
    bench.publish(numbered(0, 0));
    assert_eq!(bench.receive(&*first, 1).len(), 1);
    let second = bench.join("group", "second", Start::Earliest);
    bench.publish(numbered(0, 1));
    bench.publish(numbered(0, 2));
    let early = bench.receive_some(&*second, 10, bench.settle());
    assert!(early.is_empty(), "another member holds the key");
    block_on(first.close()).expect("an open bus");
    let received = bench.receive(&*second, 3);
    assert_eq!(by_key(&received)[&0], [0, 1, 2]);
}

/// Another member gets unacknowledged messages as soon as the member leaves, in order.
pub fn unacknowledged_messages_return_on_close(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = bench.join("group", "first", Start::Earliest);
    (0..4).for_each(|n| drop(bench.publish(numbered(0, n))));
    let received = bench.receive(&*first, 4);
    let second = bench.join("group", "second", Start::Earliest);
    bench.acknowledge(&*first, &received[..1]);
    block_on(first.close()).expect("an open bus");
    let returned = bench.receive(&*second, 3);
    assert_eq!(by_key(&returned)[&0], [1, 2, 3]);
}

/// A message is not done because a later one is.
pub fn messages_are_acknowledged_in_any_order(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let first = bench.join("group", "first", Start::Earliest);
    (0..4).for_each(|n| drop(bench.publish(numbered(n, n))));
    let received = bench.receive(&*first, 4);
    let (kept, done): (Vec<_>, Vec<_>) = received.into_iter().partition(|delivery| number(delivery) == 0);
    done.iter().rev().for_each(|delivery| bench.acknowledge(&*first, std::slice::from_ref(delivery)));
    block_on(first.close()).expect("an open bus");
    let second = bench.join("group", "second", Start::Earliest);
    // A log with one offset for each partition delivers later messages again: at least once.
    let returned = bench.receive(&*second, 1);
    assert_eq!(returned[0].position, kept[0].position);
}

/// Another member gets the messages after [`claim_after`](crate::backend::Subscription::claim_after), in
/// order, although their owner never left the group.
pub fn a_dead_members_messages_go_to_another(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let dead = bench.join_with("group", "dead", Start::Earliest, bench.claim_after());
    (0..3).for_each(|n| drop(bench.publish(numbered(0, n))));
    assert_eq!(bench.receive(&*dead, 3).len(), 3);
    let alive = bench.join("group", "alive", Start::Earliest);
    bench.harness.kill(dead);
    let claimed = bench.receive(&*alive, 3);
    assert_eq!(by_key(&claimed)[&0], [0, 1, 2]);
    bench.acknowledge(&*alive, &claimed);
}

/// After [`Subscriber::keep_alive`](crate::backend::Subscriber::keep_alive) a member keeps its messages for
/// longer than [`claim_after`](crate::backend::Subscription::claim_after).
pub fn a_heartbeat_postpones_the_claim(harness: &dyn Harness) {
    // If the machine halts for that long, the case proves nothing and runs again.
    while !beats_in_time(&Bench::new(harness)) {}
}

/// Whether each heartbeat was in time, so that the member had to keep its messages.
fn beats_in_time(bench: &Bench<'_>) -> bool {
    let mut members =
        ["one", "other"].map(|member| bench.join_with("group", member, Start::Earliest, bench.claim_after()));
    bench.publish(numbered(0, 0));
    // A log that assigns whole partitions gives the message to either member.
    let (mut last_sign, held) = loop {
        let sign = Instant::now();
        let held = bench.receive_some(&*members[0], 1, bench.claim_after() / 8);
        if !held.is_empty() {
            break (sign, held);
        }
        members.reverse();
    };
    let [slow, other] = members;
    let end = Instant::now() + bench.claim_after() * 2;
    while last_sign < end {
        let sign = Instant::now();
        let kept = block_on(slow.keep_alive());
        let claimed = bench.receive_some(&*other, 1, bench.claim_after() / 8);
        if last_sign.elapsed() >= bench.claim_after() {
            return false;
        }
        kept.expect("a live member");
        assert_eq!(claimed, []);
        last_sign = sign;
    }
    bench.acknowledge(&*slow, &held);
    true
}

/// If a message was claimed by another member, the first owner's acknowledgement is [`ErrorKind::Revoked`] or
/// has its effect.
pub fn a_late_acknowledgement_is_refused_or_counts(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let late = bench.join_with("group", "late", Start::Earliest, bench.claim_after());
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
    let again = bench.receive_some(&*last, 1, if counted { bench.settle() } else { bench.patience() });
    assert_eq!(again.is_empty(), counted);
}

/// A restarted process with a fixed name gets its messages at once. If the log can tell that the earlier
/// member was replaced, its calls are [`ErrorKind::Fenced`].
pub fn a_member_that_joins_again_replaces_itself(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let before = bench.join_with("group", "member", Start::Earliest, LONG * 10);
    (0..2).for_each(|n| drop(bench.publish(numbered(0, n))));
    assert_eq!(bench.receive(&*before, 2).len(), 2);
    let after = bench.join_with("group", "member", Start::Earliest, LONG * 10);
    if let Err(error) = block_on(before.keep_alive()) {
        assert_eq!(error.kind, ErrorKind::Fenced, "{error}");
    }
    drop(before);
    assert_eq!(by_key(&bench.receive(&*after, 2))[&0], [0, 1]);
}

/// With members that run concurrently, each message goes to one member at least, and the messages of a key
/// are in order over all members. So are those without a key if the log has [`KeyOrder::SingleReader`].
pub fn many_members_share_the_work(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let messages: Vec<_> = (0..420)
        .map(|n| match n % 21 {
            0 => Message { key: None, ..numbered(0, n / 21) },
            key => numbered(key, n / 21),
        })
        .collect();
    let received = share(&bench, Order::PerKey, &messages);
    let (keyed, keyless): (Vec<_>, Vec<_>) =
        received.into_iter().partition(|delivery| delivery.message.key.is_some());
    for (key, numbers) in by_key(&keyed) {
        assert!(is_in_order(&numbers), "the order of the key {key}: {numbers:?}");
    }
    let keyless: Vec<_> = keyless.iter().map(number).collect();
    if bench.backend.key_order() == KeyOrder::SingleReader {
        assert!(is_in_order(&keyless), "the order of messages without a key: {keyless:?}");
    }
}

/// A group that needs no order gets each message as well.
pub fn a_group_without_order_gets_all_messages(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let messages: Vec<_> = (0..100).map(|n| numbered(n % 3, n / 3)).collect();
    share(&bench, Order::None, &messages);
}

/// Publishes messages while four members, each on a handle of its own, receive them. Returns when all were
/// received, with the deliveries in the order in which the members got them.
fn share(bench: &Bench<'_>, order: Order, messages: &[Message]) -> Vec<Delivery> {
    let handles = [0, 1, 2, 3].map(|_| bench.harness.open());
    let members = [0, 1, 2, 3].map(|n| {
        let subscription = bench.subscription("group", &format!("member-{n}"), Start::Earliest, LONG);
        block_on(handles[n].subscribe(Subscription { order, ..subscription })).expect("an open bus")
    });
    let count = messages.len();
    let received = Mutex::new((Vec::new(), HashSet::new()));
    let pause = |delivery: &Delivery| u64::try_from(number(delivery) % 4).unwrap_or(0);
    let is_complete = || received.lock().expect("no member panics").1.len() == count;
    let take = |batch: &[Delivery]| {
        let mut received = received.lock().expect("no member panics");
        received.0.extend_from_slice(batch);
        received.1.extend(batch.iter().map(|delivery| delivery.position.clone()));
    };
    thread::scope(|scope| {
        for member in &members {
            scope.spawn(|| {
                let begin = Instant::now();
                while !is_complete() && begin.elapsed() < bench.patience() * 3 {
                    let batch = bench.receive_some(&**member, 5, bench.settle());
                    // The slower a member is, the more messages of its keys others could get meanwhile.
                    thread::sleep(Duration::from_millis(batch.first().map_or(0, pause)));
                    take(&batch);
                    let positions = batch.into_iter().map(|delivery| delivery.position).collect();
                    if let Err(error) = block_on(member.acknowledge(positions)) {
                        assert_eq!(error.kind, ErrorKind::Revoked, "{error}");
                    }
                }
            });
        }
        for batch in messages.chunks(20) {
            let batch = batch.iter().map(|message| bench.outgoing(message.clone())).collect();
            block_on(bench.backend.publish(batch)).expect("an open bus");
        }
    });
    assert!(is_complete(), "every message was delivered");
    received.into_inner().expect("no member panics").0
}

/// Whether each number comes after all smaller ones. Redeliveries do not count.
fn is_in_order(numbers: &[usize]) -> bool {
    let mut next = 0;
    numbers.iter().all(|number| {
        let is_next = *number <= next;
        next = next.max(number + 1);
        is_next
    })
}

#[cfg(test)]
mod tests {
    use super::is_in_order;

    #[test]
    fn redeliveries_are_in_order_and_gaps_are_not() {
        assert!(is_in_order(&[0, 1, 2, 1, 2, 3, 0]));
        assert!(!is_in_order(&[0, 2, 1]));
        assert!(!is_in_order(&[1]));
    }
}
