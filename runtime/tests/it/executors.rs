//! The futures run on tokio's workers as well as on a parked thread.

use std::time::Duration;

use signalbook_runtime::{Bus, Received, Shutdown, backend::Start};

use crate::events::{OrderPlaced, Seen, placed};

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
