//! Groups, and the members that hold messages.

use std::{
    num::NonZeroUsize,
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    backend::{Backend as _, ErrorKind, Fate, Rebalance, Start, Subscription},
    blocking::block_on,
};
use signalbook_sqlite::{Options, Retention, SqliteBackend, Unacknowledged};

use crate::support::{
    LONG, TempDatabase, acknowledge, admin, outgoing, publish, receive, subscribe, subscription, texts,
};

const NOW: Duration = Duration::ZERO;

#[test]
fn a_start_after_the_end_loses_nothing() {
    let database = TempDatabase::new();
    let bus = database.open();
    publish(&bus, vec![outgoing("t", Some("k"), "1")]);
    let start = Start::Offset("100".into());
    let member = subscribe(&bus, subscription(&["t"], "a").with_start(start));
    publish(&bus, vec![outgoing("t", Some("k"), "2")]);
    assert_eq!(texts(&receive(&*member, 10, NOW)), ["2"]);
}

#[test]
fn a_message_arrives_unchanged() {
    let (database, before) = (TempDatabase::new(), SystemTime::now());
    let bus = database.open();
    let sent =
        vec![outgoing("one", Some("k"), "a"), outgoing("one", None, ""), outgoing("two", Some(""), "c")];
    let positions = publish(&bus, sent.clone());
    let subscriber = subscribe(&bus, subscription(&["one", "two"], "a"));
    let batch = receive(&*subscriber, 10, NOW);
    assert_eq!(batch.deliveries.iter().map(|it| (*it.message).clone()).collect::<Vec<_>>(), {
        sent.into_iter().map(|outgoing| outgoing.message).collect::<Vec<_>>()
    });
    assert_eq!(batch.deliveries.iter().map(|it| it.position.clone()).collect::<Vec<_>>(), positions);
    for delivery in &batch.deliveries {
        assert!(
            delivery.published >= before - Duration::from_millis(1)
                && delivery.published <= SystemTime::now()
        );
    }
}

#[test]
fn a_group_continues_at_its_position() {
    let database = TempDatabase::new();
    let bus = database.open();
    publish(&bus, ["1", "2", "3"].map(|text| outgoing("t", None, text)).to_vec());
    let subscriber = subscribe(&bus, subscription(&["t"], "a"));
    let batch = receive(&*subscriber, 10, NOW);
    // Out of order, and not all.
    acknowledge(&*subscriber, &batch.deliveries[1..2]);
    block_on(subscriber.close()).expect("the member leaves");
    block_on(bus.close()).expect("the file closes");

    let bus = database.open();
    let again = receive(&*subscribe(&bus, subscription(&["t"], "b")), 10, NOW);
    assert_eq!(texts(&again), ["1", "3"]);
    assert_eq!(again.deliveries[0].attempt, 2);
}

#[test]
fn a_member_ends_when_its_name_joins_again() {
    let database = TempDatabase::new();
    let (bus, other) = (database.open(), database.open());
    publish(&bus, ["1", "2", "3"].map(|text| outgoing("t", None, text)).to_vec());
    let elder = subscribe(&bus, subscription(&["t"], "same"));
    assert_eq!(receive(&*elder, 1, NOW).deliveries.len(), 1);
    let younger = subscribe(&other, subscription(&["t"], "same"));
    let batch = receive(&*younger, 10, NOW);
    assert_eq!(texts(&batch), ["1", "2", "3"]);
    let max = NonZeroUsize::MIN;
    for _ in 0..10 {
        let refused = block_on(elder.receive(max, NOW)).expect_err("the younger member has its name");
        assert_eq!(refused.kind, ErrorKind::Fenced, "{refused}");
    }
    let late = block_on(elder.acknowledge(vec![batch.deliveries[0].position.clone()]));
    assert_eq!(late.expect_err("the younger member has its messages").kind, ErrorKind::Fenced);
    let moving = elder.publish_and_acknowledge(
        &bus,
        vec![outgoing("dead", None, "1")],
        vec![batch.deliveries[0].position.clone()],
    );
    let late = block_on(moving).expect_err("the younger member has its messages");
    assert_eq!((late.error.kind, late.fates), (ErrorKind::Fenced, vec![Fate::NotPublished]));
    acknowledge(&*younger, &batch.deliveries);
    assert_eq!(database.number("SELECT count(*) FROM deliveries"), 0);
    assert_eq!(database.number("SELECT count(*) FROM messages"), 3, "nothing was published");
}

