//! What a consumer does when its partitions go to another member, and when the log has lost messages.

use std::{
    future::Future,
    num::{NonZeroU32, NonZeroUsize},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Attempt, Bus, ConsumeError, ConsumeProblem, Consumed, Consumer, Failure, Loss, ManualClock, Received,
    ReceiverCall, Retry, Shutdown, backend::Start, blocking::block_on, testing::PartitionedBackend,
};

use crate::{
    audit::Lines,
    events::{OrderPlaced, Seen, at_poll, memory, placed, publish},
};

/// A log with two partitions, and a clock that only the test advances.
struct Scene {
    clock: ManualClock,
    log: PartitionedBackend,
    bus: Bus,
    shutdown: Shutdown,
}

type Run = Pin<Box<dyn Future<Output = Result<Consumed, ConsumeError>>>>;

impl Scene {
    fn new() -> Self {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let partitions = NonZeroU32::MIN.saturating_add(1);
        let log = PartitionedBackend::with_clock(partitions, Arc::new(clock.clone()));
        let bus = Bus::new(Arc::new(log.clone()));
        let scene = Self { clock, log, bus, shutdown: Shutdown::new() };
        // Eight keys, over both partitions.
        let events: Vec<_> = (0..8).map(|number| placed(&number.to_string(), number)).collect();
        publish(&scene.bus, &events);
        scene
    }

    /// A consumer that writes down which events its receivers have finished, and waits at the gate first.
    fn consumer(&self, member: &str, finished: &Seen<i32>, gate: &Arc<AtomicBool>) -> Consumer {
        let (finished, gate) = (finished.clone(), Arc::clone(gate));
        let consumer = self.bus.consumer("billing").member(member).concurrency(NonZeroUsize::MIN);
        consumer.on(move |event: Received<OrderPlaced>| {
            let (finished, gate) = (finished.clone(), Arc::clone(&gate));
            async move {
                at_poll(|| gate.load(Ordering::SeqCst)).await;
                finished.push(event.data.order.lines[0]);
            }
        })
    }

    fn run(&self, consumer: Consumer) -> Run {
        let shutdown = self.shutdown.clone();
        Box::pin(async move { consumer.run(shutdown.wait()).await })
    }

    /// Stops a consumer.
    fn stop(&self, mut run: Run) -> Consumed {
        self.shutdown.begin();
        match poll(&mut run) {
            Poll::Ready(ended) => ended.expect("an open bus"),
            Poll::Pending => panic!("the consumer should have stopped"),
        }
    }
}

fn poll(run: &mut Run) -> Poll<Result<Consumed, ConsumeError>> {
    run.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn gate(is_open: bool) -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(is_open))
}

/// Lets all consumers run until nothing more happens.
fn settle<const N: usize>(runs: [&mut Run; N]) {
    let mut runs = runs;
    for _ in 0..10 {
        for run in &mut runs {
            assert!(poll(run).is_pending(), "the consumer ended");
        }
    }
}

/// The events that both members have finished, sorted.
fn all(of_first: &Seen<i32>, of_second: &Seen<i32>) -> Vec<i32> {
    let mut all = [of_first.lock().clone(), of_second.lock().clone()].concat();
    all.sort_unstable();
    all
}

#[test]
fn what_runs_is_finished_and_acknowledged_before_a_partition_is_released() {
    let scene = Scene::new();
    let (of_first, of_second) = (Seen::new(), Seen::new());
    let closed = gate(false);
    let mut first = scene.run(scene.consumer("first", &of_first, &closed));
    let mut second = scene.run(scene.consumer("second", &of_second, &gate(true)));
    settle([&mut first]);
    settle([&mut first, &mut second]);
    // The first event runs in the first member, and blocks its partition if that is the one that moves.
    closed.store(true, Ordering::SeqCst);
    settle([&mut first, &mut second]);
    assert!(of_first.len() > 0 && of_second.len() > 0, "both members have a partition");
    assert_eq!(all(&of_first, &of_second), (0..8).collect::<Vec<_>>(), "each event is processed once");
    assert_eq!(scene.stop(first).abandoned + scene.stop(second).abandoned, 0);
}

/// Two members, of which the first has a receiver that runs in a partition that moves to the second.
fn blocked(scene: &Scene, timeout: Duration) -> (Run, Run, Seen<i32>, Seen<i32>, Arc<AtomicBool>) {
    blocked_with(scene, timeout, |first| first)
}

fn blocked_with(
    scene: &Scene,
    timeout: Duration,
    configure: impl FnOnce(Consumer) -> Consumer,
) -> (Run, Run, Seen<i32>, Seen<i32>, Arc<AtomicBool>) {
    let (of_first, of_second, closed) = (Seen::new(), Seen::new(), gate(false));
    let first = configure(scene.consumer("b-first", &of_first, &closed));
    // All events run, so that one of them is in the partition that moves.
    let first = first.concurrency(NonZeroUsize::MIN.saturating_add(7)).revocation_timeout(timeout);
    let (mut first, mut second) =
        (scene.run(first), scene.run(scene.consumer("a-second", &of_second, &gate(true))));
    settle([&mut first]);
    settle([&mut first, &mut second]);
    assert_eq!((of_first.len(), of_second.len()), (0, 0), "the log waits for the release");
    (first, second, of_first, of_second, closed)
}

