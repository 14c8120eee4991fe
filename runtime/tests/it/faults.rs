//! What a consumer does when its bus or its receivers fail.

use std::{
    future::{Future, pending, ready},
    num::NonZeroUsize,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Bus, Clock, ConsumeProblem, Consumed, Consumer, ManualClock, MemoryBackend, Received, Retry, Shutdown,
    backend::{
        Backend, BackendError, Batch, BatchError, BoxFuture, ErrorKind, Outgoing, Position, Rebalance, Start,
        Subscriber, Subscription,
    },
    blocking::block_on,
    testing::{Call, Fault, FaultyBackend},
};

use crate::events::{OrderPlaced, Seen, at_poll, header, on_topic, placed, publish};

/// A faulty bus over a log in memory, with a clock that only the test advances.
struct Scene {
    clock: ManualClock,
    log: MemoryBackend,
    faulty: FaultyBackend,
    bus: Bus,
}

impl Scene {
    fn new(fault: impl Fn(Call, usize) -> Fault + Send + Sync + 'static) -> Self {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let log = MemoryBackend::with_clock(Arc::new(clock.clone()));
        let faulty = FaultyBackend::new(log.clone(), fault);
        let bus = Bus::new(Arc::new(faulty.clone()));
        Self { clock, log, faulty, bus }
    }

    /// Publishes `count` events with numbers from 0, each with its own key.
    fn publish(&self, count: i32) {
        let events: Vec<_> = (0..count).map(|number| placed(&number.to_string(), number)).collect();
        publish(&Bus::new(Arc::new(self.log.clone())), &events);
    }

    fn consumer(&self) -> Consumer {
        self.bus.consumer("billing").start(Start::Earliest).topic("orders")
    }

    /// Polls until `run` completes, and advances the clock meanwhile. Panics after an hour of that clock.
    fn finish<T>(&self, run: impl Future<Output = T>) -> T {
        let mut run = Box::pin(run);
        for _ in 0..3600 {
            if let Poll::Ready(value) = poll(run.as_mut()) {
                return value;
            }
            self.clock.advance(Duration::from_secs(1));
        }
        panic!("the future does not complete");
    }
}

pub(crate) fn poll<T>(future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_consumer_stops_while_messages_are_ready() {
    let scene = Scene::new(|_, _| Fault::None);
    scene.publish(20_000);
    let seen = Seen::new();
    let log = seen.clone();
    let shutdown = Shutdown::new();
    let run = scene.consumer().on(move |event: Received<OrderPlaced>| {
        log.push(event.data.order.lines[0]);
        ready(())
    });
    let mut run = Box::pin(run.run(shutdown.wait()));
    assert!(poll(run.as_mut()).is_pending());
    assert!(seen.len() < 2000, "{} events in one poll", seen.len());
    shutdown.begin();
    assert!(scene.finish(run).is_ok());
    assert!(seen.len() < 4000, "{} events", seen.len());
}

#[test]
fn a_dead_letter_survives_an_outage() {
    let scene = Scene::new(|call, n| match (call, n) {
        (Call::Publish, 0..3) => Fault::Error(ErrorKind::Unavailable),
        _ => Fault::None,
    });
    scene.publish(2);
    let seen = Seen::new();
    let log = seen.clone();
    let shutdown = Shutdown::new();
    let stop = shutdown.clone();
    let run = scene.consumer().retry(Retry::NONE).on(move |event: Received<OrderPlaced>| {
        log.push(event.data.order.lines[0]);
        ready(if event.data.order.lines[0] == 0 { Err("no stock ".repeat(100_000)) } else { Ok(()) })
    });
    let log = scene.log.clone();
    let run = run.run(async move {
        at_poll(|| on_topic(&log, "orders-dlq").len() == 1).await;
        stop.begin();
    });
    let consumed = scene.finish(run).expect("the outage ended");
    assert_eq!((consumed.processed, consumed.dead_lettered), (1, 1));
    let [dead] = &on_topic(&scene.log, "orders-dlq")[..] else { panic!("one dead letter") };
    let error = header(&dead.message, "dlq_error");
    assert!(error.len() <= 4096, "{} bytes of error", error.len());
    assert!(error.starts_with("the receiver failed: no stock") && error.ends_with("[cut]"), "{error}");
}

#[test]
fn a_dead_letter_is_published_once_although_the_answer_is_lost() {
    let scene = Scene::new(|call, n| match (call, n) {
        (Call::Publish, 0..3) => Fault::LostAnswer,
        _ => Fault::None,
    });
    scene.publish(1);
    let billing = scene.consumer().retry(Retry::NONE).on(|_: Received<OrderPlaced>| ready(Err("no stock")));
    assert_eq!(scene.finish(billing.run_until_idle()).expect("the outage ends").processed, 0);
    assert_eq!(on_topic(&scene.log, "orders-dlq").len(), 1);
    assert_eq!(scene.faulty.calls(Call::Acknowledge), 0);
    let again = scene.finish(billing.run_until_idle()).expect("an open bus");
    assert_eq!(again, Consumed::default(), "the message is done");
}

/// A log that does not publish and acknowledge in one step.
#[derive(Debug)]
struct TwoSteps(FaultyBackend);

#[derive(Debug)]
struct TwoStepsSubscriber(Box<dyn Subscriber>);

impl Backend for TwoSteps {
    fn clock(&self) -> Arc<dyn Clock> {
        self.0.clock()
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        self.0.publish(batch)
    }

    fn subscribe(&self, to: Subscription) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        let joining = self.0.subscribe(to);
        Box::pin(async move { Ok(Box::new(TwoStepsSubscriber(joining.await?)) as Box<dyn Subscriber>) })
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.flush()
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.close()
    }
}

