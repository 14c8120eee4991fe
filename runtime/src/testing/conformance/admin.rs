//! Administration.

use std::{
    num::NonZeroUsize,
    thread,
    time::{Duration, Instant},
};

use super::Harness;
use super::fixture::{Bench, LONG, by_key, number, numbered};
use crate::{
    backend::{
        Admin, Delivery, ErrorKind, GroupInfo, Message, Partition, PartitionInfo, PartitionProgress,
        Position, Start, Subscriber,
    },
    blocking::block_on,
};

/// More messages than any case publishes.
const ALL: NonZeroUsize = NonZeroUsize::new(100).expect("100 is not zero");

fn find_partition(admin: &dyn Admin, partition: &Partition) -> Option<PartitionInfo> {
    let infos = block_on(admin.topics()).expect("an open bus");
    assert!(infos.is_sorted_by(|one, other| one.partition < other.partition), "{infos:?}");
    infos.into_iter().find(|info| info.partition == *partition)
}

fn find_group(admin: &dyn Admin, group: &str) -> Option<GroupInfo> {
    block_on(admin.group(group)).expect("an open bus")
}

fn is_live(admin: &dyn Admin, group: &str, member: &str) -> bool {
    let info = find_group(admin, group).expect("the group exists");
    info.members.iter().any(|info| *info.name == *member && info.is_live)
}

/// The progress on a partition of a group that exists.
fn progress(admin: &dyn Admin, group: &str, partition: &Partition) -> PartitionProgress {
    let info = find_group(admin, group).expect("the group exists");
    let progress = info.partitions.into_iter().find(|progress| progress.partition == *partition);
    progress.expect("the group has a position on the partition")
}

fn seek(admin: &dyn Admin, group: &str, partition: &Partition, start: Start) {
    block_on(admin.seek(group, vec![(partition.clone(), start)])).expect("no member is live");
}

fn leave(subscriber: Box<dyn Subscriber>) {
    block_on(subscriber.close()).expect("an open bus");
}

/// [`Admin::topics`] has each partition with its first offset, its end, and the number of its messages.
pub fn topics_are_listed(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let admin = bench.admin();
    let positions: Vec<Position> = (0..3).map(|n| bench.publish(numbered(0, n))).collect();
    let partition = &positions[0].partition;
    let info = find_partition(admin, partition).expect("it has messages");
    assert_eq!(info.first, positions[0].offset);
    assert!(matches!(info.messages, None | Some(3)), "{info:?}");
    let after = |offset: &str| block_on(admin.read(partition, offset, ALL)).expect("an offset").deliveries;
    assert_eq!(after(&info.end), []);
    let next = bench.publish(numbered(0, 3));
    assert_eq!(after(&info.end)[0].position, next, "the end is before what is published next");
    assert_ne!(find_partition(admin, partition).expect("it has messages").end, info.end);
}

/// A group exists from the first joining, or the first [`Admin::seek`], to [`Admin::forget`]. It then begins
/// as a new group.
pub fn groups_are_listed_and_forgotten(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let admin = bench.admin();
    let first = bench.publish(numbered(0, 0));
    let [joined, moved] = ["joined", "moved"].map(|group| bench.group(group));
    let listed = |group: &str| {
        let groups = block_on(admin.groups()).expect("an open bus");
        assert!(groups.is_sorted(), "{groups:?}");
        let is_listed = groups.iter().any(|listed| **listed == *group);
        assert_eq!(is_listed, find_group(admin, group).is_some());
        is_listed
    };
    assert!(!listed(&joined) && !listed(&moved));
    let member = bench.join("joined", "member", Start::Earliest);
    let received = bench.receive(&*member, 1);
    bench.acknowledge(&*member, &received);
    leave(member);
    seek(admin, &moved, &first.partition, Start::Latest);
    for group in [&joined, &moved] {
        assert!(listed(group));
        assert!(block_on(admin.forget(group)).expect("no member is live"));
        assert!(!block_on(admin.forget(group)).expect("no member is live"));
        assert!(!listed(group));
    }
    for group in ["joined", "moved"] {
        let member = bench.join(group, "member", Start::Earliest);
        assert_eq!(bench.receive(&*member, 1)[0].position, first);
    }
}

