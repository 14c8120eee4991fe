use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::SystemTime,
};

use tracing::Span;

use crate::{
    CallContext, Metadata,
    backend::{Delivery, Message},
    consumer::{Failure, config::Config, receiver::ReceiverCall},
    telemetry::{self, Metric, while_processing},
};

/// The call of a receiver, polled in its trace span and in the trace context of its message.
pub(super) struct TracedCall {
    call: ReceiverCall,
    span: Span,
    context: CallIn,
}

/// The trace context of a call.
enum CallIn {
    /// That of the message, which is passed on as it is.
    Message(Arc<Message>),
    /// What the bus has extracted from it.
    Extracted(Box<dyn CallContext>),
    None,
}

impl TracedCall {
    /// Traces the call of a receiver with this message.
    pub(super) fn new(
        consumer: &Config,
        metadata: &Metadata,
        delivery: &Delivery,
        attempt: u32,
        call: ReceiverCall,
    ) -> Self {
        let system = consumer.bus.backend().system();
        let span = telemetry::of_process(system, &consumer.group, metadata, delivery, attempt);
        let context = match &consumer.bus.telemetry().trace_context {
            None => CallIn::Message(Arc::clone(&delivery.message)),
            Some(trace_context) => {
                let extracted = trace_context.extract(&delivery.message.headers, &span);
                extracted.map_or(CallIn::None, CallIn::Extracted)
            }
        };
        Self { call, span, context }
    }

    /// A call that is traced where an executor polls it.
    pub(super) fn elsewhere(call: ReceiverCall) -> Self {
        Self { call, span: Span::none(), context: CallIn::None }
    }
}

impl Future for TracedCall {
    type Output = Result<(), Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { call, span, context: call_in } = &mut *self;
        let mut poll = || span.in_scope(|| call.as_mut().poll(context));
        let polled = match call_in {
            CallIn::Message(message) => while_processing(message, poll),
            CallIn::Extracted(extracted) => {
                let mut polled = Poll::Pending;
                extracted.enter(&mut || polled = poll());
                polled
            }
            CallIn::None => poll(),
        };
        let result = ready!(polled);
        if let Err(failure) = &result {
            span.record(telemetry::ERROR, failure.reason());
        }
        Poll::Ready(result)
    }
}

impl Config {
    /// Returns the time if there is an observer, for [`observe_call`](Self::observe_call).
    pub(super) fn begin_observing(&self) -> Option<SystemTime> {
        self.bus.telemetry().observer.is_some().then(|| self.bus.backend().clock().now())
    }

    /// Reports the end of a call of a receiver, and that the event is processed.
    pub(super) fn observe_call(
        &self,
        began: Option<SystemTime>,
        metadata: Option<&Metadata>,
        delivery: &Delivery,
        failure: Option<&Failure>,
    ) {
        let (Some(began), Some(ended)) = (began, self.begin_observing()) else { return };
        let event_type = metadata.map_or("", |metadata| &metadata.event_type);
        let topic = &delivery.position.partition.topic;
        let report = |metric: Metric, value| {
            let measurement = metric.of(value).topic(topic).group(&self.group).event_type(event_type);
            self.bus.telemetry().observe(|| measurement.error(failure.map(Failure::reason)));
        };
        report(Metric::ProcessDuration, telemetry::seconds(began, ended));
        if failure.is_none() {
            report(Metric::Processed, 1.0);
            report(Metric::Latency, telemetry::seconds(delivery.published, ended));
        }
    }

    /// Reports something about a topic.
    pub(super) fn observe(&self, metric: Metric, value: f64, topic: &str, error: Option<&str>) {
        self.bus.telemetry().observe(|| metric.of(value).topic(topic).group(&self.group).error(error));
    }
}

/// The number of messages that a member holds, as it was reported. It ends with 0.
pub(super) struct InFlight<'a> {
    consumer: &'a Config,
    reported: usize,
}

impl<'a> InFlight<'a> {
    pub(super) fn new(consumer: &'a Config) -> Self {
        Self { consumer, reported: 0 }
    }

    /// Reports how the number has changed.
    pub(super) fn report(&mut self, held: usize) {
        if held != self.reported {
            let change = telemetry::count(held) - telemetry::count(self.reported);
            let group = &self.consumer.group;
            self.consumer.bus.telemetry().observe(|| Metric::InFlight.of(change).group(group));
            self.reported = held;
        }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.report(0);
    }
}