impl Subscriber for TwoStepsSubscriber {
    fn receive(&self, max: NonZeroUsize, wait: Duration) -> BoxFuture<'_, Result<Batch, BackendError>> {
        self.0.receive(max, wait)
    }

    fn acknowledge(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        self.0.acknowledge(positions)
    }

    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>> {
        self.0.keep_alive()
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.close()
    }
}

#[test]
fn a_dead_letter_is_published_once_although_its_acknowledgement_fails() {
    let scene = Scene::new(|call, n| match (call, n) {
        (Call::Acknowledge, 0..3) => Fault::Error(ErrorKind::Unavailable),
        _ => Fault::None,
    });
    scene.publish(1);
    let bus = Bus::new(Arc::new(TwoSteps(scene.faulty.clone())));
    let billing = bus.consumer("billing").retry(Retry::NONE);
    let billing = billing.on(|_: Received<OrderPlaced>| ready(Err("no stock")));
    assert_eq!(scene.finish(billing.run_until_idle()).expect("the outage ends").dead_lettered, 1);
    assert_eq!(on_topic(&scene.log, "orders-dlq").len(), 1);
    assert_eq!(scene.faulty.calls(Call::Acknowledge), 4);
    let again = scene.finish(billing.run_until_idle()).expect("an open bus");
    assert_eq!(again, Consumed::default(), "the message is done");
}

#[test]
fn unacknowledged_messages_count_as_held() {
    let scene = Scene::new(|call, _| if call == Call::Acknowledge { Fault::Hang } else { Fault::None });
    scene.publish(500);
    let seen = Seen::new();
    let log = seen.clone();
    let shutdown = Shutdown::new();
    let consumer = scene.consumer().prefetch(NonZeroUsize::MIN.saturating_add(39));
    let run = consumer.on(move |event: Received<OrderPlaced>| {
        log.push(event.data.order.lines[0]);
        ready(())
    });
    let mut run = Box::pin(run.run(shutdown.wait()));
    for _ in 0..100 {
        assert!(poll(run.as_mut()).is_pending());
    }
    assert_eq!(seen.len(), 40);
    shutdown.begin();
    let counts = scene.finish(run).expect("the consumer stops nevertheless");
    assert_eq!((counts.processed, counts.abandoned), (40, 40));
}