/// [`Admin::group`] has the position, the end, the lag, the pending messages and the members of a group.
pub fn a_group_shows_its_progress(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let admin = bench.admin();
    let group = bench.group("group");
    let positions: Vec<Position> = (0..4).map(|n| bench.publish(numbered(0, n))).collect();
    let partition = &positions[0].partition;
    let member = bench.join("group", "member", Start::Earliest);
    let check = |first: usize, held: u64| {
        let progress = progress(admin, &group, partition);
        let info = find_partition(admin, partition).expect("it has messages");
        let position = positions.get(first).map_or(&info.end, |position| &position.offset);
        assert_eq!((&progress.position, &progress.end), (position, &info.end), "{progress:?}");
        assert!(progress.lag.is_none_or(|lag| lag == 4 - first as u64), "{progress:?}");
        if let Some(pending) = progress.pending {
            assert_eq!((pending.messages, pending.oldest.is_some()), (held, held > 0));
            assert!(pending.oldest.is_none_or(|age| age < LONG), "{pending:?}");
        }
        let members = find_group(admin, &group).expect("the group exists").members;
        let [info] = &members[..] else { panic!("one member: {members:?}") };
        assert_eq!((&*info.name, info.is_live), ("member", true));
        assert!(info.heartbeat.is_none_or(|age| age < LONG), "{info:?}");
        let counted = info.held.get(partition).copied().unwrap_or(0);
        assert!(counted == held || progress.pending.is_none(), "{info:?}");
    };
    check(0, 0);
    let received = bench.receive(&*member, 3);
    check(0, 3);
    bench.acknowledge(&*member, &received[..2]);
    check(2, 1);
    bench.acknowledge(&*member, &received[2..]);
    let received = bench.receive(&*member, 1);
    bench.acknowledge(&*member, &received);
    check(4, 0);
    leave(member);
    assert_eq!(find_group(admin, &group).expect("it has a position").members, []);
}

/// A member that waits for messages is live, however long it waits. One that died is not.
pub fn a_waiting_member_is_live(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let admin = bench.admin();
    let group = bench.group("group");
    // If the machine halts, a live member may count as dead. Then the case proves nothing and runs again.
    let stays_live = (0..10).any(|attempt| {
        let name = format!("member-{attempt}");
        let member = bench.join_with("group", &name, Start::Earliest, bench.claim_after());
        thread::scope(|scope| {
            scope.spawn(|| bench.receive_some(&*member, 1, bench.claim_after() * 3));
            let end = Instant::now() + bench.claim_after() * 2;
            let mut stays_live = true;
            while Instant::now() < end {
                stays_live &= is_live(admin, &group, &name);
                thread::sleep(bench.claim_after() / 8);
            }
            stays_live
        })
    });
    assert!(stays_live);
    let begin = Instant::now();
    let names = || (0..10).map(|attempt| format!("member-{attempt}"));
    while names().any(|name| is_live(admin, &group, &name)) {
        assert!(begin.elapsed() < bench.patience(), "a dead member is live");
        thread::sleep(bench.claim_after() / 8);
    }
}

/// [`Admin::seek`] moves a group forward and back. The offset is the next one to read.
pub fn a_group_moves_to_an_offset(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let admin = bench.admin();
    let positions: Vec<Position> = (0..5).map(|n| bench.publish(numbered(0, n))).collect();
    let partition = &positions[0].partition;
    let group = bench.group("group");
    for first in [3, 1] {
        let offset = &positions[first].offset;
        seek(admin, &group, partition, Start::Offset(offset.clone()));
        assert_eq!(progress(admin, &group, partition).position, *offset);
        let subscriber = bench.join("group", "member", Start::Latest);
        let received = bench.receive(&*subscriber, 5 - first);
        assert_eq!(received[0].position, positions[first]);
        // Some stay unacknowledged, and the next move forgets them.
        bench.acknowledge(&*subscriber, &received[..1]);
        leave(subscriber);
    }
    seek(admin, &group, partition, Start::Offset(positions[4].offset.clone()));
    let subscriber = bench.join("group", "member", Start::Earliest);
    assert_eq!(by_key(&bench.receive(&*subscriber, 1))[&0], [4]);
    assert_eq!(bench.receive_some(&*subscriber, 1, bench.settle()), []);
}

