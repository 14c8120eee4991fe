//! In which order a consumer processes the messages of a partition.

use std::{
    cell::Cell,
    future::Future,
    num::NonZeroUsize,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Waker},
    time::{Duration, SystemTime},
};

use proptest::prelude::*;
use signalbook_codec::{
    DecodeAs, Describe, EncodeAs,
    model::{Builder, Type},
};
use signalbook_macros::Event;
use signalbook_runtime::{
    Bus, ConsumeError, Consumed, Consumer, DecodeError, Decoder, Encoder, EventType as _, Framing,
    ManualClock, MemoryBackend, Received, Retry, StoredSchema, UnknownType,
    backend::{ErrorKind, Message, Order, Outgoing, SchemaStore as _, Start},
    blocking::block_on,
    schema_of,
    testing::{Call, Fault, FaultyBackend},
};

use crate::events::{OrderCancelled, Seen, at_poll, on_topic};

#[derive(Clone, Debug, PartialEq, Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.school.enrolled.v1", key = "course", topics = ["courses"])]
struct Enrolled {
    course: Option<String>,
    #[avro(as = "Counted")]
    number: i32,
}

thread_local! {
    /// How many events this thread decoded.
    static DECODED: Cell<usize> = const { Cell::new(0) };
}

/// Counts in [`DECODED`]. Panics if it reads `PANICS` for the first time.
struct Counted;

const PANICS: i32 = -1;

const NOTHING: [i32; 0] = [];

impl Describe for Counted {
    fn describe(_: &mut Builder) -> Type {
        Type::INT
    }
}

impl EncodeAs<i32> for Counted {
    fn encode_as(value: &i32, out: &mut Encoder<'_>) {
        out.int(*value);
    }
}

impl<'de> DecodeAs<'de, i32> for Counted {
    fn decode_as(input: &mut Decoder<'de>) -> Result<i32, DecodeError> {
        let value = input.int()?;
        let earlier = DECODED.replace(DECODED.get() + 1);
        assert!(value != PANICS || earlier > 0, "a panic while decoding");
        Ok(value)
    }
}

/// A topic with numbered messages, and a consumer whose receivers wait until the test finishes their message.
/// The first message has the number 0.
struct Scene {
    clock: ManualClock,
    backend: MemoryBackend,
    bus: Bus,
    published: i32,
    started: Seen<i32>,
    finished: Seen<i32>,
}

type Run = Pin<Box<dyn Future<Output = Result<Consumed, ConsumeError>> + Send>>;

impl Scene {
    fn new() -> Self {
        DECODED.set(0);
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let backend = MemoryBackend::with_clock(Arc::new(clock.clone()));
        let bus = Bus::new(Arc::new(backend.clone()));
        let (started, finished) = (Seen::new(), Seen::new());
        Self { clock, backend, bus, published: 0, started, finished }
    }

    /// Publishes an event, after this change of its message.
    fn publish(&mut self, course: Option<&str>, change: impl FnOnce(&mut Message)) {
        let event = Enrolled { course: course.map(str::to_owned), number: self.published };
        let sealed = self.bus.publisher("school/lms").seal(&event).expect("an event");
        let mut message = sealed.messages()[0].message.clone();
        change(&mut message);
        let outgoing = Outgoing::new("courses", message);
        block_on(self.bus.backend().publish(vec![outgoing])).expect("an open bus");
        self.published += 1;
    }

    fn keyed(&mut self, course: &str) {
        self.publish(Some(course), |_| {});
    }

    fn keyless(&mut self, course: &str) {
        self.publish(Some(course), |message| message.key = None);
    }

    /// Publishes a keyless message of a type that has no receiver of its own.
    fn foreign(&mut self) {
        self.publish(None, |message| {
            message.headers.retain(|name, _| name != "ce_type");
            message.headers.push("ce_type", OrderCancelled::TYPE);
        });
    }

