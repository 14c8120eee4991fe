//! Calls of the log that hang end within a bound: the timeout of the bus.

use std::{
    future::{pending, ready},
    num::NonZeroUsize,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::{Duration, SystemTime},
};

use signalbook_runtime::{
    Bus, ConsumeProblem, Consumer, ManualClock, MemoryBackend, PublishError, Received, Retry,
    backend::{
        Admin as _, BackendError, BoxFuture, ErrorKind, Fate, Message, Outgoing, Partition, Start,
        Subscription,
    },
    blocking::block_on,
    testing::{Call, Fault, FaultyBackend},
};

use crate::{
    events::{OrderPlaced, Seen, on_topic, placed, publish},
    faults::poll,
};

const TIMEOUT: Duration = Duration::from_secs(5);

/// A bus of which one call hangs, over a clock that only the test advances.
struct Scene {
    clock: ManualClock,
    log: MemoryBackend,
    faulty: FaultyBackend,
    bus: Bus,
}

impl Scene {
    /// The calls of this kind hang: the first of them, or all.
    fn new(hanging: Call, is_only_first: bool) -> Self {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let log = MemoryBackend::with_clock(Arc::new(clock.clone()));
        let fault = move |call, number| {
            if call == hanging && (number == 0 || !is_only_first) { Fault::Hang } else { Fault::None }
        };
        let faulty = FaultyBackend::new(log.clone(), fault);
        let bus = Bus::new(Arc::new(faulty.clone())).with_timeout(TIMEOUT);
        publish(&Bus::new(Arc::new(log.clone())), &[placed("a", 1)]);
        Self { clock, log, faulty, bus }
    }

    fn consumer(&self) -> Consumer {
        self.bus.consumer("billing").retry(Retry::NONE)
    }

    /// Checks that a call ends at this time, with the error of a log that does not answer.
    fn ends_after<T>(&self, limit: Duration, mut call: BoxFuture<'_, Result<T, BackendError>>) {
        assert!(poll(Pin::new(&mut call)).is_pending());
        self.clock.advance(limit.saturating_sub(Duration::from_secs(1)));
        assert!(poll(Pin::new(&mut call)).is_pending());
        self.clock.advance(Duration::from_secs(1));
        let Poll::Ready(Err(error)) = poll(Pin::new(&mut call)) else {
            panic!("it should have ended with an error")
        };
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert!(error.message.contains("within"), "{error}");
    }
}

#[test]
fn joining_ends() {
    let scene = Scene::new(Call::Subscribe, false);
    scene.ends_after(TIMEOUT, Box::pin(scene.bus.consumer_raw("billing", &["orders"], Start::Earliest)));
    let run = scene.consumer().on(|_: Received<OrderPlaced>| ready(())).run(pending());
    let run = async { run.await.map_err(|error| *error.problem) };
    let bus_error = async {
        match run.await {
            Err(ConsumeProblem::Bus(error)) => Err(error),
            other => panic!("{other:?}"),
        }
    };
    scene.ends_after::<()>(TIMEOUT, Box::pin(bus_error));
}

#[test]
fn the_calls_of_a_raw_consumer_end() {
    let wait = Duration::from_secs(7);
    for call in [Call::Receive, Call::Acknowledge, Call::Release, Call::KeepAlive, Call::Close] {
        let scene = Scene::new(call, false);
        let joining = scene.bus.consumer_raw("billing", &["orders"], Start::Earliest);
        let consumer = block_on(joining).expect("an open bus");
        match call {
            Call::Receive => {
                scene.ends_after(wait + TIMEOUT, Box::pin(consumer.receive(NonZeroUsize::MIN, wait)));
                let receiving = consumer.receive_and_release(NonZeroUsize::MIN, wait);
                scene.ends_after(wait + TIMEOUT, Box::pin(receiving));
            }
            Call::Acknowledge => scene.ends_after(TIMEOUT, Box::pin(consumer.acknowledge(Vec::new()))),
            Call::Release => scene.ends_after(TIMEOUT, Box::pin(consumer.release(Vec::new()))),
            Call::KeepAlive => scene.ends_after(TIMEOUT, Box::pin(consumer.keep_alive())),
            _ => scene.ends_after(TIMEOUT, Box::pin(consumer.close())),
        }
    }
}

#[test]
fn the_calls_of_tools_end() {
    let subscription = || Subscription::new("billing", ["orders"]);
    let scene = Scene::new(Call::Subscribe, false);
    scene.ends_after(TIMEOUT, scene.bus.subscribe(subscription()));
    let scene = Scene::new(Call::KeepAlive, false);
    let member = block_on(scene.bus.subscribe(subscription())).expect("an open bus");
    scene.ends_after(TIMEOUT, member.keep_alive());
    let scene = Scene::new(Call::Publish, false);
    let publishing = scene.bus.publish_messages(vec![Outgoing::new("orders", Message::default())]);
    scene.ends_after(TIMEOUT, Box::pin(async { publishing.await.map_err(|error| error.error) }));
}

#[test]
fn the_calls_of_the_administration_end() {
    let scene = Scene::new(Call::Admin, false);
    let admin = scene.bus.admin().expect("it has one");
    let partition = Partition { topic: "orders".into(), number: 0 };
    scene.ends_after(TIMEOUT, admin.topics());
    scene.ends_after(TIMEOUT, admin.groups());
    scene.ends_after(TIMEOUT, admin.group("billing"));
    scene.ends_after(TIMEOUT, admin.seek("billing", Vec::new()));
    scene.ends_after(TIMEOUT, admin.forget("billing"));
    scene.ends_after(TIMEOUT, admin.read(&partition, "0", NonZeroUsize::MIN));
    scene.ends_after(TIMEOUT, Box::pin(scene.bus.observe_lag("billing")));
}