/// [`Admin::seek`] moves a group to the first message accepted at a time or later.
pub fn a_group_moves_to_a_time(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let admin = bench.admin();
    let time = bench.publish_around_a_time();
    let partition = bench.publish(numbered(0, 4)).partition;
    for _ in 0..2 {
        seek(admin, &bench.group("group"), &partition, Start::Time(time));
        let subscriber = bench.join("group", "member", Start::Latest);
        let received = bench.receive(&*subscriber, 3);
        assert_eq!(by_key(&received)[&0], [2, 3, 4]);
        bench.acknowledge(&*subscriber, &received);
        leave(subscriber);
    }
}

/// [`Admin::seek`] moves a group to the oldest message, and after the newest.
pub fn a_group_moves_to_the_ends(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let admin = bench.admin();
    let group = bench.group("group");
    let first = bench.publish(numbered(0, 0));
    bench.publish(numbered(0, 1));
    let lag = || progress(admin, &group, &first.partition).lag;
    seek(admin, &group, &first.partition, Start::Latest);
    assert!(matches!(lag(), None | Some(0)));
    bench.publish(numbered(0, 2));
    assert!(matches!(lag(), None | Some(1)));
    let subscriber = bench.join("group", "member", Start::Earliest);
    assert_eq!(by_key(&bench.receive(&*subscriber, 1))[&0], [2]);
    leave(subscriber);
    seek(admin, &group, &first.partition, Start::Earliest);
    assert!(matches!(lag(), None | Some(3)));
    let subscriber = bench.join("group", "member", Start::Earliest);
    assert_eq!(by_key(&bench.receive(&*subscriber, 3))[&0], [0, 1, 2]);
}

/// If one target is invalid, the group moves on no partition.
pub fn a_group_does_not_move_to_an_invalid_target(harness: &dyn Harness) {
    let (bench, absent) = (Bench::new(harness), Bench::new(harness));
    let admin = bench.admin();
    let group = bench.group("group");
    let first = bench.publish(numbered(0, 0));
    let missing = Partition { topic: absent.topic.clone(), number: 0 };
    let offset = Start::Offset("no offset".into());
    for target in [(first.partition.clone(), offset), (missing.clone(), Start::Earliest)] {
        let targets = vec![(first.partition.clone(), Start::Latest), target];
        let error = block_on(admin.seek(&group, targets)).expect_err("an invalid target");
        assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
    }
    assert_eq!(find_partition(admin, &missing), None, "no topic is created");
    let subscriber = bench.join("group", "member", Start::Earliest);
    assert_eq!(bench.receive(&*subscriber, 1)[0].position, first);
}

/// An offset after the end of a partition is an invalid target: a group that moved there would lose messages.
pub fn a_group_does_not_move_after_the_end(harness: &dyn Harness) {
    let (bench, longer) = (Bench::new(harness), Bench::new(harness));
    let admin = bench.admin();
    let first = bench.publish(numbered(0, 0));
    let [.., after] = [0, 1, 2, 3, 4].map(|n| longer.publish(numbered(0, n)).offset);
    let moving = admin.seek(&bench.group("group"), vec![(first.partition.clone(), Start::Offset(after))]);
    // A log that numbers the messages of all topics together may have no such offset.
    let expected = match block_on(moving) {
        Ok(()) => vec![1],
        Err(error) => {
            assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
            vec![0, 1]
        }
    };
    let end = find_partition(admin, &first.partition).expect("it has messages").end;
    seek(admin, &bench.group("other"), &first.partition, Start::Offset(end));
    bench.publish(numbered(0, 1));
    for (group, expected) in [("group", expected), ("other", vec![1])] {
        let member = bench.join(group, "member", Start::Earliest);
        assert_eq!(by_key(&bench.receive(&*member, expected.len()))[&0], expected);
    }
}

