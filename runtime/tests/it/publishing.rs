//! What publishing does when the bus fails, hangs or has no room.

use std::sync::Arc;

use signalbook_runtime::{
    Bus, MemoryBackend, PublishError,
    backend::{ErrorKind, Fate},
    blocking::block_on,
    testing::{Call, Fault, FaultyBackend},
};

use crate::events::{on_topic, placed};

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
