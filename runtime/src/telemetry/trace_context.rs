use std::{cell::RefCell, sync::Arc};

use tracing::Span;

use crate::{
    Metadata,
    backend::{Headers, Message},
    telemetry::Telemetry,
};

/// Carries the context of a trace in the headers of messages:
/// [`Bus::with_trace_context`](crate::Bus::with_trace_context).
///
/// Without it, the headers `traceparent` and `tracestate` of an event pass on to what its receiver publishes.
pub trait TraceContext: Send + Sync {
    /// Adds the current context to the headers of an event that is being published.
    fn inject(&self, headers: &mut Headers);

    /// Reads the context in which a receiver is called. Returns `None` if the headers have none. `span` is
    /// the trace span of the call: an adapter may set its parent.
    fn extract(&self, headers: &Headers, span: &Span) -> Option<Box<dyn CallContext>>;
}

/// The context of the call of a receiver: [`TraceContext::extract`].
pub trait CallContext: Send {
    /// Calls `poll`, which polls the receiver, while this is the current context of the thread.
    fn enter(&self, poll: &mut dyn FnMut());
}

/// The header of a trace and its parent, and the one of a vendor's data (W3C Trace Context).
static TRACE_HEADERS: [&str; 2] = ["traceparent", "tracestate"];

/// The same as extension attributes of `CloudEvents`. They are read if the others are missing.
const TRACE_EXTENSIONS: [&str; 2] = ["ce_traceparent", "ce_tracestate"];

thread_local! {
    /// The message whose receiver is being polled.
    static PROCESSED: RefCell<Option<Arc<Message>>> = const { RefCell::new(None) };
}

/// The headers of an earlier trace context that a header of this name replaces.
pub(crate) fn replaced_by(name: &str) -> &'static [&'static str] {
    let from = TRACE_HEADERS.iter().position(|header| *header == name);
    from.map_or(&[], |from| &TRACE_HEADERS[from..])
}

/// Polls the receiver of a message. What it publishes meanwhile belongs to the trace of the message.
pub(crate) fn while_processing<T>(message: &Arc<Message>, poll: impl FnOnce() -> T) -> T {
    /// Restores what was processed before, even after a panic.
    struct Earlier(Option<Arc<Message>>);

    impl Drop for Earlier {
        fn drop(&mut self) {
            PROCESSED.replace(self.0.take());
        }
    }

    let _earlier = Earlier(PROCESSED.replace(Some(Arc::clone(message))));
    poll()
}

/// Adds the current trace context to an event that is being published. One that the metadata name by
/// themselves takes precedence.
pub(crate) fn pass_on(telemetry: &Telemetry, metadata: &Metadata, headers: &mut Headers) {
    if metadata.extensions.get(TRACE_HEADERS[0]).is_some() {
        return;
    }
    match &telemetry.trace_context {
        Some(trace_context) => trace_context.inject(headers),
        None => PROCESSED.with_borrow(|processed| {
            let Some(processed) = processed else { return };
            let names = [TRACE_HEADERS, TRACE_EXTENSIONS].into_iter();
            let Some(names) = names.into_iter().find(|names| processed.headers.get(names[0]).is_some())
            else {
                return;
            };
            for (name, header) in names.into_iter().zip(TRACE_HEADERS) {
                if let Some(value) = processed.headers.get(name) {
                    headers.push(header, value);
                }
            }
        }),
    }
}
