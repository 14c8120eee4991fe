//! Trace spans, measurements and trace context of a bus.

mod observer;
#[cfg(feature = "opentelemetry")]
mod opentelemetry;
mod spans;
mod trace_context;

use std::{fmt, sync::Arc};

pub use observer::{Instrument, Measurement, Metric, Observer};
pub(crate) use observer::{count, seconds};
#[cfg(feature = "opentelemetry")]
pub use opentelemetry::OpenTelemetry;
pub(crate) use spans::{ERROR, of_process, of_publish, of_receive, received};
pub use trace_context::{CallContext, TraceContext};
pub(crate) use trace_context::{pass_on, replaced_by, while_processing};

/// What a bus reports to.
#[derive(Clone, Default)]
pub(crate) struct Telemetry {
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) trace_context: Option<Arc<dyn TraceContext>>,
}

impl Telemetry {
    /// Reports a measurement, which is made only if there is an observer.
    pub(crate) fn observe<'a>(&self, measurement: impl FnOnce() -> Measurement<'a>) {
        if let Some(observer) = &self.observer {
            observer.record(&measurement());
        }
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry")
            .field("observer", &self.observer.is_some())
            .field("trace_context", &self.trace_context.is_some())
            .finish()
    }
}