#[test]
fn a_silent_members_messages_are_claimed() {
    let database = TempDatabase::new();
    let bus = database.open();
    publish(&bus, ["1", "2"].map(|text| outgoing("t", Some("k"), text)).to_vec());
    let silent = subscribe(&bus, subscription(&["t"], "silent").with_claim_after(Duration::from_millis(100)));
    let lost = receive(&*silent, 10, NOW);
    assert_eq!(lost.deliveries.len(), 2);
    let heir = subscribe(&bus, subscription(&["t"], "heir"));
    // This waits for the end of the lease. If it only waited for its own time, the batch would be empty.
    let claimed = receive(&*heir, 10, LONG);
    assert_eq!((texts(&claimed), claimed.deliveries[0].attempt), (vec!["1".to_owned(), "2".to_owned()], 2));

    let late = block_on(silent.acknowledge(vec![lost.deliveries[0].position.clone()]));
    assert_eq!(late.expect_err("another member claimed the message").kind, ErrorKind::Revoked);
    let refused = block_on(silent.receive(NonZeroUsize::MIN, LONG)).expect_err("it does not know yet");
    assert_eq!(refused.kind, ErrorKind::Revoked, "{refused}");
    let partitions = vec![lost.deliveries[0].position.partition.clone()];
    let revoked = block_on(silent.rebalance()).expect("an open bus");
    assert_eq!(revoked, Rebalance::Revoked(partitions));
    let mut next = silent.rebalance();
    let mut context = Context::from_waker(Waker::noop());
    assert!(next.as_mut().poll(&mut context).is_pending(), "the revocation is reported once");
    block_on(silent.keep_alive()).expect("it is a member again");
    assert!(receive(&*silent, 10, NOW).is_empty());
    acknowledge(&*heir, &claimed.deliveries);
}

#[test]
fn a_late_acknowledgement_names_the_message_and_keeps_the_others() {
    let database = TempDatabase::new();
    let bus = database.open();
    let positions = publish(&bus, ["1", "2", "3"].map(|text| outgoing("t", None, text)).to_vec());
    let late = subscribe(&bus, subscription(&["t"], "late"));
    assert_eq!(receive(&*late, 2, NOW).deliveries.len(), 2);
    database.change("UPDATE members SET alive_until = 0");
    let heir = subscribe(&bus, subscription(&["t"], "heir"));
    assert_eq!(texts(&receive(&*heir, 1, NOW)), ["1"]);
    block_on(late.keep_alive()).expect_err("another member claimed its messages");
    block_on(late.rebalance()).expect("an open bus");
    assert_eq!(texts(&receive(&*late, 1, NOW)), ["2"]);

    // The first is held by another member, the second is held, and no member got the third.
    let mixed = [1, 0, 2].map(|n: usize| positions[n].clone()).to_vec();
    let error = block_on(late.acknowledge(mixed)).expect_err("it does not hold all");
    assert_eq!(error.kind, ErrorKind::Revoked, "{error}");
    assert!(error.message.contains(&format!("`{}`", positions[0])), "{error}");
    let error = block_on(late.acknowledge(positions[2..].to_vec())).expect_err("no member got it");
    assert_eq!(error.kind, ErrorKind::Revoked, "{error}");
    block_on(late.acknowledge(positions[1..2].to_vec())).expect("it is done");

    block_on(heir.close()).expect("the member leaves");
    let error = block_on(late.acknowledge(positions[..1].to_vec())).expect_err("it waits");
    assert_eq!(error.kind, ErrorKind::Revoked, "{error}");
    assert_eq!(texts(&receive(&*late, 10, NOW)), ["1", "3"]);
    block_on(late.acknowledge(positions)).expect("the member holds two, and one is done");
}

