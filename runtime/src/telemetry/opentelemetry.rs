use opentelemetry::{
    Context,
    global::get_text_map_propagator,
    propagation::{Extractor, Injector},
    trace::TraceContextExt as _,
};
use tracing::Span;

use crate::{
    backend::Headers,
    telemetry::{CallContext, TraceContext},
};

/// Carries the context of OpenTelemetry: `bus.with_trace_context(OpenTelemetry)`.
///
/// What is published has the current [`Context`]. A receiver is called in the context of its event. The
/// global propagator of the program reads and writes it: `opentelemetry::global::set_text_map_propagator`.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct OpenTelemetry;

impl OpenTelemetry {
    /// Creates the adapter.
    pub const fn new() -> Self {
        Self
    }
}

struct Injecting<'h>(&'h mut Headers);

struct Extracting<'h>(&'h Headers);

impl Injector for Injecting<'_> {
    fn set(&mut self, key: &str, value: String) {
        self.0.push(key, value);
    }
}

impl Extractor for Extracting<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        let value = self.0.get(key).or_else(|| self.0.get(&format!("ce_{key}")))?;
        std::str::from_utf8(value).ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name).collect()
    }
}

impl TraceContext for OpenTelemetry {
    fn inject(&self, headers: &mut Headers) {
        get_text_map_propagator(|propagator| propagator.inject(&mut Injecting(headers)));
    }

    fn extract(&self, headers: &Headers, _: &Span) -> Option<Box<dyn CallContext>> {
        let extract = |propagator: &dyn opentelemetry::propagation::TextMapPropagator| {
            propagator.extract_with_context(&Context::new(), &Extracting(headers))
        };
        let context = get_text_map_propagator(extract);
        context.has_active_span().then(|| Box::new(context) as Box<dyn CallContext>)
    }
}

impl CallContext for Context {
    fn enter(&self, poll: &mut dyn FnMut()) {
        let _attached = self.clone().attach();
        poll();
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::{
        global::set_text_map_propagator,
        propagation::{TextMapPropagator, text_map_propagator::FieldIter},
        trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState},
    };

    use super::*;

    /// Reads and writes the id of a trace, and nothing else.
    #[derive(Debug)]
    struct Trace;

    impl TextMapPropagator for Trace {
        fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
            if context.has_active_span() {
                injector.set("trace", context.span().span_context().trace_id().to_string());
            }
        }

        fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
            let trace = extractor.get("trace").and_then(|trace| TraceId::from_hex(trace).ok());
            let Some(trace) = trace else { return context.clone() };
            let span = SpanId::from_bytes([1; 8]);
            let state = TraceState::default();
            context.with_remote_span_context(SpanContext::new(trace, span, TraceFlags::SAMPLED, true, state))
        }

        fn fields(&self) -> FieldIter<'_> {
            FieldIter::new(&[])
        }
    }

    #[test]
    fn the_context_of_a_message_is_current_while_its_receiver_is_polled() {
        set_text_map_propagator(Trace);
        let adapter = OpenTelemetry::new();
        for name in ["trace", "ce_trace"] {
            let (mut incoming, mut outgoing) = (Headers::new(), Headers::new());
            incoming.push(name, "4bf92f3577b34da6a3ce929d0e0e4736");
            let context = adapter.extract(&incoming, &Span::none()).expect("a context");
            context.enter(&mut || adapter.inject(&mut outgoing));
            assert_eq!(outgoing.get("trace"), Some(&b"4bf92f3577b34da6a3ce929d0e0e4736"[..]), "{name}");
        }
        let mut outgoing = Headers::new();
        adapter.inject(&mut outgoing);
        assert!(outgoing.is_empty(), "the context of the call is over");
        assert!(adapter.extract(&outgoing, &Span::none()).is_none());
    }
}
