//! What publishing does when the bus fails, hangs or has no room.

use std::{
    future::{Future, ready},
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Bus, Clock, ManualClock, Measurement, MemoryBackend, Metric, ProducerConfig, PublishError, Publishing,
    TopicConfig,
    backend::{
        Backend, BackendError, BatchError, BoxFuture, ErrorKind, Fate, Outgoing, Position, Subscriber,
        Subscription,
    },
    blocking::block_on,
    testing::{Call, Fault, FaultyBackend},
};

use crate::events::{OrderCancelled, OrderPlaced, Seen, header, on_topic, placed};

/// A log whose answers the test gives: it appends messages at once, and says so when the test permits.
#[derive(Clone, Debug)]
struct Slow {
    log: MemoryBackend,
    /// The number of calls of `publish` and `flush` that may complete, in order.
    permitted: Arc<Mutex<Permitted>>,
    calls: Arc<AtomicUsize>,
}

#[derive(Debug, Default)]
struct Permitted {
    calls: usize,
    wakers: Vec<Waker>,
}

impl Slow {
    fn new() -> Self {
        Self { log: MemoryBackend::new(), permitted: Arc::default(), calls: Arc::default() }
    }

    fn permit(&self, calls: usize) {
        let mut permitted = self.permitted.lock().expect("no panic");
        permitted.calls += calls;
        let wakers = std::mem::take(&mut permitted.wakers);
        drop(permitted);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn when_permitted<T: Send + 'static>(&self, value: T) -> BoxFuture<'static, T> {
        let (call, permitted, mut value) =
            (self.calls.fetch_add(1, SeqCst), self.permitted.clone(), Some(value));
        Box::pin(std::future::poll_fn(move |context| {
            let mut permitted = permitted.lock().expect("no panic");
            if permitted.calls > call {
                return Poll::Ready(value.take().expect("polled once after completion"));
            }
            if !permitted.wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                permitted.wakers.push(context.waker().clone());
            }
            Poll::Pending
        }))
    }

    fn keys(&self) -> Vec<String> {
        let messages = on_topic(&self.log, "orders").into_iter();
        messages
            .map(|delivery| {
                String::from_utf8(delivery.message.key.clone().expect("a key")[1..].into()).expect("text")
            })
            .collect()
    }
}

impl Backend for Slow {
    fn clock(&self) -> Arc<dyn Clock> {
        self.log.clock()
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        let published = block_on(self.log.publish(batch));
        self.when_permitted(published)
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        self.log.subscribe(subscription)
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.when_permitted(Ok(()))
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.log.close()
    }
}

/// A slow log behind a queue for two messages.
fn slow() -> (Bus, Slow) {
    let slow = Slow::new();
    (Bus::new(Arc::new(slow.clone())).with_queue(2), slow)
}

fn publish(bus: &Bus, key: &str) -> Publishing {
    bus.publisher("shop/web").publish(&placed(key, 1))
}

fn poll<T>(future: &mut (impl Future<Output = T> + Unpin)) -> Poll<T> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// A bus whose calls of `publish` fail in this way.
fn faulty(fault: Fault) -> (Bus, MemoryBackend) {
    let log = MemoryBackend::new();
    let call = move |call, _| if call == Call::Publish { fault } else { Fault::None };
    (Bus::new(Arc::new(FaultyBackend::new(log.clone(), call))), log)
}

#[test]
fn the_fate_of_a_message_is_unknown_only_if_the_answer_is_lost() {
    let cases = [
        (Fault::Error(ErrorKind::Refused), ErrorKind::Refused, Fate::NotPublished, 0),
        (Fault::Error(ErrorKind::Unavailable), ErrorKind::Unavailable, Fate::NotPublished, 0),
        (Fault::LostAnswer, ErrorKind::Unavailable, Fate::Unknown, 1),
    ];
    for (fault, kind, fate, published) in cases {
        let (bus, log) = faulty(fault);
        let error = block_on(bus.publisher("shop/web").publish(&placed("a", 1))).expect_err("a fault");
        assert_eq!((error.kind(), error.is_transient()), (kind, kind == ErrorKind::Unavailable));
        let PublishError::Bus(error) = error else { panic!("{error}") };
        assert_eq!((error.fates, on_topic(&log, "orders").len()), (vec![fate], published), "{fault:?}");
    }
}

