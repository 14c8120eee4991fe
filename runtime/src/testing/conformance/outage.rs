//! A broker that is gone for a while.

use super::{
    Harness,
    fixture::{Bench, by_key, numbered},
};
use crate::{
    backend::{ErrorKind, Start},
    blocking::block_on,
};

/// While the broker is stopped, each call fails with [`ErrorKind::Unavailable`] and does not hang. When it
/// runs again, the same handles and members go on, and no message is lost.
pub fn an_outage_loses_nothing(harness: &dyn Harness) {
    let bench = Bench::new(harness);
    let member = bench.join("group", "member", Start::Earliest);
    (0..2).for_each(|n| drop(bench.publish(numbered(0, n))));
    let received = bench.receive(&*member, 2);
    harness.stop();
    let error = block_on(bench.backend.publish(vec![bench.outgoing(numbered(0, 9))])).expect_err("no broker");
    let mut kinds = vec![error.error.kind];
    let positions = || vec![received[0].position.clone()];
    let receiving = block_on(member.receive(std::num::NonZeroUsize::MIN, bench.settle()));
    kinds.push(receiving.expect_err("no broker").kind);
    kinds.push(block_on(member.acknowledge(positions())).expect_err("no broker").kind);
    kinds.push(block_on(member.keep_alive()).expect_err("no broker").kind);
    let late = bench.subscription("group", "late", Start::Earliest, bench.claim_after());
    kinds.push(block_on(bench.backend.subscribe(late)).expect_err("no broker").kind);
    assert_eq!(kinds, [ErrorKind::Unavailable; 5]);
    harness.start();
    bench.acknowledge(&*member, &received);
    bench.publish(numbered(0, 2));
    assert_eq!(by_key(&bench.receive(&*member, 1))[&0], [2]);
}
