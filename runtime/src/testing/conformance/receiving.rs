//! How receiving waits, wakes and is cancelled.

use std::{
    num::NonZeroUsize,
    task::{Context, Waker},
    thread,
    time::{Duration, Instant},
};

use super::Harness;
use super::fixture::{Bench, by_key, numbered};
use crate::{backend::Start, blocking::block_on};

/// A dropped future of [`Subscriber::receive`](crate::backend::Subscriber::receive), polled or not, loses no
/// message.
pub fn a_cancelled_receive_loses_nothing(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let subscriber = bench.join("group", "member", Start::Earliest);
    let mut received = Vec::new();
    for n in 0..20 {
        let mut receive = subscriber.receive(NonZeroUsize::MIN, bench.patience());
        let mut context = Context::from_waker(Waker::noop());
        if let std::task::Poll::Ready(batch) = receive.as_mut().poll(&mut context) {
            received.extend(batch.expect("an open bus").deliveries);
        }
        bench.publish(numbered(0, n));
        if n % 2 == 0 {
            // Gives the message time to reach the future that is dropped.
            thread::sleep(Duration::from_millis(5));
        }
        drop(receive);
    }
    received.extend(bench.receive(&*subscriber, 20 - received.len()));
    assert_eq!(by_key(&received)[&0], (0..20).collect::<Vec<_>>());
}

/// [`Subscriber::receive`](crate::backend::Subscriber::receive) returns an empty batch after its wait, or
/// earlier when a message arrives.
pub fn receive_waits_and_wakes(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let subscriber = bench.join("group", "member", Start::Earliest);
    let begin = Instant::now();
    assert_eq!(bench.receive_some(&*subscriber, 1, bench.settle()), []);
    assert!(begin.elapsed() >= bench.settle());
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(bench.settle());
            bench.publish(numbered(0, 0));
        });
        assert_eq!(bench.receive_some(&*subscriber, 1, bench.patience()).len(), 1);
    });
    assert!(begin.elapsed() < bench.patience());
}

/// A message can be acknowledged while the next one is awaited.
pub fn acknowledging_while_receiving(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let subscriber = bench.join("group", "member", Start::Earliest);
    bench.publish(numbered(0, 0));
    let first = bench.receive(&*subscriber, 1);
    let mut receive = subscriber.receive(NonZeroUsize::MIN, bench.patience());
    assert!(receive.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    bench.acknowledge(&*subscriber, &first);
    block_on(subscriber.keep_alive()).expect("a live member");
    bench.publish(numbered(0, 1));
    let second = block_on(receive).expect("an open bus").deliveries;
    assert_eq!(by_key(&second)[&0], [1]);
}