#[test]
fn a_full_queue_is_waited_for_in_the_order_of_the_calls() {
    let (bus, slow) = slow();
    let mut first = publish(&bus, "a");
    let mut others: Vec<_> = ["b", "c", "d", "e"].iter().map(|key| publish(&bus, key)).collect();
    assert_eq!(slow.keys(), ["a", "b"], "accepted in the call");
    assert!(poll(&mut others[2]).is_pending());
    let dropped = others.remove(1);
    drop(dropped);
    assert_eq!(slow.keys(), ["a", "b"]);
    slow.permit(1);
    assert!(poll(&mut first).is_ready());
    assert_eq!(slow.keys(), ["a", "b", "d"], "`d` is passed on without a poll; `c` is dropped");
    slow.permit(100);
    for other in others {
        block_on(other).expect("an open bus");
    }
    assert_eq!(slow.keys(), ["a", "b", "d", "e"]);
}

#[test]
fn try_publish_answers_at_once() {
    let (bus, slow) = slow();
    let publisher = bus.publisher("shop/web");
    let accepted: Vec<_> = ["a", "b"].map(|key| publisher.try_publish(&placed(key, 1))).into();
    let error = publisher.try_publish(&placed("c", 1)).expect_err("a full queue");
    assert!(matches!(error, PublishError::QueueFull) && error.is_transient(), "{error}");
    slow.permit(100);
    for publishing in accepted {
        block_on(publishing.expect("room for two")).expect("an open bus");
    }
    block_on(publisher.try_publish(&placed("c", 1)).expect("room")).expect("an open bus");
    assert_eq!(slow.keys(), ["a", "b", "c"]);
}

#[test]
fn futures_that_are_dropped_or_not_polled_make_room_after_a_flush() {
    let (bus, slow) = slow();
    drop(publish(&bus, "a"));
    let held = publish(&bus, "b");
    let mut waiting = publish(&bus, "c");
    assert!(poll(&mut waiting).is_pending());
    assert_eq!(slow.keys(), ["a", "b"]);
    slow.permit(100);
    block_on(waiting).expect("room after the flush");
    block_on(held).expect("an open bus");
    assert_eq!(slow.keys(), ["a", "b", "c"]);

    // Nobody waits for a future, and the last one is awaited first.
    let memory = Bus::new(Arc::new(MemoryBackend::new())).with_queue(8);
    let mut futures: Vec<_> = (0..100).map(|_| publish(&memory, "a")).collect();
    block_on(futures.pop().expect("the last one")).expect("an open bus");
}

/// Whether the waker of a future was called.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// Two futures that wait for room and were polled, and whether they were woken.
fn two_waiting(bus: &Bus) -> ([Publishing; 2], impl Fn() -> [bool; 2]) {
    let mut waiting = ["c", "d"].map(|key| publish(bus, key));
    let woken = [(); 2].map(|()| Arc::new(Woken::default()));
    for (waiting, woken) in waiting.iter_mut().zip(&woken) {
        let waker = Waker::from(Arc::clone(woken));
        assert!(Pin::new(waiting).poll(&mut Context::from_waker(&waker)).is_pending());
    }
    (waiting, move || woken.each_ref().map(|woken| woken.0.load(SeqCst)))
}

#[test]
fn a_future_that_is_held_does_not_stall_the_others() {
    let (bus, slow) = slow();
    drop(["a", "b"].map(|key| publish(&bus, key)));
    let ([held, fourth], woken) = two_waiting(&bus);
    slow.permit(100);
    assert_eq!(woken(), [true, true], "the flush is complete, whoever polls it");
    block_on(fourth).expect("an open bus");
    assert_eq!(slow.keys(), ["a", "b", "c", "d"]);
    drop(held);
}

#[test]
fn the_futures_that_still_wait_begin_the_next_flush() {
    let (bus, slow) = slow();
    drop(["a", "b"].map(|key| publish(&bus, key)));
    let ([third, fourth], _) = two_waiting(&bus);
    let fifth = publish(&bus, "e");
    drop((third, fourth));
    slow.permit(100);
    block_on(fifth).expect("an open bus");
    assert_eq!(slow.keys(), ["a", "b", "e"]);
}

#[test]
fn a_future_that_is_polled_late_does_not_fail_over_a_working_log() {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let slow = Slow { log: MemoryBackend::with_clock(Arc::new(clock.clone())), ..Slow::new() };
    let bus = Bus::new(Arc::new(slow.clone())).with_queue(1).with_timeout(Duration::from_secs(5));
    let mut futures = ["a", "b", "c", "d"].map(|key| publish(&bus, key));
    let last = &mut futures[3];
    assert!(poll(last).is_pending());
    slow.permit(100);
    clock.advance(Duration::from_secs(5));
    let Poll::Ready(sent) = poll(last) else { panic!("the log has answered") };
    sent.expect("there is room after a flush for each of the others");
    assert_eq!(slow.keys(), ["a", "b", "c", "d"]);
}