/// While a member is live, [`Admin::seek`] and [`Admin::forget`] are [`ErrorKind::Refused`] and have no
/// effect.
pub fn a_group_with_live_members_does_not_move(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let admin = bench.admin();
    let group = bench.group("group");
    let first = bench.publish(numbered(0, 0));
    let member = bench.join("group", "member", Start::Earliest);
    let before = progress(admin, &group, &first.partition).position;
    let moving = block_on(admin.seek(&group, vec![(first.partition.clone(), Start::Latest)]));
    let error = moving.expect_err("a member is live");
    assert_eq!(error.kind, ErrorKind::Refused, "{error}");
    assert!(error.message.contains("`member`"), "it names the member: {error}");
    let error = block_on(admin.forget(&group)).expect_err("a member is live");
    assert_eq!(error.kind, ErrorKind::Refused, "{error}");
    assert_eq!(progress(admin, &group, &first.partition).position, before);
    assert_eq!(bench.receive(&*member, 1)[0].position, first);
    leave(member);
    seek(admin, &group, &first.partition, Start::Latest);
}

/// A member that died blocks [`Admin::seek`] until its
/// [`claim_after`](crate::backend::Subscription::claim_after) ends. If it comes back, it gets no message that
/// it held.
pub fn a_dead_member_does_not_block_a_move(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let admin = bench.admin();
    let first = bench.publish(numbered(0, 0));
    let dead = bench.join_with("group", "dead", Start::Earliest, bench.claim_after());
    let held = bench.receive(&*dead, 1);
    let begin = Instant::now();
    let latest = || vec![(first.partition.clone(), Start::Latest)];
    while let Err(error) = block_on(admin.seek(&bench.group("group"), latest())) {
        assert_eq!(error.kind, ErrorKind::Refused, "{error}");
        assert!(begin.elapsed() < bench.patience(), "{error}");
        thread::sleep(Duration::from_millis(5));
    }
    // It may learn of the move by an error, or by the revocation of its partition.
    drop(block_on(dead.acknowledge(vec![held[0].position.clone()])));
    bench.publish(numbered(0, 1));
    let next = bench.join("group", "dead", Start::Earliest);
    assert_eq!(by_key(&bench.receive(&*next, 1))[&0], [1]);
}

/// [`Admin::read`] returns the messages of a partition, page by page, and changes neither groups nor topics.
pub fn reading_leaves_no_trace(harness: &dyn Harness) {
    let (bench, absent) = (Bench::new(harness), Bench::new(harness));
    let admin = bench.admin();
    let positions: Vec<Position> = (0..5).map(|n| bench.publish(numbered(0, n))).collect();
    let tombstone = Message { payload: None, ..numbered(0, 5) };
    bench.publish(tombstone.clone());
    let partition = &positions[0].partition;
    let member = bench.join("group", "member", Start::Earliest);
    let before = (block_on(admin.groups()).expect("an open bus"), find_partition(admin, partition));

    let (mut read, mut from) = (Vec::<Delivery>::new(), positions[1].offset.clone());
    loop {
        let page = block_on(admin.read(partition, &from, NonZeroUsize::MIN.saturating_add(1)));
        let page = page.expect("an offset");
        assert!(page.deliveries.len() <= 2);
        from = page.next;
        if page.deliveries.is_empty() {
            break;
        }
        read.extend(page.deliveries);
    }
    assert_eq!(*read.pop().expect("the tombstone").message, tombstone);
    assert_eq!(read.iter().map(number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(
        read.iter().map(|delivery| &delivery.position).collect::<Vec<_>>(),
        positions[1..].iter().collect::<Vec<_>>()
    );
    assert_eq!(*read[0].message, numbered(0, 1));
    assert!(read.iter().all(|delivery| delivery.attempt == 1));
    let last = bench.publish(numbered(0, 6));
    assert_eq!(block_on(admin.read(partition, &from, ALL)).expect("an offset").deliveries[0].position, last);

    let missing = Partition { topic: absent.topic.clone(), number: 0 };
    for (partition, from) in [(partition, "no offset"), (&missing, &positions[0].offset)] {
        let error = block_on(admin.read(partition, from, ALL)).expect_err("an invalid range");
        assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
    }
    assert_eq!(find_partition(admin, &missing), None, "no topic is created");
    let info = find_partition(admin, partition).expect("it has messages");
    assert_eq!(Some(&info.first), before.1.as_ref().map(|info| &info.first));
    assert_eq!(block_on(admin.groups()).expect("an open bus").len(), before.0.len());
    let received = bench.receive(&*member, 7);
    assert!(received.iter().all(|delivery| delivery.attempt == 1), "reading counts as no delivery");
}
