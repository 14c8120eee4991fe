//! Groups, and processes that share a bus.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::Stdio,
};

use signalbook::{backend::Backend as _, blocking::block_on};
use signalbook_sqlite::{Options, Retention, SqliteBackend, Unacknowledged};

use crate::{
    bus::{EVENT, consume, export, ids, orders, publish, shop},
    workbench::{Run, Workbench},
};

#[test]
fn each_group_reads_each_event_once() {
    let bench = shop();
    let run = publish(&bench, &orders(5));
    assert_eq!((run.code, run.stdout.as_str()), (0, "published 5 events to `orders`\n"), "{}", run.stderr);

    let first = consume(&bench, "a", &["--max", "2"]);
    assert_eq!(
        (first.code, ids(&first.stdout)),
        (0, vec!["0".to_owned(), "1".to_owned()]),
        "{}",
        first.stderr
    );
    assert_eq!(ids(&consume(&bench, "a", &[]).stdout), ["2", "3", "4"]);
    assert_eq!(consume(&bench, "a", &[]).stdout, "");
    assert_eq!(ids(&consume(&bench, "b", &[]).stdout), ["0", "1", "2", "3", "4"]);
    assert_eq!(consume(&bench, "late", &["--from", "latest"]).stdout, "");
}

#[test]
fn a_group_moves_to_a_time() {
    let bench = shop();
    publish(&bench, &orders(2));
    assert_eq!(ids(&consume(&bench, "a", &[]).stdout).len(), 2);
    assert_eq!(ids(&consume(&bench, "a", &["--from", "2026-01-01T00:00:00Z"]).stdout).len(), 2);
    assert_eq!(consume(&bench, "a", &["--from", "2999-01-01T00:00:00Z"]).stdout, "");
}

#[test]
fn many_processes_share_a_file() {
    let bench = shop();
    bench.write("events.jsonl", &orders(300));
    let publish = [
        "publish",
        "--bus",
        "sqlite:bus.db",
        "--topic",
        "orders",
        "--event",
        EVENT,
        "--data",
        "events.jsonl",
    ];
    let publishers: Vec<_> =
        (0..3).map(|_| bench.command(&publish).stdout(Stdio::null()).spawn().unwrap()).collect();
    for mut publisher in publishers {
        assert!(publisher.wait().unwrap().success());
    }
    let consume = ["consume", "--bus", "sqlite:bus.db", "--topic", "orders", "--group", "shared"];
    let consumers: Vec<_> =
        (0..3).map(|_| bench.command(&consume).stdout(Stdio::piped()).spawn().unwrap()).collect();
    let mut seen = Vec::new();
    for consumer in consumers {
        let run = Run::from(consumer.wait_with_output().unwrap());
        seen.extend(run.stdout.lines().map(str::to_owned));
    }
    seen.extend(bench.run(&consume).stdout.lines().map(str::to_owned));
    assert_eq!(seen.len(), 900);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 900, "an event was read twice");
}

#[test]
fn publish_does_not_wait_for_the_end_of_its_input() {
    let bench = shop();
    let publish = ["publish", "--bus", "sqlite:bus.db", "--topic", "orders", "--event", EVENT, "--data", "-"];
    let mut publisher = bench.command(&publish).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut input = publisher.stdin.take().unwrap();
    input.write_all(orders(1).as_bytes()).unwrap();
    let follow =
        ["consume", "--bus", "sqlite:bus.db", "--topic", "orders", "--group", "a", "--follow", "--max", "1"];
    // The publisher still waits for input, but has published the lines that it read.
    assert_eq!(ids(&bench.run(&follow).stdout), ["0"]);
    drop(input);
    assert!(publisher.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_is_no_error() {
    let bench = shop();
    publish(&bench, &orders(3000));
    let consume = ["consume", "--bus", "sqlite:bus.db", "--topic", "orders", "--group", "a"];
    let mut consumer = bench.command(&consume).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(consumer.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(consumer.wait().unwrap().success());
    let mut stderr = String::new();
    consumer.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(stderr, "");
    // Events that were not printed are not acknowledged.
    assert!(bench.run(&consume).stdout.ends_with('\n'));
}

/// Starts a consumer of the group `a` that follows, and waits for two lines.
#[cfg(unix)]
fn follow(bench: &Workbench) -> std::process::Child {
    let follow = ["consume", "--bus", "sqlite:bus.db", "--topic", "orders", "--group", "a", "--follow"];
    let mut consumer = bench.command(&follow).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(consumer.stdout.take().unwrap()).lines();
    assert_eq!(lines.by_ref().take(2).count(), 2);
    consumer
}

/// Stops a consumer with a signal: `-INT` is Ctrl-C.
#[cfg(unix)]
fn interrupt(mut consumer: std::process::Child, signal: &str) {
    let interrupt =
        std::process::Command::new("kill").args([signal, &consumer.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    assert_eq!(consumer.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_consumer_that_follows() {
    for signal in ["-INT", "-TERM"] {
        let bench = shop();
        publish(&bench, &orders(2));
        interrupt(follow(&bench), signal);
        assert_eq!(consume(&bench, "a", &[]).stdout, "", "printed events are acknowledged");
    }
}

#[cfg(unix)]
#[test]
fn a_group_with_live_members_does_not_move() {
    let bench = shop();
    publish(&bench, &orders(2));
    let consumer = follow(&bench);
    let export =
        ["export", "--bus", "sqlite:bus.db", "--topic", "orders", "--group", "a", "--out", "archive"];
    let moving = consume(&bench, "a", &["--from", "0"]);
    for run in [moving, bench.run(&export), bench.run(&[&export[..], &["--from", "0"]].concat())] {
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
        assert!(run.stderr.contains("the group `a` has live members (`signalbook-"), "{}", run.stderr);
    }
    interrupt(consumer, "-INT");
    assert_eq!(bench.run(&export).stdout, "exported 0 events to `archive`\n", "the group did not move");
    assert_eq!(ids(&consume(&bench, "a", &["--from", "0"]).stdout), ["0", "1"]);
}

/// Deletes all orders but the last, whether they are read or not.
fn discard(bench: &Workbench) {
    let mut retention = Retention::default();
    (retention.max_age, retention.max_messages) = (None, Some(1));
    retention.unacknowledged = Unacknowledged::Discard;
    let options = Options::default().retention(retention);
    let bus = SqliteBackend::open_with(bench.path("bus.db"), options).unwrap();
    // Retention runs after the first command.
    (0..2).for_each(|_| drop(block_on(bus.publish(Vec::new())).unwrap()));
    block_on(bus.close()).unwrap();
}

#[test]
fn lost_events_are_reported_once() {
    let bench = shop();
    publish(&bench, &orders(4));
    for group in ["a", "b"] {
        assert_eq!(ids(&consume(&bench, group, &["--max", "1"]).stdout), ["0"]);
    }
    discard(&bench);
    let lost = "error: orders[0]@2: 2 messages were lost before offset 4 (trimmed)\n";
    let run = consume(&bench, "a", &[]);
    assert_eq!((run.code, ids(&run.stdout)), (100, vec!["3".to_owned()]));
    assert!(run.stderr.contains(lost), "{}", run.stderr);
    assert_eq!(consume(&bench, "a", &[]).code, 0);

    for (folder, code) in [("first", 100), ("second", 0)] {
        let run = export(&bench, "b", folder);
        assert_eq!((run.code, run.stderr.contains(lost)), (code, code == 100), "{}", run.stderr);
        let says_so = run.stdout.ends_with("; events were lost\n");
        assert_eq!(says_so, code == 100, "{}", run.stdout);
    }
}