#[test]
fn a_bus_that_never_accepts_acknowledgements_ends_the_consumer() {
    let scene = Scene::new(|call, _| match call {
        Call::Acknowledge => Fault::Error(ErrorKind::Unavailable),
        _ => Fault::None,
    });
    scene.publish(500);
    let error = scene
        .finish(scene.consumer().on(|_: Received<OrderPlaced>| ready(())).run(pending()))
        .expect_err("an endless outage");
    let ConsumeProblem::Bus(error) = *error.problem else { panic!("another problem") };
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(scene.faulty.calls(Call::Acknowledge), 10);
}

#[test]
fn a_consumer_stops_while_joining_and_while_leaving() {
    for hanging in [Call::Subscribe, Call::Close, Call::Admin] {
        let scene = Scene::new(move |call, _| if call == hanging { Fault::Hang } else { Fault::None });
        let shutdown = Shutdown::new();
        let run = scene.consumer().on(|_: Received<OrderPlaced>| ready(())).run(shutdown.wait());
        let mut run = Box::pin(run);
        assert!(poll(run.as_mut()).is_pending());
        shutdown.begin();
        assert_eq!(scene.finish(run).expect("the consumer stops"), Consumed::default(), "{hanging:?}");
    }
}

#[test]
fn a_consumer_runs_although_the_administration_fails_or_hangs() {
    for fault in [Fault::Error(ErrorKind::Unsupported), Fault::Hang] {
        let scene = Scene::new(move |call, _| if call == Call::Admin { fault } else { Fault::None });
        scene.publish(3);
        // The group exists, so that another start does not matter.
        let subscription = Subscription::new("billing", ["orders"]).with_claim_after(Duration::ZERO);
        drop(block_on(scene.bus.backend().subscribe(subscription)));
        let shutdown = Shutdown::new();
        let (stop, seen) = (shutdown.clone(), Seen::new());
        let consumer = scene.consumer().start(Start::Latest).on(move |_: Received<OrderPlaced>| {
            seen.push(());
            if seen.len() == 3 {
                stop.begin();
            }
            ready(())
        });
        let ended = scene.finish(consumer.run(shutdown.wait())).expect("the bus works");
        assert_eq!(ended.processed, 3, "{fault:?}");
    }
}

#[test]
fn a_consumer_ends_when_another_one_joins_under_its_name() {
    let scene = Scene::new(|_, _| Fault::None);
    let [mut elder, mut younger] = [(); 2].map(|()| {
        let consumer = scene.consumer().member("one").on(|_: Received<OrderPlaced>| ready(()));
        Box::pin(consumer.run(pending()))
    });
    assert!(poll(elder.as_mut()).is_pending());
    assert!(poll(younger.as_mut()).is_pending());
    let Poll::Ready(Err(error)) = poll(elder.as_mut()) else { panic!("it ends") };
    let ConsumeProblem::Bus(error) = *error.problem else { panic!("another problem") };
    assert_eq!(error.kind, ErrorKind::Fenced);
    assert!(poll(younger.as_mut()).is_pending());
}

#[test]
fn a_receiver_that_hangs_does_not_block_the_stop() {
    let scene = Scene::new(|_, _| Fault::None);
    scene.publish(3);
    let shutdown = Shutdown::new();
    let patient = scene.consumer().shutdown_timeout(Duration::from_secs(5));
    let run = patient.on(|event: Received<OrderPlaced>| async move {
        if event.data.order.lines[0] == 1 {
            pending::<()>().await;
        }
    });
    let mut run = Box::pin(run.run(shutdown.wait()));
    assert!(poll(run.as_mut()).is_pending());
    shutdown.begin();
    assert!(poll(run.as_mut()).is_pending());
    scene.clock.advance(Duration::from_secs(4));
    assert!(poll(run.as_mut()).is_pending(), "a receiver may finish");
    scene.clock.advance(Duration::from_secs(1));
    let Poll::Ready(ended) = poll(run.as_mut()) else { panic!("the shutdown timeout should have ended") };
    let counts = ended.expect("an open bus");
    assert_eq!((counts.processed, counts.abandoned), (2, 1));
    let again =
        block_on(scene.bus.consumer_raw("billing", &["orders"], Start::Earliest)).expect("an open bus");
    let max = NonZeroUsize::MIN.saturating_add(9);
    let left = block_on(again.receive(max, Duration::ZERO)).expect("an open bus");
    assert_eq!(left.messages.len(), 1, "the abandoned message is delivered again");
}

