//! Administration: groups that other processes use, large topics, and files in use.

use std::{num::NonZeroUsize, time::Duration};

use signalbook_runtime::{
    backend::{Admin, ErrorKind, GroupInfo, Partition, PartitionProgress, Rebalance, Start, Subscription},
    blocking::block_on,
};
use signalbook_sqlite::{Options, Retention, SqliteBackend};

use crate::support::{
    LONG, TempDatabase, acknowledge, admin, outgoing, publish, receive, subscribe, subscription, text, texts,
};

const NOW: Duration = Duration::ZERO;

fn numbered(topic: &str, count: usize) -> Vec<signalbook_runtime::backend::Outgoing> {
    (0..count).map(|number| outgoing(topic, None, number.to_string())).collect()
}

fn partition(topic: &str) -> Partition {
    Partition { topic: topic.into(), number: 0 }
}

fn group(admin: &dyn Admin) -> GroupInfo {
    block_on(admin.group("group")).expect("the file can be read").expect("the group exists")
}

fn progress(admin: &dyn Admin) -> PartitionProgress {
    group(admin).partitions.remove(0)
}

fn seek(admin: &dyn Admin, start: Start) -> Result<(), ErrorKind> {
    block_on(admin.seek("group", vec![(partition("t"), start)])).map_err(|error| error.kind)
}

#[test]
fn a_group_is_seen_from_another_process() {
    let database = TempDatabase::new();
    let (bus, other) = (database.open(), database.open());
    let positions = publish(&bus, numbered("t", 4));
    let member = subscribe(&bus, subscription(&["t"], "a"));
    let held = receive(&*member, 3, NOW);
    acknowledge(&*member, &held.deliveries[1..2]);

    let admin = admin(&other);
    let seen = progress(admin);
    assert_eq!((&seen.position, seen.lag), (&positions[0].offset, Some(3)), "{seen:?}");
    assert_eq!(seen.pending.map(|pending| pending.messages), Some(2));
    database.change("UPDATE messages SET published = published - 60000000 WHERE offset = 1");
    let oldest = progress(admin).pending.and_then(|pending| pending.oldest).expect("messages are held");
    assert!(oldest >= Duration::from_secs(60) && oldest < LONG, "{oldest:?}");

    let heartbeat = || group(admin).members.remove(0).heartbeat;
    assert!(heartbeat().is_some_and(|age| age < Duration::from_secs(60)), "{:?}", heartbeat());
    database.change("UPDATE members SET alive_until = alive_until - 60000000");
    assert!(heartbeat().is_some_and(|age| age >= Duration::from_secs(60)), "{:?}", heartbeat());
    // A member of a program that does not write the column.
    database.change("UPDATE members SET claim_after = NULL");
    assert_eq!((heartbeat(), group(admin).members[0].is_live), (None, true));
    assert_eq!(group(admin).members[0].held, [(partition("t"), 2)].into());
}

#[test]
fn a_group_does_not_move_after_the_end() {
    let database = TempDatabase::new();
    let bus = database.open();
    publish(&bus, numbered("t", 1));
    let error = |offset: &str| {
        let targets = vec![(partition("t"), Start::Offset(offset.into()))];
        block_on(admin(&bus).seek("group", targets)).map_err(|error| (error.kind, error.message))
    };
    let (kind, message) = error("3").expect_err("it is after the end");
    let expected = "`t[0]` ends at offset 2, so 3 is after its end: use an offset up to 2, or move to the \
                    latest message";
    assert_eq!((kind, &*message), (ErrorKind::Invalid, expected));
    assert_eq!(error("2"), Ok(()));
    publish(&bus, numbered("t", 1));
    assert_eq!(receive(&*subscribe(&bus, subscription(&["t"], "a")), 10, NOW).deliveries.len(), 1);
}

#[test]
fn a_member_of_another_process_blocks_a_move_while_it_is_live() {
    let database = TempDatabase::new();
    let (bus, other) = (database.open(), database.open());
    publish(&bus, numbered("t", 3));
    let member = subscribe(&bus, subscription(&["t"], "a"));
    let held = receive(&*member, 2, NOW);
    assert_eq!(seek(admin(&other), Start::Latest), Err(ErrorKind::Refused));
    database.change("UPDATE members SET alive_until = 0");
    assert_eq!(seek(admin(&other), Start::Offset("3".into())), Ok(()));

    let late = block_on(member.acknowledge(vec![held.deliveries[0].position.clone()]));
    assert_eq!(late.expect_err("the group has moved").kind, ErrorKind::Revoked);
    let revoked = block_on(member.rebalance()).expect("an open bus");
    assert_eq!(revoked, Rebalance::Revoked(vec![partition("t")]));
    assert_eq!(texts(&receive(&*member, 10, LONG)), ["2"]);
    assert_eq!(seek(admin(&other), Start::Earliest), Err(ErrorKind::Refused), "it is live again");
}