    /// A consumer that tries each message twice, with a pause of up to a second.
    fn consumer(&self) -> Consumer {
        let (started, finished) = (self.started.clone(), self.finished.clone());
        self.bus
            .consumer("group")
            .start(Start::Earliest)
            .retry(Retry::new(2, Duration::from_secs(1), Duration::from_secs(1)))
            .on(move |event: Received<Enrolled>| receive(event.data.number, &started, &finished))
    }

    /// The receiver of `on_any`.
    fn any(&self) -> impl Fn(Received<Vec<u8>>) -> Pin<Box<dyn Future<Output = ()> + Send>> + use<> {
        let (started, finished) = (self.started.clone(), self.finished.clone());
        move |event| {
            let offset = event.position.offset.parse().expect("offsets in memory are numbers");
            Box::pin(receive(offset, &started, &finished))
        }
    }

    /// Finishes these messages, and returns the messages that start then.
    fn finish(&self, run: &mut Run, numbers: &[i32]) -> Vec<i32> {
        let before = self.started.len();
        for number in numbers {
            self.finished.push(*number);
        }
        let polled = run.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending(), "the consumer does not stop");
        self.started.lock()[before..].to_vec()
    }

    /// Advances the clock by a second, and returns the messages that start then.
    fn wait(&self, run: &mut Run) -> Vec<i32> {
        self.clock.advance(Duration::from_secs(1));
        self.finish(run, &[])
    }
}

/// Notes the start of a message, and completes when it is finished.
fn receive(
    number: i32,
    started: &Seen<i32>,
    finished: &Seen<i32>,
) -> impl Future<Output = ()> + Send + use<> {
    started.push(number);
    let finished = finished.clone();
    at_poll(move || finished.lock().contains(&number))
}

fn run(consumer: &Consumer) -> Run {
    Box::pin(consumer.run(std::future::pending()))
}

#[test]
fn keyless_events_of_a_key_are_in_order() {
    let mut scene = Scene::new();
    for course in ["a", "b", "a", "a", "c"] {
        scene.keyless(course);
    }
    scene.publish(None, |_| {});
    scene.publish(None, |_| {});
    let mut run = run(&scene.consumer());
    assert_eq!(scene.finish(&mut run, &[]), [0, 1, 4, 5, 6], "an event without a key has no order");
    assert_eq!(scene.finish(&mut run, &[1, 4, 5, 6]), NOTHING);
    assert_eq!(scene.finish(&mut run, &[0]), [2]);
    assert_eq!(scene.finish(&mut run, &[2]), [3]);
    assert_eq!(scene.finish(&mut run, &[3]), NOTHING);
    assert_eq!(DECODED.get(), 7, "each event is decoded once");
}

#[test]
fn a_wire_key_and_the_key_of_an_event_are_the_same_key() {
    let mut scene = Scene::new();
    scene.keyless("a");
    scene.keyed("a");
    scene.keyless("a");
    scene.keyed("b");
    let mut run = run(&scene.consumer());
    assert_eq!(scene.finish(&mut run, &[]), [0, 3]);
    assert_eq!(scene.finish(&mut run, &[0]), [1]);
    assert_eq!(scene.finish(&mut run, &[1]), [2]);
}

