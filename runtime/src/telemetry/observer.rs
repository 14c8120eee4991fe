use std::time::{Duration, SystemTime};

/// Is told what a bus, its publishers and its consumers do:
/// [`Bus::with_observer`](crate::Bus::with_observer). An adapter passes it on to a library for metrics.
///
/// It is called on the path of each event, so it must be fast, and must not block or panic. Closures are
/// observers:
///
/// ```
/// # use signalbook_macros::Event;
/// use std::sync::{Arc, Mutex};
/// use signalbook_runtime::{Bus, Measurement};
///
/// # #[derive(Event)]
/// # #[avro(crate = signalbook_runtime)]
/// # #[event(type = "com.example.shop.order.placed.v1", topics = ["orders"])]
/// # struct OrderPlaced { id: String }
/// # signalbook_runtime::blocking::block_on(async {
/// let recorded = Arc::new(Mutex::new(Vec::new()));
/// let bus = Bus::clone(&Bus::memory()).with_observer({
///     let recorded = Arc::clone(&recorded);
///     move |measured: &Measurement<'_>| {
///         recorded.lock().expect("no panic").push((measured.metric.name(), measured.value));
///     }
/// });
/// bus.publisher("shop/web").publish(&OrderPlaced { id: "A-17".into() }).await?;
/// assert_eq!(*recorded.lock().expect("no panic"), [("messaging.client.sent.messages", 1.0)]);
/// # Ok::<(), signalbook_runtime::PublishError>(())
/// # }).expect("the bus is in memory");
/// ```
pub trait Observer: Send + Sync {
    /// Records a measurement.
    fn record(&self, measurement: &Measurement<'_>);
}

impl<F: Fn(&Measurement<'_>) + Send + Sync> Observer for F {
    fn record(&self, measurement: &Measurement<'_>) {
        self(measurement);
    }
}

/// A value of a [`Metric`], and what it is about.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Measurement<'a> {
    /// What is measured.
    pub metric: Metric,
    /// The value, in the [unit](Metric::unit) of the metric.
    pub value: f64,
    /// The full topic.
    pub topic: Option<&'a str>,
    /// The consumer group.
    pub group: Option<&'a str>,
    /// The event type, if this program publishes it or has a receiver for it.
    pub event_type: Option<&'a str>,
    /// Why a call or a message failed: [`Failure::reason`](crate::Failure::reason).
    pub error: Option<&'a str>,
}

/// What a bus measures. Two names are those of OpenTelemetry's conventions for messaging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metric {
    /// Messages that became durable. A publishing future that is dropped before does not count.
    Published,
    /// Messages that a consumer received.
    Received,
    /// Events that a receiver processed.
    Processed,
    /// Attempts after one that failed. It counts when the receiver is called again.
    Retried,
    /// Messages that went to the dead-letter topic.
    DeadLettered,
    /// Messages that the log deleted before the group had done them.
    Lost,
    /// Messages that consumers hold: received, and not acknowledged.
    InFlight,
    /// Messages that a group has not acknowledged: [`Bus::observe_lag`](crate::Bus::observe_lag).
    Lag,
    /// The time of one call of a receiver, without the time in which the message waited for it.
    ProcessDuration,
    /// The time from publication until the event is processed.
    Latency,
    /// Outages: the bus could not be reached ([`ErrorKind::Unavailable`](crate::backend::ErrorKind)), and a
    /// consumer waits until it can be reached again.
    Outages,
    /// Schemas in the schema store of the bus that are invalid, or differ from those of the program.
    SchemaDifferences,
}

/// How the values of a [`Metric`] are collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Instrument {
    /// The values are added, and never negative.
    Counter,
    /// The values are added, and may be negative.
    UpDownCounter,
    /// The last value counts.
    Gauge,
    /// The distribution of the values counts.
    Histogram,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Self; 12] = [
        Self::Published,
        Self::Received,
        Self::Processed,
        Self::Retried,
        Self::DeadLettered,
        Self::Lost,
        Self::InFlight,
        Self::Lag,
        Self::ProcessDuration,
        Self::Latency,
        Self::Outages,
        Self::SchemaDifferences,
    ];

    /// Returns the name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Published => "messaging.client.sent.messages",
            Self::Received => "messaging.client.consumed.messages",
            Self::Processed => "signalbook.processed",
            Self::Retried => "signalbook.retried",
            Self::DeadLettered => "signalbook.dead_lettered",
            Self::Lost => "signalbook.lost",
            Self::InFlight => "signalbook.in_flight",
            Self::Lag => "signalbook.lag",
            Self::ProcessDuration => "messaging.process.duration",
            Self::Latency => "signalbook.latency",
            Self::Outages => "signalbook.outages",
            Self::SchemaDifferences => "signalbook.schema_differences",
        }
    }

    /// Returns the unit, in the notation of OpenTelemetry.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::ProcessDuration | Self::Latency => "s",
            Self::Outages => "{outage}",
            Self::SchemaDifferences => "{schema}",
            Self::Retried => "{attempt}",
            Self::Processed => "{event}",
            Self::Published
            | Self::Received
            | Self::DeadLettered
            | Self::Lost
            | Self::InFlight
            | Self::Lag => "{message}",
        }
    }

    /// Returns how the values are collected.
    pub const fn instrument(self) -> Instrument {
        match self {
            Self::InFlight => Instrument::UpDownCounter,
            Self::Lag => Instrument::Gauge,
            Self::ProcessDuration | Self::Latency => Instrument::Histogram,
            Self::Published
            | Self::Received
            | Self::Processed
            | Self::Retried
            | Self::DeadLettered
            | Self::Lost
            | Self::Outages
            | Self::SchemaDifferences => Instrument::Counter,
        }
    }

    pub(crate) fn of<'a>(self, value: f64) -> Measurement<'a> {
        Measurement { metric: self, value, topic: None, group: None, event_type: None, error: None }
    }
}

impl<'a> Measurement<'a> {
    pub(crate) fn topic(self, topic: &'a str) -> Self {
        Self { topic: Some(topic), ..self }
    }

    pub(crate) fn group(self, group: &'a str) -> Self {
        Self { group: Some(group), ..self }
    }

    pub(crate) fn event_type(self, event_type: &'a str) -> Self {
        Self { event_type: Some(event_type), ..self }
    }

    pub(crate) fn error(self, error: Option<&'a str>) -> Self {
        Self { error, ..self }
    }
}

/// A number of messages as a value. It is exact up to 2^53.
#[expect(clippy::cast_precision_loss)]
pub(crate) fn count(number: impl TryInto<u64>) -> f64 {
    number.try_into().unwrap_or(u64::MAX) as f64
}

/// The time between two times as a value; 0 if the clock was set back.
pub(crate) fn seconds(from: SystemTime, to: SystemTime) -> f64 {
    to.duration_since(from).unwrap_or(Duration::ZERO).as_secs_f64()
}