#[test]
fn a_member_of_a_forgotten_group_is_fenced() {
    let database = TempDatabase::new();
    let (bus, other) = (database.open(), database.open());
    publish(&bus, numbered("t", 2));
    let member = subscribe(&bus, subscription(&["t"], "a"));
    assert_eq!(receive(&*member, 1, NOW).deliveries.len(), 1);
    database.change("UPDATE members SET alive_until = 0");
    assert!(block_on(admin(&other).forget("group")).expect("no member is live"));
    // Another group gets the id of its position.
    let heir = subscribe(&other, Subscription::new("heir", ["t"]).with_member("a"));
    for _ in 0..2 {
        let refused = block_on(member.receive(NonZeroUsize::MIN, LONG)).expect_err("the group is forgotten");
        assert_eq!(refused.kind, ErrorKind::Fenced, "{refused}");
    }
    assert_eq!(texts(&receive(&*heir, 10, NOW)), ["0", "1"]);
    assert_eq!(block_on(admin(&bus).groups()).expect("the file can be read"), ["heir".into()]);
}

#[test]
fn a_forgotten_group_does_not_keep_messages() {
    let database = TempDatabase::new();
    let mut retention = Retention::default();
    (retention.max_age, retention.max_messages) = (None, Some(100));
    let bus = SqliteBackend::open_with(database.path(), Options::default().retention(retention))
        .expect("the file opens");
    block_on(subscribe(&bus, subscription(&["t"], "a")).close()).expect("the member leaves");
    let messages = || {
        // Retention runs after each reply, a part at a time. The next reply comes after it.
        publish(&bus, numbered("t", 2000));
        publish(&bus, numbered("other", 1));
        let topics = block_on(admin(&bus).topics()).expect("the file can be read");
        let info = topics.into_iter().find(|info| info.partition == partition("t")).expect("it is used");
        (info.messages.expect("they are counted"), info.first)
    };
    assert_eq!(messages(), (2000, "1".into()));
    assert!(block_on(admin(&bus).forget("group")).expect("no member is live"));
    let (count, first) = messages();
    assert!(count < 2100 && &*first != "1", "{count} messages from {first}");
}

#[test]
fn a_large_topic_is_counted_and_read_in_parts() {
    const COUNT: usize = 20_000;
    let database = TempDatabase::new();
    let bus = database.open();
    // The offsets of each topic have gaps.
    for _ in 0..10 {
        publish(&bus, numbered("other", 7));
        publish(&bus, numbered("t", COUNT / 10));
    }
    block_on(subscribe(&bus, subscription(&["t", "other"], "a")).close()).expect("the member leaves");
    let lags: Vec<_> = group(admin(&bus)).partitions.iter().map(|progress| progress.lag).collect();
    assert_eq!(lags, [Some(70), Some(COUNT as u64)]);
    let topics = block_on(admin(&bus).topics()).expect("the file can be read");
    let (info, max) = (&topics[1], NonZeroUsize::new(999).expect("a number of messages"));
    assert_eq!((&*info.first, info.messages), ("8", Some(COUNT as u64)));
    let (mut from, mut read) = (info.first.clone(), Vec::new());
    loop {
        let page = block_on(admin(&bus).read(&info.partition, &from, max)).expect("the file can be read");
        if page.deliveries.is_empty() {
            break;
        }
        from = page.next;
        read.extend(page.deliveries.iter().map(|delivery| text(&delivery.message)));
    }
    let expected = (0..10).flat_map(|_| (0..COUNT / 10).map(|number| number.to_string()));
    assert!(read.into_iter().eq(expected));
    assert_eq!(seek(admin(&bus), Start::Offset(from)), Ok(()));
    assert_eq!(group(admin(&bus)).partitions[1].lag, Some(0));
}

#[test]
fn a_question_does_not_wait_for_writers() {
    let database = TempDatabase::new();
    let options = Options::default().busy_timeout(Duration::from_secs(1));
    let bus = SqliteBackend::open_with(database.path(), options).expect("the file opens");
    publish(&bus, numbered("t", 3));
    block_on(subscribe(&bus, subscription(&["t"], "a")).close()).expect("the member leaves");
    let writer = rusqlite::Connection::open(database.path()).expect("the file opens");
    writer.execute_batch("BEGIN IMMEDIATE; DELETE FROM messages").expect("the file is not locked");
    assert_eq!(progress(admin(&bus)).lag, Some(3));
    let read = block_on(admin(&bus).read(&partition("t"), "0", NonZeroUsize::MIN));
    assert_eq!(read.expect("the file can be read").deliveries.len(), 1);
    assert_eq!(block_on(admin(&bus).topics()).expect("the file can be read")[0].messages, Some(3));
}
