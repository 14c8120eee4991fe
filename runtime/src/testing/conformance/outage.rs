//! A broker that is gone for a while.

use std::{
    num::NonZeroUsize,
    task::{Context, Waker},
};

use super::{
    Harness,
    fixture::{Bench, by_key, numbered},
};
use crate::{
    backend::{ErrorKind, Start},
    blocking::block_on,
};

/// While the broker is stopped, each call fails with [`ErrorKind::Unavailable`] and does not hang; a pending
/// call fails, too. When it runs again, the same handles and members go on, and no message is lost.
pub fn an_outage_loses_nothing(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let member = bench.join("group", "member", Start::Earliest);
    (0..2).for_each(|n| drop(bench.publish(numbered(0, n))));
    let received = bench.receive(&*member, 2);
    let mut pending = member.receive(NonZeroUsize::MIN, bench.patience());
    let is_pending = pending.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
    assert!(is_pending, "all messages were received");
    harness.stop();
    let mut kinds = vec![block_on(pending).expect_err("no broker").kind];
    let error = block_on(bench.backend.publish(vec![bench.outgoing(numbered(0, 9))])).expect_err("no broker");
    kinds.push(error.error.kind);
    let positions = || vec![received[0].position.clone()];
    let receiving = block_on(member.receive(NonZeroUsize::MIN, bench.settle()));
    kinds.push(receiving.expect_err("no broker").kind);
    kinds.push(block_on(member.acknowledge(positions())).expect_err("no broker").kind);
    kinds.push(block_on(member.keep_alive()).expect_err("no broker").kind);
    let late = bench.subscription("group", "late", Start::Earliest, bench.claim_after());
    kinds.push(block_on(bench.backend.subscribe(late)).expect_err("no broker").kind);
    if let Some(admin) = bench.backend.admin() {
        kinds.push(block_on(admin.topics()).expect_err("no broker").kind);
    }
    if let Some(store) = bench.backend.schema_store() {
        kinds.push(block_on(store.get(&bench.topic, "name")).expect_err("no broker").kind);
    }
    assert!(kinds.iter().all(|kind| *kind == ErrorKind::Unavailable), "{kinds:?}");
    harness.start();
    block_on(bench.backend.flush()).expect("each message is durable or has failed");
    bench.acknowledge(&*member, &received);
    bench.publish(numbered(0, 2));
    assert_eq!(by_key(&bench.receive(&*member, 1))[&0], [2]);
}