#[test]
fn a_consumer_goes_on_after_a_call_that_hangs() {
    for hanging in [Call::Receive, Call::Acknowledge, Call::Publish] {
        let scene = Scene::new(hanging, true);
        let seen = Seen::new();
        let log = seen.clone();
        let is_failing = hanging == Call::Publish;
        let run =
            scene.consumer().claim_after(Duration::from_secs(30)).on(move |_: Received<OrderPlaced>| {
                log.push(());
                ready(if is_failing { Err("no stock") } else { Ok(()) })
            });
        let mut run = Box::pin(run.run(pending()));
        // The wait of `receive` is a third of `claim_after`; a pause of less than a second follows.
        for _ in 0..17 {
            assert!(poll(run.as_mut()).is_pending());
            scene.clock.advance(Duration::from_secs(1));
        }
        assert!(poll(run.as_mut()).is_pending());
        assert_eq!(seen.len(), 1, "{hanging:?}");
        let group = block_on(scene.log.group("billing")).expect("an open log").expect("it exists");
        assert_eq!(group.partitions[0].lag, Some(0), "{hanging:?}: the message is done");
        assert_eq!(on_topic(&scene.log, "orders-dlq").len(), usize::from(is_failing));
        assert!(scene.faulty.calls(hanging) > 1, "{hanging:?}");
    }
}

#[test]
fn a_flush_that_hangs_does_not_keep_the_queue_full() {
    let scene = Scene::new(Call::Flush, true);
    let bus = scene.bus.clone().with_queue(1);
    let publisher = bus.publisher("shop/web");
    // Only a flush can tell that this event is durable.
    drop(publisher.publish(&placed("a", 2)));
    let mut waiting = publisher.publish(&placed("a", 3));
    assert!(poll(Pin::new(&mut waiting)).is_pending());
    scene.clock.advance(TIMEOUT);
    let Poll::Ready(Err(_)) = poll(Pin::new(&mut waiting)) else { panic!("it has waited long enough") };
    let mut waiting = publisher.publish(&placed("a", 4));
    assert!(poll(Pin::new(&mut waiting)).is_pending());
    scene.clock.advance(TIMEOUT);
    let Poll::Ready(sent) = poll(Pin::new(&mut waiting)) else { panic!("there is room") };
    sent.expect("an open bus");
}

#[test]
fn a_log_that_hangs_does_not_get_more_than_the_queue_holds() {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let log = MemoryBackend::with_clock(Arc::new(clock.clone()));
    let is_hanging = Arc::new(AtomicBool::new(true));
    let fault = is_hanging.clone();
    let faulty =
        FaultyBackend::new(
            log,
            move |_, _| {
                if fault.load(Ordering::SeqCst) { Fault::Hang } else { Fault::None }
            },
        );
    let bus = Bus::new(Arc::new(faulty.clone())).with_queue(2).with_timeout(TIMEOUT);
    let publisher = bus.publisher("shop/web");
    for round in 0..10 {
        let mut publishing = ["a", "b"].map(|key| publisher.publish(&placed(key, 1)));
        for publishing in &mut publishing {
            assert!(poll(Pin::new(publishing)).is_pending());
        }
        clock.advance(TIMEOUT);
        let fates = publishing.map(|mut publishing| match poll(Pin::new(&mut publishing)) {
            Poll::Ready(Err(PublishError::Bus(error))) => error.fates,
            polled => panic!("the log hangs, but: {polled:?}"),
        });
        let fate = if round == 0 { Fate::Unknown } else { Fate::NotPublished };
        assert_eq!(fates, [vec![fate.clone()], vec![fate]]);
    }
    assert_eq!(faulty.calls(Call::Publish), 2);

    // The flush that hangs ends, and the next one tells that the log no longer holds the messages.
    is_hanging.store(false, Ordering::SeqCst);
    for _ in 0..2 {
        drop(publisher.try_publish(&placed("c", 1)));
        clock.advance(TIMEOUT);
    }
    block_on(publisher.try_publish(&placed("d", 1)).expect("there is room")).expect("the log answers again");
}

#[test]
fn an_outage_makes_no_room_and_a_flush_after_it_does() {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let log = MemoryBackend::with_clock(Arc::new(clock.clone()));
    let fault = |call, number| match call {
        Call::Flush if number < 3 => Fault::Error(ErrorKind::Unavailable),
        Call::Publish if number == 0 => Fault::Hang,
        _ => Fault::None,
    };
    let faulty = FaultyBackend::new(log, fault);
    let bus = Bus::new(Arc::new(faulty.clone())).with_queue(1).with_timeout(TIMEOUT);
    let publisher = bus.publisher("shop/web");
    drop(publisher.publish(&placed("a", 1)));
    let mut waiting = publisher.publish(&placed("b", 1));
    for _ in 0..3 {
        assert!(poll(Pin::new(&mut waiting)).is_pending());
        assert_eq!(faulty.calls(Call::Publish), 1);
        clock.advance(Duration::from_millis(100));
    }
    let Poll::Ready(sent) = poll(Pin::new(&mut waiting)) else { panic!("there is room") };
    sent.expect("an open bus");
    assert_eq!(faulty.calls(Call::Flush), 4);
}