#[test]
fn a_batch_larger_than_the_queue_needs_all_of_it() {
    let (bus, slow) = slow();
    let publisher = bus.publisher("shop/web");
    let first = publish(&bus, "a");
    let events = ["b", "c", "d"].map(|key| placed(key, 1));
    let mut batch = publisher.publish_all(&events);
    assert!(poll(&mut batch).is_pending());
    assert_eq!(slow.keys(), ["a"]);
    slow.permit(100);
    block_on(first).expect("an open bus");
    assert_eq!(slow.keys(), ["a", "b", "c", "d"]);
    assert_eq!(block_on(batch).expect("an open bus").len(), 3);
}

#[test]
fn a_flush_waits_for_what_was_accepted_and_for_what_waits() {
    let (bus, slow) = slow();
    let futures: Vec<_> = ["a", "b", "c"].map(|key| publish(&bus, key)).into();
    let mut flushing = Box::pin(bus.flush());
    for _ in 0..10 {
        assert!(poll(&mut flushing).is_pending());
    }
    assert_eq!(slow.keys(), ["a", "b"]);
    slow.permit(100);
    block_on(flushing).expect("an open bus");
    assert_eq!(slow.keys(), ["a", "b", "c"]);
    drop(futures);
    block_on(bus.close()).expect("the first close");
    let (bus, _) = faulty(Fault::None);
    block_on(bus.close()).expect("the first close");
    assert_eq!(block_on(bus.flush()).expect_err("a closed bus").kind, ErrorKind::Closed);
}

#[test]
fn many_threads_publish_in_their_order_through_a_small_queue() {
    let log = MemoryBackend::new();
    let bus = Bus::new(Arc::new(log.clone())).with_queue(3);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let bus = bus.clone();
            scope.spawn(move || {
                let publisher = bus.publisher("shop/web");
                let key = thread.to_string();
                let mut futures = Vec::new();
                for number in 0..200 {
                    futures.push(publisher.publish(&placed(&key, number)));
                    if futures.len() == 5 {
                        futures
                            .drain(..)
                            .rev()
                            .for_each(|future| drop(block_on(future).expect("an open bus")));
                    }
                }
            });
        }
    });
    for thread in 0..4 {
        let mine = on_topic(&log, "orders").into_iter();
        let mine = mine.filter(|delivery| delivery.message.key.as_deref() == Some(&[2, b'0' + thread][..]));
        let numbers = mine.map(|delivery| {
            let event: OrderPlaced =
                signalbook_runtime::decode(delivery.message.payload.as_deref().expect("a payload"))
                    .expect("an event");
            event.order.lines[0]
        });
        assert_eq!(numbers.collect::<Vec<_>>(), (0..200).collect::<Vec<_>>());
    }
}

#[test]
fn a_batch_has_events_of_several_types_in_order() {
    let log = MemoryBackend::new();
    let faulty = FaultyBackend::new(log.clone(), |_, _| Fault::None);
    let web = Bus::new(Arc::new(faulty.clone())).publisher("shop/web");
    let large = OrderPlaced { note: Some("x".repeat(64 * 1024)), ..placed("a", 1) };
    let failed = web.batch().add(&placed("a", 1)).and_then(|batch| batch.add(&large));
    assert_eq!(failed.expect_err("too large").kind(), ErrorKind::Refused);
    assert_eq!((faulty.calls(Call::Publish), log.published().len()), (0, 0));

    let cancelled = OrderCancelled { customer: "ada".into() };
    let batch = web.batch().add(&placed("a", 1)).and_then(|batch| batch.add(&cancelled));
    let sending = batch.expect("valid events").send();
    assert_eq!(faulty.calls(Call::Publish), 1, "accepted in the call");
    let published = block_on(sending).expect("an open bus");
    let types: Vec<_> = published.iter().map(|event| event.metadata.event_type.to_string()).collect();
    let logged: Vec<_> =
        log.published().iter().map(|delivery| header(&delivery.message, "ce_type").to_owned()).collect();
    assert_eq!(types.len(), 2);
    assert_eq!(types, logged);
}

#[test]
fn a_failed_send_returns_what_was_not_published() {
    let (bus, log) = faulty(Fault::Error(ErrorKind::Unavailable));
    let sealed = bus.publisher("shop/web").seal(&placed("a", 1)).expect("an event");
    let error = block_on(bus.send(sealed.clone())).expect_err("a fault");
    assert!(error.is_transient(), "{error}");
    assert_eq!(error.into_unsent(), sealed);
    let sent = block_on(Bus::new(Arc::new(log.clone())).send(sealed.clone())).expect("a working bus");
    assert_eq!(sent.metadata, *sealed.metadata(), "the id stays the same");
}

