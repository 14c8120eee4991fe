//! Several processes use one file, and some are killed. A child is this test binary again: it only runs
//! [`child`], which gets its role from the environment.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    env,
    io::{BufRead, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    backend::{Backend as _, Outgoing, Subscriber},
    blocking::block_on,
};
use signalbook_sqlite::SqliteBackend;

use crate::support::{
    LONG, TempDatabase, acknowledge, outgoing, publish, receive, subscribe, subscription, text,
};

const PART: &str = "SIGNALBOOK_TEST_PART";
const FILE: &str = "SIGNALBOOK_TEST_FILE";
const NAME: &str = "SIGNALBOOK_TEST_NAME";

const KEYS: u64 = 8;

/// How many processes of each kind are killed; `scripts/soak kills` kills a hundred.
fn kills() -> u64 {
    env::var("SIGNALBOOK_KILLS").map_or(5, |kills| kills.parse().expect("a number of kills"))
}

/// Not a test: the code of a child process.
#[test]
fn child() {
    let Ok(part) = env::var(PART) else { return };
    let file = env::var(FILE).expect("the parent sets the file");
    let name = env::var(NAME).expect("the parent sets the name");
    let bus = SqliteBackend::open(file).expect("the file opens");
    match part.as_str() {
        "publish" => publish_for_ever(&bus, &name),
        "publish-1000" => (0..10).for_each(|round| publish_round(&bus, &name, round * 100, 100)),
        "consume" => consume_for_ever(&bus, &name),
        other => panic!("unknown part: {other}"),
    }
}

#[test]
fn a_killed_publisher_loses_no_published_message() {
    let database = TempDatabase::new();
    // The group exists from the beginning, and reads after the last kill.
    drop(reader(&database.open(), "early"));
    let mut random = Random(0x5eed);
    let mut promised = HashSet::new();
    for kill in 0..kills() {
        let child = spawn("publish", &database.path(), &format!("run{kill}"));
        promised.extend(child.lines_before_kill(10 + random.below(40), random.below(100)));
    }

    let bus = database.open();
    let subscriber = reader(&bus, "late");
    let mut consumed = HashSet::new();
    let mut last = HashMap::new();
    while let Some(batch) = some(receive(&*subscriber, 1000, Duration::ZERO).deliveries) {
        for delivery in &batch {
            let (name, key, sequence) = checked(&text(&delivery.message));
            assert_eq!(delivery.message.key.as_deref(), Some(key.as_bytes()));
            assert_eq!(delivery.attempt, 1);
            assert!(
                consumed.insert(format!("{name} {key} {sequence}")),
                "duplicate: {name} {key} {sequence}"
            );
            let before = last.insert((name.clone(), key.clone()), sequence);
            assert!(before.is_none_or(|before| before < sequence), "out of order: {name} {key} {sequence}");
        }
        acknowledge(&*subscriber, &batch);
    }
    let missing: Vec<_> = promised.difference(&consumed).collect();
    assert!(missing.is_empty(), "{} of {} messages are lost: {missing:?}", missing.len(), promised.len());
}

#[test]
fn messages_of_a_killed_consumer_go_to_others_in_order() {
    let rounds = kills() + 1;
    let database = TempDatabase::new();
    let bus = database.open();
    drop(reader(&bus, "early"));
    let mut random = Random(0xfeed);
    let (sender, receiver) = mpsc::channel();
    let mut consumers = VecDeque::new();
    let mut born = 0;
    let mut lines = Vec::new();
    let mut done = HashSet::new();
    for round in 0..rounds {
        publish_round(&bus, "run", round * 100, 100);
        while consumers.len() < 3 {
            let mut consumer = spawn("consume", &database.path(), &format!("consumer{born}"));
            let (lines, sender) = (consumer.lines(), sender.clone());
            thread::spawn(move || lines.for_each(|line| drop(sender.send(line))));
            consumers.push_back(consumer);
            born += 1;
        }
        // A consumer is killed in the middle of each round. After the last round they finish.
        let enough = if round + 1 < rounds { round * 100 + random.below(100) } else { rounds * 100 };
        while (done.len() as u64) < enough {
            let line = receiver.recv_timeout(LONG).expect("a consumer writes a line");
            let (time, text) = line.split_once(' ').expect("a line begins with its time");
            let (_, key, sequence) = checked(text);
            done.insert(sequence);
            lines.push((time.parse::<u128>().expect("a time is a number"), key, sequence));
        }
        drop(consumers.remove(usize::try_from(random.below(3)).expect("the number is small")));
    }
    // Sort by time: the lines of several pipes do not arrive in the order in which they were written.
    lines.sort_unstable();
    let mut next: HashMap<_, u64> = HashMap::new();
    for (_, key, sequence) in lines {
        // A message may be delivered again after its holder died, and so may later ones. No message is early.
        let first = sequence % KEYS;
        let next = next.entry(key).or_insert(first);
        assert!(sequence <= *next, "{sequence} was delivered before {next}");
        *next = sequence.max(*next - KEYS.min(*next)) + KEYS;
    }
}

