use std::{sync::Arc, time::SystemTime};

use crate::{
    Metadata,
    backend::{BoxFuture, Delivery, Position},
    consumer::{
        Failure,
        config::Config,
        executor::spawned,
        receiver::{ReceiverCall, guarded},
        traced_call::TracedCall,
    },
};

/// Wraps each call of a receiver, for example in a span, a measurement or a database connection:
/// [`Consumer::layer`](crate::Consumer::layer).
///
/// Closures are layers:
///
/// ```
/// # use signalbook_macros::Event;
/// use signalbook_runtime::{Attempt, Bus, Received, ReceiverCall};
///
/// # #[derive(Event)]
/// # #[avro(crate = signalbook_runtime)]
/// # #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
/// # struct OrderPlaced { id: String }
/// # let bus = Bus::memory();
/// let consumer = bus
///     .consumer("billing")
///     .layer(|attempt: &Attempt<'_>, call: ReceiverCall| -> ReceiverCall {
///         let event = format!("{} at {}", attempt.metadata.event_type, attempt.position);
///         Box::pin(async move {
///             let result = call.await;
///             println!("{event}: {}", if result.is_ok() { "done" } else { "failed" });
///             result
///         })
///     })
///     .on(|event: Received<OrderPlaced>| async move { println!("{}", event.data.id) });
/// ```
pub trait Layer: Send + Sync {
    /// Returns a call that calls the receiver by awaiting `call`, or fails without calling it.
    ///
    /// It is called for each attempt, when the receiver is to be called. The result of `call` is an error if
    /// the receiver or a layer within this one panicked.
    fn wrap(&self, attempt: &Attempt<'_>, call: ReceiverCall) -> ReceiverCall;
}

/// An attempt to process an event, as a [`Layer`] sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The consumer group.
    pub group: &'a str,
    /// The metadata of the event.
    pub metadata: &'a Metadata,
    /// Its position in the log.
    pub position: &'a Position,
    /// When the log accepted it.
    pub published: SystemTime,
    /// The number of the attempt: [`Received::attempt`](crate::Received::attempt).
    pub number: u32,
}

impl<F> Layer for F
where
    F: Fn(&Attempt<'_>, ReceiverCall) -> ReceiverCall + Send + Sync,
{
    fn wrap(&self, attempt: &Attempt<'_>, call: ReceiverCall) -> ReceiverCall {
        self(attempt, call)
    }
}

impl Config {
    /// Adds the layers to the call of a receiver, traces it, and lets the executor of the program run it.
    pub(super) fn wrap(
        &self,
        metadata: &Metadata,
        delivery: &Delivery,
        number: u32,
        mut call: ReceiverCall,
    ) -> TracedCall {
        if !self.layers.is_empty() {
            let (group, published) = (self.group.clone(), delivery.published);
            let (metadata, position) = (metadata.clone(), delivery.position.clone());
            let shared = Arc::new((group, metadata, position));
            for layer in self.layers.iter().rev() {
                let (layer, shared) = (Arc::clone(layer), Arc::clone(&shared));
                call = guarded(move || {
                    let (group, metadata, position) = &*shared;
                    layer.wrap(&Attempt { group, metadata, position, published, number }, call)
                });
            }
        }
        let traced = TracedCall::new(self, metadata, delivery, number, call);
        let Some(spawn) = &self.spawn else { return traced };
        let spawn = Arc::clone(spawn);
        TracedCall::elsewhere(guarded(move || -> BoxFuture<'static, _> {
            let spawned = spawned(&*spawn, Box::pin(traced));
            let dropped = || Err(Failure::Receiver("the executor dropped the call".into()));
            Box::pin(async move { spawned.await.unwrap_or_else(dropped) })
        }))
    }
}