/// A log that publishes only the first message of each batch.
#[test]
fn a_failed_send_does_not_return_what_was_published() {
    let bus = Bus::new(Arc::new(FirstOnly(MemoryBackend::new())));
    let config =
        ProducerConfig::default().topic("com.example.shop.order.placed.v1", "audit", TopicConfig::enabled());
    let sealed = bus.publisher("shop/web").with_config(config).seal(&placed("a", 1)).expect("an event");
    assert_eq!(sealed.messages().len(), 2);
    let error = block_on(bus.send(sealed.clone())).expect_err("half a batch");
    assert_eq!(error.unsent().messages(), &sealed.messages()[1..]);
}

#[test]
fn a_message_that_was_published_counts_although_its_batch_failed() {
    let seen = Seen::new();
    let measured = seen.clone();
    let bus = Bus::new(Arc::new(FirstOnly(MemoryBackend::new())));
    let bus = bus.with_observer(move |measurement: &Measurement<'_>| {
        measured.push((measurement.metric, measurement.event_type.map(str::to_owned)));
    });
    let cancelled = OrderCancelled { customer: "ada".into() };
    let publisher = bus.publisher("shop/web");
    let batch = publisher.batch().add(&cancelled).and_then(|batch| batch.add(&placed("a", 1)));
    block_on(batch.expect("valid events").send()).expect_err("half a batch");
    let expected = (Metric::Published, Some("com.example.shop.order.cancelled.v1".to_owned()));
    assert_eq!(*seen.lock(), [expected]);
}

#[derive(Debug)]
struct FirstOnly(MemoryBackend);

impl Backend for FirstOnly {
    fn clock(&self) -> Arc<dyn Clock> {
        self.0.clock()
    }

    fn publish(&self, mut batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        batch.truncate(1);
        let position = block_on(self.0.publish(batch)).expect("an open log").remove(0);
        let error = BackendError::new(ErrorKind::Refused, "one message is enough");
        let fates = vec![Fate::Published(position), Fate::NotPublished];
        Box::pin(ready(Err(BatchError::new(fates, error))))
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        self.0.subscribe(subscription)
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.flush()
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.close()
    }
}

#[test]
fn a_bus_that_does_not_answer_is_an_error_after_the_timeout() {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let log = MemoryBackend::with_clock(Arc::new(clock.clone()));
    let hanging = FaultyBackend::new(log, |_, _| Fault::Hang);
    let bus = Bus::new(Arc::new(hanging)).with_queue(1).with_timeout(Duration::from_secs(5));
    let late = |future: &mut dyn FnMut() -> bool| {
        assert!(!future());
        clock.advance(Duration::from_secs(4));
        assert!(!future());
        clock.advance(Duration::from_secs(1));
        assert!(future());
    };
    let mut failed = Vec::new();
    let (mut accepted, mut waiting) = (publish(&bus, "a"), publish(&bus, "b"));
    late(&mut || {
        for publishing in [&mut waiting, &mut accepted] {
            if let Poll::Ready(result) = poll(publishing) {
                let PublishError::Bus(error) = result.expect_err("no answer") else { panic!("no bus error") };
                assert_eq!(error.error.kind, ErrorKind::Unavailable);
                failed.extend(error.fates);
            }
        }
        failed == [Fate::NotPublished, Fate::Unknown]
    });
    let calls: [BoxFuture<'_, BackendError>; 3] = [
        Box::pin(async { bus.flush().await.expect_err("no answer") }),
        Box::pin(async { bus.stored_schema("a.v1", 0).await.expect_err("no answer") }),
        Box::pin(async { bus.close().await.expect_err("no answer") }),
    ];
    for mut call in calls {
        late(&mut || match poll(&mut call) {
            Poll::Ready(error) => {
                assert!(error.to_string().contains("within 5s"), "{error}");
                error.kind == ErrorKind::Unavailable
            }
            Poll::Pending => false,
        });
    }
    let mut prepare = Box::pin(bus.prepare::<OrderPlaced>());
    late(&mut || poll(&mut prepare).is_ready());
}

#[test]
fn a_sealed_event_survives_as_bytes_with_its_contract() {
    let (bus, log) = faulty(Fault::None);
    let sealed = bus.publisher("shop/web").seal(&placed("a", 1)).expect("an event");
    assert!(sealed.messages()[0].contract.is_some());
    let bytes = sealed.to_bytes();
    let read = bus.unseal(&bytes).expect("a sealed event");
    assert_eq!(read, sealed);
    let later = Bus::new(Arc::new(log.clone()));
    assert_eq!(later.unseal(&bytes).expect("a sealed event").messages()[0].contract, None);
    block_on(later.prepare::<OrderPlaced>()).expect("a schema store");
    let read = later.unseal(&bytes).expect("a sealed event");
    assert_eq!(read, sealed, "the contract of a prepared event");
    let sent = block_on(later.send(read)).expect("an open bus");
    assert_eq!(&sent.metadata, sealed.metadata());
    assert_eq!(*on_topic(&log, "orders")[0].message, sealed.messages()[0].message);
}