#[test]
fn receivers_that_run_too_long_are_dropped() {
    let scene = Scene::new();
    let (mut first, mut second, of_first, of_second, closed) = blocked(&scene, Duration::from_secs(5));
    scene.clock.advance(Duration::from_secs(4));
    settle([&mut first, &mut second]);
    assert_eq!(of_second.len(), 0);
    scene.clock.advance(Duration::from_secs(1));
    settle([&mut first, &mut second]);
    let moved = of_second.len();
    assert!((1..8).contains(&moved), "{moved} events moved");
    closed.store(true, Ordering::SeqCst);
    settle([&mut first, &mut second]);
    assert_eq!(all(&of_first, &of_second), (0..8).collect::<Vec<_>>(), "a dropped receiver does not go on");
    let consumed = scene.stop(first);
    assert_eq!((consumed.processed, consumed.abandoned), (8 - moved as u64, moved as u64));
}

#[test]
fn a_revoked_message_is_not_acknowledged_by_its_receiver() {
    let scene = Scene::new();
    let log = scene.log.clone().release_timeout(Duration::from_secs(2));
    let scene = Scene { log, ..scene };
    let (mut first, mut second, of_first, of_second, closed) = blocked(&scene, Duration::from_secs(60));
    scene.clock.advance(Duration::from_secs(2));
    settle([&mut first, &mut second]);
    let moved = of_second.len();
    assert!((1..8).contains(&moved), "{moved} events moved");
    closed.store(true, Ordering::SeqCst);
    settle([&mut first, &mut second]);
    assert_eq!(of_first.len(), 8, "its receivers may finish");
    assert_eq!(scene.stop(first).abandoned + scene.stop(second).abandoned, 0);
    let left = block_on(async {
        let next = scene.bus.consumer_raw("billing", &["orders"], Start::Earliest).await?;
        next.receive(NonZeroUsize::MIN, Duration::ZERO).await
    });
    assert_eq!(left.expect("an open bus").messages.len(), 0);
}

#[test]
fn a_revoked_message_that_fails_is_left_to_its_new_owner() {
    let scene = Scene::new();
    let log = scene.log.clone().release_timeout(Duration::from_secs(2));
    let scene = Scene { log, ..scene };
    let failing = |_: &Attempt<'_>, call: ReceiverCall| -> ReceiverCall {
        Box::pin(async move {
            call.await?;
            Err(Failure::Receiver("no stock".into()))
        })
    };
    let (mut first, mut second, of_first, of_second, closed) =
        blocked_with(&scene, Duration::from_secs(60), |first| first.retry(Retry::NONE).layer(failing));
    scene.clock.advance(Duration::from_secs(2));
    settle([&mut first, &mut second]);
    let moved = of_second.len();
    assert!((1..8).contains(&moved), "{moved} events moved");
    closed.store(true, Ordering::SeqCst);
    settle([&mut first, &mut second]);
    assert_eq!(of_first.len(), 8, "its receivers may finish");
    let kept = 8 - moved;
    assert_eq!(scene.stop(first).dead_lettered, kept as u64, "those of the other partition");
    let dead = block_on(async {
        let dead = scene.bus.consumer_raw("tail", &["orders-dlq"], Start::Earliest).await?;
        dead.receive(NonZeroUsize::MIN.saturating_add(9), Duration::ZERO).await
    });
    assert_eq!(dead.expect("an open bus").messages.len(), kept);
}

#[test]
fn a_loss_is_counted_and_logged_at_error() {
    let (bus, log) = memory();
    publish(&bus, &[placed("a", 0), placed("a", 1), placed("a", 2)]);
    // The group exists before the messages are discarded.
    let consumer = || bus.consumer("billing").on(|_: Received<OrderPlaced>| async {});
    drop(block_on(bus.consumer_raw("billing", &["orders"], Start::Earliest)));
    log.discard("orders", "2").expect("an offset");
    let lines = Lines::new();
    let ended = lines.of(consumer().run_until_idle()).expect("an open bus");
    assert_eq!((ended.processed, ended.lost), (1, 2));
    let lines = lines.0.lock().clone();
    let lost: Vec<_> = lines.iter().filter(|line| line.contains("outcome=lost")).collect();
    let line = "ERROR signalbook::audit outcome=lost group=billing topic=orders partition=0 from=0 to=2 \
                messages=2 reason=trimmed";
    assert_eq!(lost, [line]);
}

#[test]
fn a_consumer_stops_on_a_loss_if_it_is_told_to() {
    let (bus, log) = memory();
    drop(block_on(bus.consumer_raw("billing", &["orders"], Start::Earliest)));
    publish(&bus, &[placed("a", 0), placed("a", 1)]);
    log.discard("orders", "1").expect("an offset");
    let consumer = || bus.consumer("billing").on_loss(Loss::Stop).on(|_: Received<OrderPlaced>| async {});
    let stopped = block_on(consumer().run_until_idle()).expect_err("a message was lost");
    let ConsumeProblem::Lost { gap } = *stopped.problem else { panic!("it stops because of the loss") };
    assert_eq!(gap.messages, Some(1));
    let ended = block_on(consumer().run_until_idle()).expect("it was told once");
    assert_eq!((ended.processed, ended.lost), (1, 0));
}
