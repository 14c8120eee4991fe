//! The futures run on tokio's workers as well as on a parked thread.

use std::{
    collections::BTreeMap,
    future::{Future, poll_fn},
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::Duration,
};

use signalbook_runtime::{Bus, Received, Shutdown, backend::Start};

use crate::events::{OrderPlaced, Seen, placed, publish};

#[test]
fn the_futures_run_on_tokio() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    runtime.block_on(async {
        let bus = Bus::memory();
        let (shutdown, seen) = (Shutdown::new(), Seen::new());
        let consumers: Vec<_> = (0..3)
            .map(|_| {
                let (seen, shutdown) = (seen.clone(), shutdown.clone());
                let consumer =
                    bus.consumer("billing").start(Start::Earliest).claim_after(Duration::from_secs(60));
                let consumer = consumer.on(move |event: Received<OrderPlaced>| {
                    let seen = seen.clone();
                    async move {
                        tokio::task::yield_now().await;
                        seen.push(event.data.order.lines[0]);
                    }
                });
                tokio::spawn(consumer.run(shutdown.wait()))
            })
            .collect();
        let publisher = bus.publisher("shop/web");
        for number in 0..200 {
            tokio::spawn(publisher.publish(&placed(&(number % 7).to_string(), number)));
        }
        while seen.len() < 200 {
            tokio::task::yield_now().await;
        }
        shutdown.begin();
        let mut processed = 0;
        for consumer in consumers {
            processed += consumer.await.expect("no panic").expect("an open bus").processed;
        }
        assert_eq!(processed, 200);
        for key in 0..7 {
            let of_key: Vec<i32> = seen.lock().iter().copied().filter(|number| number % 7 == key).collect();
            assert!(of_key.is_sorted(), "{of_key:?}");
        }
    });
}

#[test]
fn a_receiver_is_polled_when_it_was_woken() {
    let bus = Bus::memory();
    publish(&bus, &[placed("a", 0), placed("b", 1), placed("c", 2)]);
    let (polled, wakers) = (Seen::new(), Arc::new(Mutex::new(BTreeMap::new())));
    let (log, woken) = (polled.clone(), Arc::clone(&wakers));
    let consumer = bus.consumer("billing").start(Start::Earliest).on(move |event: Received<OrderPlaced>| {
        let (log, wakers, number) = (log.clone(), Arc::clone(&woken), event.data.order.lines[0]);
        poll_fn(move |context| {
            log.push(number);
            let mut wakers = wakers.lock().expect("no panic");
            if wakers.insert(number, context.waker().clone()).is_none() {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
    });
    let shutdown = Shutdown::new();
    let mut run = pin!(consumer.run(shutdown.wait()));
    let mut poll = || run.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(poll().is_pending() && poll().is_pending());
    assert_eq!(*polled.lock(), [0, 1, 2], "each is polled once to begin");
    let wake = |number| {
        let waker: Waker = wakers.lock().expect("no panic")[&number].clone();
        waker.wake();
    };
    wake(1);
    assert!(poll().is_pending());
    assert_eq!(polled.lock()[3..], [1]);
    wake(1);
    wake(2);
    wake(0);
    shutdown.begin();
    let Poll::Ready(result) = poll() else { panic!("all receivers have finished") };
    assert_eq!(result.expect("an open bus").processed, 3);
    assert_eq!(polled.lock().len(), 6);
}