#[test]
fn many_processes_publish_at_once() {
    let database = TempDatabase::new();
    let bus = database.open();
    let subscriber = reader(&bus, "reader");
    let children: Vec<_> =
        (0..4).map(|number| spawn("publish-1000", &database.path(), &format!("run{number}"))).collect();
    let mut last: HashMap<(String, String), u64> = HashMap::new();
    let mut count = 0;
    while count < 4000 {
        let batch = some(receive(&*subscriber, 500, LONG).deliveries)
            .unwrap_or_else(|| panic!("only {count} messages arrived"));
        for delivery in &batch {
            let (name, key, sequence) = checked(&text(&delivery.message));
            let before = last.insert((name, key), sequence);
            assert!(before.is_none_or(|before| before < sequence));
        }
        count += batch.len();
        acknowledge(&*subscriber, &batch);
    }
    assert_eq!(count, 4000);
    for mut child in children {
        assert!(child.0.wait().expect("a child ends").success());
    }
}

/// Publishes without end, several batches concurrently, and prints what is durable.
fn publish_for_ever(bus: &SqliteBackend, name: &str) {
    let mut random = Random(u64::from(std::process::id()));
    let mut under_way = VecDeque::new();
    let mut next = 0;
    loop {
        let numbers = next..next + 1 + random.below(8) * random.below(8);
        next = numbers.end;
        let batch = numbers.clone().map(|number| message(name, number, random.below(3000))).collect();
        under_way.push_back((numbers, bus.publish(batch)));
        if under_way.len() > 4
            && let Some((numbers, published)) = under_way.pop_front()
        {
            block_on(published).expect("the batch is published");
            say(numbers.map(|number| format!("{name} key{} {number}", number % KEYS)));
        }
    }
}

fn publish_round(bus: &SqliteBackend, name: &str, first: u64, count: u64) {
    publish(bus, (first..first + count).map(|number| message(name, number, 20)).collect());
}

/// Prints what it receives, with the time, before it acknowledges it.
fn consume_for_ever(bus: &SqliteBackend, name: &str) {
    let claim_after = Duration::from_millis(300);
    let subscriber = subscribe(bus, subscription(&["topic"], name).with_claim_after(claim_after));
    loop {
        let batch = receive(&*subscriber, 10, Duration::from_millis(100)).deliveries;
        for delivery in &batch {
            let time = SystemTime::UNIX_EPOCH.elapsed().expect("it is past 1970").as_nanos();
            say([format!("{time} {}", text(&delivery.message))]);
            thread::sleep(Duration::from_millis(1));
        }
        let positions = batch.iter().map(|delivery| delivery.position.clone()).collect();
        // On a slow machine it may count as dead.
        drop(block_on(subscriber.acknowledge(positions)));
    }
}

/// Prints lines for the parent. If the parent has ended, the child panics.
fn say(lines: impl IntoIterator<Item = String>) {
    // The line break ends the current line of the test harness.
    let mut text = String::from("\n");
    for line in lines {
        text.push_str("line: ");
        text.push_str(&line);
        text.push('\n');
    }
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).expect("the parent reads the output");
}

/// A message whose text shows whether it is complete.
fn message(name: &str, number: u64, filler: u64) -> Outgoing {
    let key = format!("key{}", number % KEYS);
    let filler = usize::try_from(filler).expect("a filler is small");
    let text = format!("{name} {key} {number} {filler} {}", "x".repeat(filler));
    outgoing("topic", Some(&key), text)
}

/// Parses a message, and checks that it is complete.
fn checked(text: &str) -> (String, String, u64) {
    let parts: Vec<_> = text.split(' ').collect();
    let [name, key, number, length, filler] = parts[..] else { panic!("an incomplete message: {text}") };
    assert_eq!(length.parse(), Ok(filler.len()), "an incomplete message: {text}");
    let number = number.parse().expect("an incomplete message");
    assert_eq!(key, format!("key{}", number % KEYS));
    (name.to_owned(), key.to_owned(), number)
}

fn reader(bus: &SqliteBackend, member: &str) -> Box<dyn Subscriber> {
    subscribe(bus, subscription(&["topic"], member))
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

/// A child process; killed when dropped, with `SIGKILL` on Unix.
struct Spawned(Child);

fn spawn(part: &str, file: &Path, name: &str) -> Spawned {
    let child = Command::new(env::current_exe().expect("the test binary has a path"))
        .args(["--exact", "processes::child", "--nocapture", "--test-threads=1"])
        .env(PART, part)
        .env(FILE, file)
        .env(NAME, name)
        .stdout(Stdio::piped())
        .spawn();
    Spawned(child.expect("the test binary can be started again"))
}

impl Spawned {
    /// The lines that the child prints, without those of the test harness and without an incomplete last
    /// line.
    fn lines(&mut self) -> impl Iterator<Item = String> + use<> {
        let mut output = BufReader::new(self.0.stdout.take().expect("the output is piped, and taken once"));
        std::iter::from_fn(move || {
            let mut line = String::new();
            output.read_line(&mut line).ok()?;
            line.ends_with('\n').then_some(line)
        })
        .filter_map(|line| line.trim_end().strip_prefix("line: ").map(str::to_owned))
    }

    /// Kills the child some time after it printed `count` lines, and returns all its lines.
    fn lines_before_kill(mut self, count: u64, millis: u64) -> Vec<String> {
        let mut lines = self.lines();
        let mut printed: Vec<_> =
            (0..count).map(|_| lines.next().expect("the child publishes without end")).collect();
        let rest = thread::spawn(move || lines.collect::<Vec<_>>());
        thread::sleep(Duration::from_millis(millis));
        drop(self);
        printed.extend(rest.join().expect("the reader does not panic"));
        printed
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        // A child that has already exited cannot be killed.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A small generator (splitmix64): the times of the kills differ, and are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}