#[test]
fn a_flush_does_not_fail_with_a_message() {
    let database = TempDatabase::new();
    let bus = database.open();
    let lock = database.lock();
    // These wait for the lock, so that the flush shares their transaction.
    let refused = bus.publish(vec![outgoing("t", None, "1")]);
    let flushed = bus.flush();
    lock.execute_batch(
        "CREATE TRIGGER refusal BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'refused'); END; COMMIT",
    )
    .expect("the table exists");
    block_on(flushed).expect("the message has failed");
    block_on(refused).expect_err("the file refuses messages");
}

#[test]
fn a_flush_waits_for_no_lock_of_its_own() {
    let database = TempDatabase::new();
    let bus = database.open();
    // Retention, which needs the lock, runs after the first reply, and before the next one.
    (0..2).for_each(|_| drop(publish(&bus, vec![outgoing("t", None, "1")])));
    let _lock = database.lock();
    block_on(bus.flush()).expect("the message is durable");
}

#[test]
fn a_heartbeat_keeps_held_messages() {
    let database = TempDatabase::new();
    let bus = database.open();
    publish(&bus, vec![outgoing("t", None, "1")]);
    let slow = subscribe(&bus, subscription(&["t"], "slow"));
    let held = receive(&*slow, 1, NOW);
    let other = subscribe(&bus, subscription(&["t"], "other"));
    let silence = || database.change("UPDATE members SET alive_until = 0 WHERE name = 'slow'");
    for _ in 0..4 {
        silence();
        block_on(slow.keep_alive()).expect("in time");
        assert!(receive(&*other, 1, NOW).deliveries.is_empty());
    }
    // Receiving counts as a heartbeat.
    silence();
    assert!(receive(&*slow, 1, NOW).deliveries.is_empty());
    assert!(receive(&*other, 1, NOW).deliveries.is_empty());
    acknowledge(&*slow, &held.deliveries);
}