#[test]
fn wire_keys_are_compared_without_their_framing() {
    let single = |id: u8| [&[0xc3, 1, id], &[0; 7][..]].concat();
    let confluent = |id: u8| vec![0, 0, 0, 0, id];
    let framings: [(_, &dyn Fn(u8) -> Vec<u8>); 2] =
        [(Framing::SingleObject, &single), (Framing::Confluent, &confluent)];
    for (framing, prefix) in framings {
        let mut scene = Scene::new();
        let fingerprint = schema_of::<Enrolled>().expect("the event has a schema").fingerprint();
        let header = match framing {
            Framing::SingleObject => [&[0xc3, 1], &fingerprint.to_le_bytes()[..]].concat(),
            _ => prefix(9),
        };
        let frame = |message: &mut Message, key: Option<u8>| {
            message.payload.as_mut().expect("a payload").splice(0..0, header.clone());
            match key {
                Some(id) => drop(message.key.as_mut().expect("a key").splice(0..0, prefix(id))),
                None => message.key = None,
            }
        };
        scene.publish(Some("a"), |message| frame(message, Some(1)));
        scene.publish(Some("a"), |message| frame(message, Some(2)));
        scene.publish(Some("b"), |message| frame(message, Some(2)));
        scene.publish(Some("a"), |message| frame(message, None));
        scene.publish(Some("a"), |message| {
            message.payload.as_mut().expect("a payload").splice(0..0, header.clone());
        });
        let mut run = run(&scene.consumer().framing(framing));
        assert_eq!(scene.finish(&mut run, &[]), [0, 2], "{framing:?}");
        assert_eq!(scene.finish(&mut run, &[0]), [1]);
        assert_eq!(scene.finish(&mut run, &[1]), [3]);
        assert_eq!(scene.finish(&mut run, &[3]), [4], "a key without framing");
    }
}

#[test]
fn a_keyless_message_without_a_typed_receiver_holds_the_keyless_ones_behind_it() {
    let mut scene = Scene::new();
    scene.keyless("a");
    scene.keyless("b");
    scene.foreign();
    scene.keyless("c");
    scene.keyed("c");
    scene.keyed("d");
    scene.publish(None, |_| {});
    scene.foreign();
    let mut run = run(&scene.consumer().on_any(scene.any()));
    assert_eq!(scene.finish(&mut run, &[]), [0, 1, 5, 6], "4 waits for 3, which has the same key");
    assert_eq!(scene.finish(&mut run, &[0, 5, 6]), NOTHING);
    assert_eq!(scene.finish(&mut run, &[1]), [2]);
    assert_eq!(scene.finish(&mut run, &[2]), [3]);
    assert_eq!(scene.finish(&mut run, &[3]), [4, 7]);
}

#[test]
fn a_skipped_message_holds_nothing_and_a_failed_one_does() {
    for (unknown_type, held) in [(UnknownType::Skip, false), (UnknownType::Fail, true)] {
        let mut scene = Scene::new();
        scene.keyless("a");
        scene.foreign();
        scene.keyless("b");
        let mut run = run(&scene.consumer().unknown_type(unknown_type));
        let first = scene.finish(&mut run, &[]);
        assert_eq!(first, if held { vec![0] } else { vec![0, 2] });
        assert_eq!(on_topic(&scene.backend, "courses-dlq").len(), 0);
        assert_eq!(scene.finish(&mut run, &[0]), if held { vec![2] } else { vec![] });
        assert_eq!(on_topic(&scene.backend, "courses-dlq").len(), usize::from(held));
    }
}

#[test]
fn a_keyless_message_whose_look_up_fails_holds_the_keyless_ones_behind_it() {
    let mut scene = Scene::new();
    let is_down = Arc::new(AtomicBool::new(true));
    let down = Arc::clone(&is_down);
    let backend = FaultyBackend::new(scene.backend.clone(), move |call, _| match call {
        Call::GetSchema if down.load(Ordering::SeqCst) => Fault::Error(ErrorKind::Unavailable),
        _ => Fault::None,
    });
    scene.bus = Bus::new(Arc::new(backend));
    let schema = schema_of::<Enrolled>().expect("the event has a schema");
    let contract = scene.bus.contract(StoredSchema::new(Enrolled::TYPE, 1, &schema)).expect("a contract");
    block_on(scene.backend.put_if_absent("", contract.name(), contract.value().to_vec()))
        .expect("an open bus");
    let newer = |message: &mut Message, minor: &str| {
        message.key = None;
        message.headers.retain(|name, _| name != "ce_minorversion");
        message.headers.push("ce_minorversion", minor);
    };
    scene.keyless("a");
    scene.publish(Some("b"), |message| newer(message, "1"));
    scene.publish(Some("c"), |message| newer(message, "2"));
    scene.keyless("d");
    scene.keyed("e");
    let mut run = run(&scene.consumer());
    assert_eq!(scene.finish(&mut run, &[]), [0, 4]);
    assert_eq!(scene.finish(&mut run, &[0]), NOTHING, "the look-ups have failed");
    is_down.store(false, Ordering::SeqCst);
    scene.clock.advance(Duration::from_secs(20));
    assert_eq!(scene.finish(&mut run, &[]), [1]);
    assert_eq!(on_topic(&scene.backend, "courses-dlq").len(), 0);
    // The store does not have the other version: the message goes to the dead-letter topic.
    assert_eq!(scene.finish(&mut run, &[1]), [3]);
    assert_eq!(on_topic(&scene.backend, "courses-dlq").len(), 1);
}