#[test]
fn leaving_the_group_shares_the_shutdown_timeout() {
    let scene = Scene::new(|call, _| if call == Call::Close { Fault::Hang } else { Fault::None });
    scene.publish(1);
    for is_busy in [true, false] {
        let shutdown = Shutdown::new();
        let consumer = scene.consumer().shutdown_timeout(Duration::from_secs(5));
        let run = consumer.on(move |_: Received<OrderPlaced>| async move {
            if is_busy {
                pending::<()>().await;
            }
        });
        let mut run = Box::pin(run.run(shutdown.wait()));
        assert!(poll(run.as_mut()).is_pending());
        shutdown.begin();
        assert!(poll(run.as_mut()).is_pending());
        scene.clock.advance(Duration::from_secs(5));
        assert!(poll(run.as_mut()).is_pending(), "it has two more seconds to leave");
        scene.clock.advance(Duration::from_secs(2));
        let Poll::Ready(ended) = poll(run.as_mut()) else { panic!("it should have stopped") };
        assert_eq!(ended.expect("an open bus").abandoned, u64::from(is_busy));
    }
}

#[test]
fn a_member_learns_that_it_lost_its_partition() {
    let scene = Scene::new(|_, _| Fault::None);
    scene.publish(3);
    let max = NonZeroUsize::MIN.saturating_add(9);
    block_on(async {
        let consumer =
            scene.bus.consumer_raw("tail", &["orders"], Start::Earliest).await.expect("an open bus");
        let batch = consumer.receive(max, Duration::ZERO).await.expect("an open bus");
        assert_eq!(batch.messages.len(), 3);
        let target = (batch.messages[0].position.partition.clone(), Start::Offset("1".into()));
        // While the member is dead, the group moves.
        scene.clock.advance(Duration::from_secs(60));
        let admin = scene.bus.admin().expect("the memory backend has an administration");
        admin.seek("tail", vec![target]).await.expect("no member is live");
        for _ in 0..2 {
            let refused = consumer.receive(max, Duration::ZERO).await.expect_err("it does not know yet");
            assert_eq!(refused.kind, ErrorKind::Revoked, "{refused}");
        }
        let revoked = vec![batch.messages[0].position.partition.clone()];
        assert_eq!(consumer.rebalance().await.expect("an open bus"), Rebalance::Revoked(revoked));
        let batch = consumer.receive(max, Duration::ZERO).await.expect("an open bus");
        assert_eq!(batch.messages.len(), 2);
    });
}

#[test]
fn heartbeats_go_on_while_receive_hangs() {
    let scene = Scene::new(|call, number| match (call, number) {
        (Call::Receive, 1..) => Fault::Hang,
        _ => Fault::None,
    });
    scene.publish(1);
    let consumer = scene.consumer().on(|_: Received<OrderPlaced>| pending::<()>());
    let mut run = Box::pin(consumer.run(pending()));
    let other = Subscription::new("billing", ["orders"]).with_member("other").with_start(Start::Earliest);
    let other = block_on(scene.log.subscribe(other)).expect("an open bus");
    for second in 0..300 {
        assert!(poll(run.as_mut()).is_pending());
        if second > 2 {
            let batch = block_on(other.receive(NonZeroUsize::MIN, Duration::ZERO)).expect("an open bus");
            assert_eq!(batch.deliveries, [], "claimed after {second} seconds from a live member");
        }
        scene.clock.advance(Duration::from_secs(1));
    }
}