#[test]
fn a_waiting_member_renews_its_lease() {
    let database = TempDatabase::new();
    let bus = database.open();
    publish(&bus, vec![outgoing("t", None, "1")]);
    let claim_after = Duration::from_millis(50);
    let waiting = subscribe(&bus, subscription(&["t"], "a").with_claim_after(claim_after));
    assert_eq!(receive(&*waiting, 1, NOW).deliveries.len(), 1);
    let mut more = waiting.receive(NonZeroUsize::MIN, LONG);
    assert!(more.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let alive_until = || database.number("SELECT alive_until FROM members");
    for _ in 0..3 {
        let before = alive_until();
        while alive_until() == before {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn a_dropped_receive_loses_nothing() {
    let database = TempDatabase::new();
    let bus = database.open();
    let subscriber = subscribe(&bus, subscription(&["t"], "a"));
    let mut waiting = subscriber.receive(NonZeroUsize::MIN, LONG);
    assert!(matches!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    publish(&bus, vec![outgoing("t", None, "1")]);
    // The answer has arrived, or is about to.
    drop(waiting);
    let batch = receive(&*subscriber, 10, LONG);
    assert_eq!((texts(&batch), batch.deliveries[0].attempt), (vec!["1".to_owned()], 1));
}

#[test]
fn a_dropped_subscribe_leaves_no_member() {
    let database = TempDatabase::new();
    let bus = database.open();
    let members = || database.number("SELECT count(*) FROM members");
    drop(bus.subscribe(subscription(&["t"], "never polled")));
    let mut joining = bus.subscribe(subscription(&["t"], "polled once"));
    let _ = joining.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    drop(joining);
    let joining = bus.subscribe(subscription(&["t"], "answered"));
    while members() == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    drop(joining);
    // A later command is executed after they have left.
    let last = subscribe(&bus, subscription(&["t"], "last"));
    block_on(last.keep_alive()).expect("the member exists");
    assert_eq!(members(), 1);
}

#[test]
fn a_group_begins_at_its_start() {
    let database = TempDatabase::new();
    let bus = database.open();
    let positions = publish(&bus, vec![outgoing("t", None, "1"), outgoing("t", None, "2")]);
    thread::sleep(Duration::from_millis(5));
    let time = SystemTime::now();
    publish(&bus, vec![outgoing("t", None, "3")]);
    let read = |group: &str, start| {
        let subscription = Subscription::new(group, ["t"]).with_member("a").with_start(start);
        let subscriber = subscribe(&bus, subscription);
        let batch = receive(&*subscriber, 10, NOW);
        acknowledge(&*subscriber, &batch.deliveries);
        block_on(subscriber.close()).expect("the member leaves");
        texts(&batch)
    };
    let starts = [
        (Start::Latest, &[][..]),
        (Start::Earliest, &["1", "2", "3"]),
        (Start::Time(SystemTime::UNIX_EPOCH), &["1", "2", "3"]),
        (Start::Time(time), &["3"]),
        (Start::Time(SystemTime::now() + LONG), &[]),
        (Start::Offset(positions[1].offset.clone()), &["2", "3"]),
    ];
    for (group, (start, texts)) in starts.iter().enumerate() {
        assert_eq!(read(&group.to_string(), start.clone()), *texts, "a new group begins at {start:?}");
        assert!(read(&group.to_string(), Start::Earliest).is_empty(), "an existing group continues");
        let to = vec![(positions[0].partition.clone(), start.clone())];
        block_on(admin(&bus).seek("moved", to)).expect("no member is live");
        assert_eq!(read("moved", Start::Latest), *texts, "a group moves to {start:?}");
    }
    let foreign = subscription(&["t"], "a").with_start(Start::Offset("1-0".into()));
    assert_eq!(block_on(bus.subscribe(foreign)).expect_err("an invalid offset").kind, ErrorKind::Invalid);
}

#[test]
fn a_blocked_key_does_not_block_others() {
    let database = TempDatabase::new();
    let bus = database.open();
    let hot = (0..6000).map(|number| outgoing("t", Some("hot"), number.to_string()));
    publish(&bus, hot.chain([outgoing("t", Some("cold"), "cold")]).collect());
    let one = subscribe(&bus, subscription(&["t"], "one"));
    let held = receive(&*one, 2500, NOW);
    let two = subscribe(&bus, subscription(&["t"], "two"));
    assert_eq!(texts(&receive(&*two, 10, NOW)), ["cold"]);
    acknowledge(&*one, &held.deliveries);
    assert_eq!(texts(&receive(&*two, 2, NOW)), ["2500", "2501"]);
    assert!(receive(&*one, 10, NOW).deliveries.is_empty());
}

#[test]
fn retention_keeps_unacknowledged_messages() {
    for (unacknowledged, kept, lost) in
        [(Unacknowledged::Keep, 3000, None), (Unacknowledged::Discard, 100, Some(2900))]
    {
        let database = TempDatabase::new();
        let mut retention = Retention::default();
        (retention.max_age, retention.max_messages) = (None, Some(100));
        retention.unacknowledged = unacknowledged;
        let bus = SqliteBackend::open_with(database.path(), Options::default().retention(retention))
            .expect("the file opens");
        let subscriber = subscribe(&bus, subscription(&["t"], "a"));
        publish(&bus, (0..3000).map(|number| outgoing("t", None, number.to_string())).collect());
        // Retention runs after each reply, a part at a time. The next reply comes after it.
        publish(&bus, vec![outgoing("other", None, "")]);
        block_on(subscriber.close()).expect("the member leaves");
        block_on(bus.close()).expect("the file closes");

        let bus = database.open();
        let subscriber = subscribe(&bus, subscription(&["t"], "b"));
        let batch = receive(&*subscriber, 5000, NOW);
        assert_eq!(batch.deliveries.len(), kept, "{unacknowledged:?}");
        assert_eq!(batch.gaps.iter().find_map(|gap| gap.messages), lost, "{:?}", batch.gaps);
        if let [gap] = &batch.gaps[..] {
            assert_eq!((gap.from.as_deref(), gap.to.as_deref()), (Some("1"), Some("2901")));
        }
        acknowledge(&*subscriber, &batch.deliveries);
        assert!(receive(&*subscriber, 10, NOW).is_empty(), "the gap was named once");
        block_on(admin(&bus).forget("group")).expect_err("a member is live");
    }
}

#[test]
fn old_messages_are_deleted() {
    let database = TempDatabase::new();
    let old = database.open();
    publish(&old, (0..10).map(|number| outgoing("t", None, number.to_string())).collect());
    block_on(old.close()).expect("the file closes");
    database.change(&format!("UPDATE messages SET published = published - {}", 2 * LONG.as_micros()));
    let mut retention = Retention::default();
    retention.max_age = Some(LONG);
    let bus = SqliteBackend::open_with(database.path(), Options::default().retention(retention))
        .expect("the file opens");
    publish(&bus, vec![outgoing("t", None, "young")]);
    publish(&bus, vec![]);
    assert_eq!(texts(&receive(&*subscribe(&bus, subscription(&["t"], "a")), 20, NOW)), ["young"]);
}

#[test]
fn a_closed_bus_returns_errors() {
    let database = TempDatabase::new();
    let bus = database.open();
    let subscriber = subscribe(&bus, subscription(&["t"], "a"));
    let accepted = bus.publish(vec![outgoing("t", None, "1")]);
    block_on(bus.close()).expect("the file closes");
    assert_eq!(block_on(accepted).expect("the batch was accepted before the close").len(), 1);
    let refused = block_on(bus.publish(vec![outgoing("t", None, "2")])).expect_err("closed");
    assert_eq!((refused.error.kind, refused.fates), (ErrorKind::Closed, vec![Fate::NotPublished]));
    let refused = block_on(subscriber.receive(NonZeroUsize::MIN, LONG));
    assert_eq!(refused.expect_err("closed").kind, ErrorKind::Closed);
    assert_eq!(block_on(bus.close()).expect_err("closed").kind, ErrorKind::Closed);
}

#[test]
fn a_key_with_many_messages_does_not_block_other_keys() {
    let database = TempDatabase::new();
    let bus = database.open();
    publish(&bus, (0..1000).map(|number| outgoing("t", Some("hot"), number.to_string())).collect());
    let [holder, other, third] = ["a", "b", "c"].map(|name| subscribe(&bus, subscription(&["t"], name)));
    assert_eq!(receive(&*holder, 1, NOW).deliveries.len(), 1);
    let others = [Some("cold"), None, Some("warm"), Some("cold")];
    publish(&bus, others.map(|key| outgoing("t", key, key.unwrap_or("none"))).into());
    assert_eq!(texts(&receive(&*other, 2, NOW)), ["cold", "none"]);
    assert_eq!(texts(&receive(&*third, 10, NOW)), ["warm"]);
    block_on(other.close()).expect("an open bus");
    // These were looked at before, behind those that wait.
    assert_eq!(texts(&receive(&*third, 2, NOW)), ["cold", "none"]);
    assert_eq!(texts(&receive(&*third, 10, NOW)), ["cold"]);
    block_on(holder.close()).expect("an open bus");
    let hot: Vec<_> = (0..1000).map(|number| number.to_string()).collect();
    assert_eq!(texts(&receive(&*third, 2000, NOW)), hot);
}