#[test]
fn a_panic_while_a_received_message_is_decoded_is_retried() {
    let mut scene = Scene::new();
    scene.published = PANICS;
    scene.keyless("a");
    scene.keyless("b");
    let mut run = run(&scene.consumer());
    assert_eq!(scene.finish(&mut run, &[]), NOTHING);
    assert_eq!(scene.wait(&mut run), [PANICS]);
    assert_eq!(scene.finish(&mut run, &[PANICS]), [0]);
}

#[test]
fn without_order_no_message_waits_for_another() {
    let mut scene = Scene::new();
    scene.keyed("a");
    scene.keyless("a");
    scene.foreign();
    scene.keyless("a");
    scene.keyed("a");
    let mut run = run(&scene.consumer().on_any(scene.any()).order(Order::None));
    assert_eq!(scene.finish(&mut run, &[]), [0, 1, 2, 3, 4]);
    assert_eq!(DECODED.get(), 4);
}

#[test]
fn with_a_concurrency_of_one_the_order_is_that_of_the_log() {
    let mut scene = Scene::new();
    for course in ["a", "a", "b", "a", "c"] {
        scene.keyed(course);
    }
    scene.keyless("b");
    scene.foreign();
    let mut run = run(&scene.consumer().on_any(scene.any()).concurrency(NonZeroUsize::MIN));
    for number in 0..7 {
        let finished: &[i32] = if number == 0 { &[] } else { &[number - 1] };
        assert_eq!(scene.finish(&mut run, finished), [number]);
    }
}

/// The key of a message, and whether it is a wire key. A message whose key is not known goes to `on_any`.
type KnownKey = Option<(u8, bool)>;

/// Whether `earlier` must be done before `later` begins.
fn precedes(earlier: KnownKey, later: KnownKey) -> bool {
    match (earlier, later) {
        (Some((earlier, _)), Some((later, _))) => earlier == later,
        (None, Some((_, is_wire))) | (Some((_, is_wire)), None) => !is_wire,
        (None, None) => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn messages_of_a_key_never_overlap(
        keys in prop::collection::vec(prop::option::weighted(0.9, (0_u8..4, any::<bool>())), 1..60),
        stride in 1_usize..50,
    ) {
        let mut scene = Scene::new();
        for key in &keys {
            match key {
                Some((key, true)) => scene.keyed(&key.to_string()),
                Some((key, false)) => scene.keyless(&key.to_string()),
                None => scene.foreign(),
            }
        }
        let mut run = run(&scene.consumer().on_any(scene.any()));
        let mut running: Vec<usize> = Vec::new();
        let mut done = vec![false; keys.len()];
        for round in 0.. {
            let mut finished = None;
            if !running.is_empty() {
                let number = running.remove(round * stride % running.len());
                done[number] = true;
                finished = Some(i32::try_from(number).expect("few messages"));
            }
            for number in scene.finish(&mut run, finished.as_slice()) {
                running.push(usize::try_from(number).expect("numbers begin with 0"));
            }
            for later in &running {
                let is_early = |earlier: &usize| !done[*earlier] && precedes(keys[*earlier], keys[*later]);
                prop_assert_eq!((0..*later).find(is_early), None, "{} began before it is done", later);
            }
            if running.is_empty() {
                break;
            }
        }
        prop_assert!(done.iter().all(|done| *done), "a message never began");
    }
}
