//! The lines about joining a group.

use std::{
    future::ready,
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Bus, Received, Settings,
    backend::{ErrorKind, Start},
    blocking::block_on,
};

use crate::{
    audit::Lines,
    events::{OrderPlaced, memory, placed, publish},
};

/// The lines of a consumer of the group that joins, and stops at once.
fn join(bus: &Bus, group: &str, start: Start) -> Vec<String> {
    let lines = Lines::new();
    let consumer = bus.consumer(group).member("one").start(start).on(|_: Received<OrderPlaced>| ready(()));
    lines.of(consumer.run(ready(()))).expect("an open bus");
    std::mem::take(&mut lines.0.lock())
}

#[test]
fn joining_is_one_line() {
    let (bus, _) = memory();
    publish(&bus, &[placed("a", 1), placed("b", 2), placed("c", 3)]);
    let line = |group: &str, offset: u32, lag: u32| {
        format!(
            "INFO signalbook_runtime::consumer::joining message=joined the group group={group} member=one \
             topics=orders position=orders[0]@{offset} lag={lag}"
        )
    };
    assert_eq!(join(&bus, "billing", Start::default()), [line("billing", 0, 3)], "a new group has all");
    block_on(async {
        let consumer = bus.consumer_raw("billing", &["orders"], Start::Earliest).await.expect("an open bus");
        let batch = consumer.receive(2.try_into().expect("2"), Duration::ZERO).await.expect("an open bus");
        let positions = batch.messages.into_iter().map(|message| message.position).collect();
        consumer.acknowledge(positions).await.expect("they are held");
        consumer.close().await.expect("an open bus");
    });
    assert_eq!(join(&bus, "billing", Start::Latest), [line("billing", 2, 1)]);
}

#[test]
fn a_new_group_that_begins_after_old_messages_warns_with_their_number() {
    let (bus, _) = memory();
    publish(&bus, &[placed("a", 1), placed("b", 2), placed("c", 3)]);
    let future = SystemTime::now() + Duration::from_secs(600);
    let starts = [
        (Start::Latest, Some(3)),
        (Start::Offset("2".into()), Some(2)),
        (Start::Offset("0".into()), None),
        (Start::Time(SystemTime::UNIX_EPOCH), None),
        (Start::Time(future), Some(3)),
        (Start::Earliest, None),
    ];
    for (number, (start, before)) in starts.into_iter().enumerate() {
        let group = number.to_string();
        let lines = join(&bus, &group, start.clone());
        let warnings: Vec<_> = lines.iter().filter(|line| line.starts_with("WARN ")).collect();
        let expected = before.map(|before| format!(" group={group} topics=orders messages={before}"));
        assert_eq!(warnings.len(), usize::from(expected.is_some()), "{start:?}: {lines:?}");
        assert!(warnings.iter().all(|line| line.ends_with(expected.as_deref().unwrap_or("-"))), "{lines:?}");
        assert_eq!(join(&bus, &group, start).len(), 1, "the group is not new any more");
    }
    let topic_without_a_past = bus.with_prefix("dev");
    assert_eq!(join(&topic_without_a_past, "billing", Start::Latest).len(), 1);
}

#[test]
fn without_administration_the_line_has_no_numbers() {
    let bus = block_on(Bus::connect_with("none:", Settings::new(), &[])).expect("it needs no settings");
    let line = "INFO signalbook_runtime::consumer::joining message=joined the group group=billing member=one \
                topics=orders";
    assert_eq!(join(&bus, "billing", Start::Latest), [line]);
    assert_eq!(bus.admin().expect_err("it has none").kind, ErrorKind::Unsupported);
}
