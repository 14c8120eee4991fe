//! Trace spans, measurements and trace context.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    future::ready,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, SystemTime},
};

use signalbook_macros::Event;
use signalbook_runtime::{
    Bus, CallContext, Consumed, ManualClock, Measurement, MemoryBackend, Metric, Received, Retry, Sealed,
    Shutdown, TraceContext,
    backend::{ErrorKind, Headers, Start},
    blocking::block_on,
    testing::{Call, Fault, FaultyBackend},
};
use tracing::{
    Level, Metadata, Span, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::{
    events::{OrderCancelled, OrderPlaced, Seen, memory, on_topic, placed},
    faults::poll,
};

const PAGE: &str = include_str!("../../../docs/bus.md");

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// The spans of this crate: their names, and the values of their fields.
#[derive(Clone, Default)]
struct Spans {
    spans: Arc<std::sync::Mutex<BTreeMap<u64, Recorded>>>,
    next: Arc<AtomicU64>,
}

#[derive(Clone, Debug)]
struct Recorded {
    name: &'static str,
    fields: BTreeSet<&'static str>,
    values: BTreeMap<&'static str, String>,
    entered: u32,
}

impl Visit for Recorded {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.values.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.values.insert(field.name(), value.to_owned());
    }
}

impl Spans {
    /// Runs a future, and records its spans.
    fn of<T>(run: impl Future<Output = T>) -> (T, Vec<Recorded>) {
        let spans = Self::default();
        (spans.record(run), spans.recorded())
    }

    fn record<T>(&self, run: impl Future<Output = T>) -> T {
        // Two dispatchers: see `audit::Lines::of`.
        let dispatchers = [(); 2].map(|()| tracing::Dispatch::new(self.clone()));
        tracing::dispatcher::with_default(&dispatchers[0], || block_on(run))
    }

    fn recorded(&self) -> Vec<Recorded> {
        self.spans.lock().expect("no panic").values().cloned().collect()
    }

    fn change(&self, id: &Id, change: impl FnOnce(&mut Recorded)) {
        self.spans.lock().expect("no panic").entry(id.into_u64()).and_modify(change);
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target() == "signalbook::spans"
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let metadata = attributes.metadata();
        assert_eq!(*metadata.level(), Level::DEBUG);
        let fields = metadata.fields().iter().map(|field| field.name()).collect();
        let mut recorded = Recorded { name: metadata.name(), fields, values: BTreeMap::new(), entered: 0 };
        attributes.record(&mut recorded);
        let id = self.next.fetch_add(1, Relaxed) + 1;
        self.spans.lock().expect("no panic").insert(id, recorded);
        Id::from_u64(id)
    }

    fn record(&self, id: &Id, record: &Record<'_>) {
        self.change(id, |recorded| record.record(recorded));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &tracing::Event<'_>) {}

    fn enter(&self, id: &Id) {
        self.change(id, |recorded| recorded.entered += 1);
    }

    fn exit(&self, _: &Id) {}
}

/// The rows of the table of the page whose head begins with this cell.
fn table(head: &str) -> Vec<Vec<&'static str>> {
    let lines = PAGE.lines().skip_while(|line| !line.starts_with(&format!("| {head} |"))).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect())
        .collect()
}

/// A measurement with owned texts: metric, value, topic, group, event type, error.
type Measured = (Metric, f64, Option<String>, Option<String>, Option<String>, Option<String>);

fn observed() -> (Bus, MemoryBackend, Seen<Measured>) {
    let (bus, backend) = memory();
    let (bus, seen) = observe(bus);
    (bus, backend, seen)
}

/// A bus over a clock that only the test advances.
fn observed_with_clock() -> (Bus, ManualClock, Seen<Measured>) {
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let backend = MemoryBackend::with_clock(Arc::new(clock.clone()));
    let (bus, seen) = observe(Bus::new(Arc::new(backend)));
    (bus, clock, seen)
}

fn observe(bus: Bus) -> (Bus, Seen<Measured>) {
    let seen = Seen::new();
    let measured = seen.clone();
    let bus = bus.with_observer(move |measurement: &Measurement<'_>| {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let Measurement { metric, value, topic, group, event_type, error, .. } = *measurement;
        measured.push((metric, value, text(topic), text(group), text(event_type), text(error)));
    });
    (bus, seen)
}

/// An event without a key: a consumer decodes it when it receives the message.
#[derive(Clone, Debug, PartialEq, Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.stock.counted.v1", topics = ["stock"])]
struct StockCounted {
    number: i32,
}

fn publish_counts(bus: &Bus) {
    let counts = [1, 2, 3].map(|number| StockCounted { number });
    block_on(bus.publisher("shop/web").publish_all(&counts)).expect("an open bus");
}

/// Publishes an order and a cancellation, and consumes them: the second fails twice.
async fn consume(bus: &Bus) -> Consumed {
    let publisher = bus.publisher("shop/web");
    publisher.publish(&placed("A-17", 4711)).await.expect("an open bus");
    publisher.publish(&OrderCancelled { customer: "ada@example.com".into() }).await.expect("an open bus");
    let consumer = bus
        .consumer("billing")
        .retry(Retry::new(2, Duration::from_millis(1), Duration::from_millis(1)))
        .on(|_: Received<OrderPlaced>| ready(()))
        .on(|_: Received<OrderCancelled>| ready(Err::<(), _>("no stock")));
    consumer.run_until_idle().await.expect("an open bus")
}

#[test]
fn the_page_names_the_spans_and_their_fields() {
    let (bus, _) = memory();
    let (consumed, spans) = Spans::of(consume(&bus));
    assert_eq!((consumed.processed, consumed.dead_lettered), (1, 1));
    let of_code: BTreeMap<_, _> = spans.iter().map(|span| (span.name, &span.fields)).collect();
    assert_eq!(of_code.keys().copied().collect::<Vec<_>>(), ["process", "publish", "receive"]);
    let rows = table("field");
    for (name, fields) in &of_code {
        let of_page =
            rows.iter().filter(|row| row[1].split(", ").any(|span| span.trim_matches('`') == *name));
        let of_page: BTreeSet<&str> = of_page.map(|row| row[0]).collect();
        assert_eq!(of_page, **fields, "the fields of `{name}` in docs/bus.md (left) and in the code");
    }
}

#[test]
fn spans_name_the_event_and_never_its_data() {
    let (bus, _) = memory();
    let (_, spans) = Spans::of(consume(&bus));
    let named = |name: &str| spans.iter().filter(|span| span.name == name).collect::<Vec<_>>();
    let publish = named("publish");
    assert_eq!(publish.len(), 2, "a dead letter is passed on, not published");
    let [order, first, second] = &named("process")[..] else { panic!("three calls: {spans:?}") };
    let value = |span: &Recorded, field: &str| span.values.get(field).cloned();
    assert_eq!(value(order, "messaging.message.id"), value(publish[0], "messaging.message.id"));
    for (field, expected) in [
        ("messaging.system", "memory"),
        ("messaging.consumer.group.name", "billing"),
        ("messaging.destination.name", "orders"),
        ("messaging.destination.partition.id", "0"),
        ("cloudevents.event_type", "com.example.shop.order.placed.v1"),
        ("signalbook.attempt", "1"),
    ] {
        assert_eq!(value(order, field).as_deref(), Some(expected), "{field}");
    }
    assert_eq!(value(order, "error.type"), None);
    let attempts = [first, second].map(|span| value(span, "signalbook.attempt").expect("a number"));
    assert_eq!(attempts, ["1", "2"]);
    assert_eq!(value(second, "error.type").as_deref(), Some("receiver"));
    let received = named("receive").iter().any(|span| {
        value(span, "messaging.batch.message_count").as_deref() == Some("2")
            && value(span, "messaging.destination.name").as_deref() == Some("orders")
    });
    assert!(received, "{spans:?}");
    assert!(spans.iter().all(|span| span.entered > 0), "each future is polled in its span");
    let printed = format!("{spans:?}");
    assert!(!printed.contains("ada") && !printed.contains("A-17"), "neither keys nor data: {printed}");
}

#[test]
fn the_page_names_the_metrics() {
    let metrics = Metric::ALL.iter();
    let of_code: Vec<_> = metrics
        .map(|metric| {
            [metric.name().to_owned(), format!("{:?}", metric.instrument()), metric.unit().to_owned()]
        })
        .collect();
    let of_page: Vec<_> =
        table("metric").iter().map(|row| [row[0], row[1], row[2]].map(str::to_owned)).collect();
    assert_eq!(of_page, of_code, "docs/bus.md (left) and the code");
}

#[test]
fn an_observer_is_told_what_happens() {
    let (bus, _, seen) = observed();
    block_on(async {
        consume(&bus).await;
        bus.publisher("shop/web").publish(&placed("A-18", 1)).await.expect("an open bus");
        bus.observe_lag("billing").await.expect("the backend has an administration");
    });
    let seen = seen.lock();
    let total = |metric| seen.iter().filter(|measured| measured.0 == metric).map(|measured| measured.1).sum();
    let totals = [
        (Metric::Published, 3.0),
        (Metric::Received, 2.0),
        (Metric::Processed, 1.0),
        (Metric::Retried, 1.0),
        (Metric::DeadLettered, 1.0),
        (Metric::Lost, 0.0),
        (Metric::InFlight, 0.0),
        (Metric::Lag, 1.0),
        (Metric::Outages, 0.0),
    ];
    for (metric, expected) in totals {
        let total: f64 = total(metric);
        assert!((total - expected).abs() < f64::EPSILON, "{metric:?}: {total} instead of {expected}");
    }
    let of = |metric| seen.iter().filter(move |measured| measured.0 == metric).collect::<Vec<_>>();
    assert_eq!((of(Metric::ProcessDuration).len(), of(Metric::Latency).len()), (3, 1));
    assert!(of(Metric::InFlight).iter().any(|measured| measured.1 >= 2.0), "{seen:?}");
    let (_, _, topic, group, event_type, error) = of(Metric::DeadLettered)[0];
    assert_eq!((topic.as_deref(), group.as_deref()), (Some("orders"), Some("billing")));
    assert_eq!((event_type.as_deref(), error.as_deref()), (None, Some("receiver")));
    let (_, _, topic, group, event_type, _) = of(Metric::Published)[0];
    assert_eq!((topic.as_deref(), group.as_deref()), (Some("orders"), None));
    assert_eq!(event_type.as_deref(), Some("com.example.shop.order.placed.v1"));
}

#[test]
fn the_events_of_a_batch_are_counted_by_their_types() {
    let (bus, _, seen) = observed();
    let publisher = bus.publisher("shop/web");
    let batch = publisher.batch().add(&placed("A-17", 1));
    let batch = batch.and_then(|batch| batch.add(&OrderCancelled { customer: "ada".into() }));
    block_on(batch.expect("valid events").send()).expect("an open bus");
    let seen = seen.lock().clone();
    let types: Vec<_> = seen.into_iter().map(|measured| (measured.0, measured.4)).collect();
    let expected = ["placed", "cancelled"]
        .map(|name| (Metric::Published, Some(format!("com.example.shop.order.{name}.v1"))));
    assert_eq!(types, expected);
}

#[test]
fn a_retry_counts_when_the_receiver_is_called_again() {
    let (bus, clock, seen) = observed_with_clock();
    block_on(bus.publisher("shop/web").publish(&placed("A-17", 1))).expect("an open bus");
    let retry = Retry::new(9, Duration::from_secs(10), Duration::from_secs(10));
    let consumer = bus.consumer("billing").retry(retry);
    let consumer = consumer.on(|_: Received<OrderPlaced>| ready(Err::<(), _>("no stock")));
    let shutdown = Shutdown::new();
    let mut run = Box::pin(consumer.run(shutdown.wait()));
    let counts = || {
        let count = |metric| seen.lock().iter().filter(|measured| measured.0 == metric).count();
        [count(Metric::ProcessDuration), count(Metric::Retried)]
    };
    assert!(poll(run.as_mut()).is_pending());
    assert_eq!(counts(), [1, 0]);
    clock.advance(Duration::from_secs(10));
    assert!(poll(run.as_mut()).is_pending());
    assert_eq!(counts(), [2, 1]);
    let error = seen.lock().iter().find(|measured| measured.0 == Metric::Retried).cloned();
    assert_eq!(error.expect("it was counted").5.as_deref(), Some("receiver"));
    // The message waits for the next attempt, which the shutdown leaves to another member.
    shutdown.begin();
    assert!(poll(run.as_mut()).is_ready());
    assert_eq!(counts(), [2, 1]);
}

#[test]
fn the_duration_of_a_call_begins_with_the_call() {
    let (bus, clock, seen) = observed_with_clock();
    publish_counts(&bus);
    let consumer = bus.consumer("billing").concurrency(NonZeroUsize::MIN);
    let consumer = consumer.on(move |_: Received<StockCounted>| {
        let clock = clock.clone();
        async move { clock.advance(Duration::from_secs(5)) }
    });
    let shutdown = Shutdown::new();
    let mut run = Box::pin(consumer.run(shutdown.wait()));
    assert!(poll(run.as_mut()).is_pending());
    let seen = seen.lock();
    let durations = seen.iter().filter(|measured| measured.0 == Metric::ProcessDuration);
    assert_eq!(durations.map(|measured| measured.1.to_string()).collect::<Vec<_>>(), ["5", "5", "5"]);
}

#[test]
fn the_span_of_a_call_begins_with_the_call() {
    let (bus, _) = memory();
    publish_counts(&bus);
    let (spans, seen) = (Spans::default(), Seen::new());
    let (recorded, begun) = (spans.clone(), seen.clone());
    let consumer = bus.consumer("billing").concurrency(NonZeroUsize::MIN);
    let consumer = consumer.on(move |_: Received<StockCounted>| {
        begun.push(recorded.recorded().iter().filter(|span| span.name == "process").count());
        ready(())
    });
    spans.record(consumer.run_until_idle()).expect("an open bus");
    assert_eq!(*seen.lock(), [1, 2, 3]);
}

#[test]
fn an_outage_is_a_log_that_is_unavailable() {
    const UNAVAILABLE: ErrorKind = ErrorKind::Unavailable;
    for (kinds, outages) in [
        ([UNAVAILABLE, UNAVAILABLE], 1),
        ([ErrorKind::Revoked, ErrorKind::Revoked], 0),
        ([ErrorKind::Revoked, UNAVAILABLE], 1),
    ] {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let log = MemoryBackend::with_clock(Arc::new(clock.clone()));
        let fails = move |call, number: usize| match (call, kinds.get(number)) {
            (Call::Receive, Some(kind)) => Fault::Error(*kind),
            _ => Fault::None,
        };
        let (bus, seen) = observe(Bus::new(Arc::new(FaultyBackend::new(log, fails))));
        block_on(bus.publisher("shop/web").publish(&placed("A-17", 1))).expect("an open bus");
        let consumer = bus.consumer("billing").on(|_: Received<OrderPlaced>| ready(()));
        let mut run = Box::pin(consumer.run(std::future::pending()));
        for _ in 0..3 {
            assert!(poll(run.as_mut()).is_pending());
            clock.advance(Duration::from_secs(1));
        }
        let count = |metric| seen.lock().iter().filter(|measured| measured.0 == metric).count();
        assert_eq!((count(Metric::Outages), count(Metric::Processed)), (outages, 1), "{kinds:?}");
    }
}

#[test]
fn an_observer_is_told_of_outages_and_losses() {
    let (_, log) = memory();
    let fails = |call, number| match (call, number) {
        (Call::Receive, 0 | 1) => Fault::Error(ErrorKind::Unavailable),
        _ => Fault::None,
    };
    let (bus, seen) = observe(Bus::new(Arc::new(FaultyBackend::new(log.clone(), fails))));
    block_on(async {
        drop(bus.consumer_raw("billing", &["orders"], Start::Earliest).await.expect("an open bus"));
        for number in 0..3 {
            bus.publisher("shop/web").publish(&placed("A-17", number)).await.expect("an open bus");
        }
        log.discard("orders", "2").expect("an offset");
        let consumer = bus.consumer("billing").on(|_: Received<OrderPlaced>| ready(()));
        consumer.run_until_idle().await.expect("an open bus");
    });
    let seen = seen.lock();
    let total = |metric| seen.iter().filter(|measured| measured.0 == metric).map(|measured| measured.1).sum();
    let totals: [f64; 3] = [Metric::Outages, Metric::Lost, Metric::Processed].map(total);
    // Two calls that fail in a row are one outage.
    assert_eq!(totals.map(|total| total.to_string()), ["1", "2", "1"]);
}

/// Publishes an order with these headers; its receiver publishes a cancellation. Returns its headers.
fn passed_on(bus: &Bus, backend: &MemoryBackend, headers: &[(&str, &str)]) -> Headers {
    let publisher = bus.publisher("shop/web");
    let mut metadata = publisher.metadata::<OrderPlaced>();
    for (name, value) in headers {
        if let Some(extension) = name.strip_prefix("ce_") {
            metadata.extensions.insert(extension, *value).expect("the name of an extension");
        }
    }
    let mut sealed = publisher.seal_with(metadata, &placed("A-17", 1)).expect("an event");
    for (name, value) in headers.iter().filter(|(name, _)| !name.starts_with("ce_")) {
        sealed = sealed.with_header(name, value).expect("not a header of the metadata");
    }
    block_on(bus.send(sealed)).expect("an open bus");
    let run = bus
        .consumer("billing")
        .on(move |_: Received<OrderPlaced>| {
            let publisher = publisher.clone();
            async move { publisher.publish(&OrderCancelled { customer: "ada".into() }).await.map(drop) }
        })
        .on(|_: Received<OrderCancelled>| ready(()))
        .run_until_idle();
    assert_eq!(block_on(run).expect("an open bus").processed, 2);
    on_topic(backend, "orders").pop().expect("the cancellation").message.headers.clone()
}

#[test]
fn the_trace_context_of_an_event_passes_on_to_what_its_receiver_publishes() {
    let (bus, backend) = memory();
    let headers = passed_on(&bus, &backend, &[("traceparent", PARENT), ("tracestate", "a=1"), ("x", "y")]);
    assert_eq!(headers.get("traceparent"), Some(PARENT.as_bytes()));
    assert_eq!(headers.get("tracestate"), Some(&b"a=1"[..]));
    assert_eq!(headers.get("x"), None);
    // The receiver has returned: its context is over.
    let sealed = bus.publisher("shop/web").seal(&placed("A-18", 1)).expect("an event");
    assert_eq!(sealed.messages()[0].message.headers.get("traceparent"), None);

    let (bus, backend) = memory();
    let headers = passed_on(&bus, &backend, &[("ce_traceparent", PARENT)]);
    assert_eq!(headers.get("traceparent"), Some(PARENT.as_bytes()), "from the extension of CloudEvents");
    let (bus, backend) = memory();
    assert_eq!(passed_on(&bus, &backend, &[("tracestate", "a=1")]).get("tracestate"), None);
}

#[test]
fn a_trace_context_that_is_given_replaces_the_current_one() {
    let (bus, backend) = memory();
    let publisher = bus.publisher("shop/web");
    let incoming = publisher.seal(&placed("A-17", 1)).expect("an event");
    let incoming = incoming
        .with_header("traceparent", PARENT)
        .and_then(|sealed| sealed.with_header("tracestate", "a=1"));
    block_on(bus.send(incoming.expect("other headers"))).expect("an open bus");
    let outgoing = bus.clone();
    let run = bus
        .consumer("billing")
        .on(move |_: Received<OrderPlaced>| {
            let mut metadata = publisher.metadata::<OrderCancelled>();
            let event = OrderCancelled { customer: "ada".into() };
            let sealed = publisher.seal(&event).and_then(|sealed| sealed.with_header("traceparent", "other"));
            let sending = outgoing.send(sealed.expect("another header"));
            metadata.extensions.insert("traceparent", "extension").expect("the name of an extension");
            let with_extension = publisher.publish_with(metadata, &event);
            async move {
                sending.await.map_err(|error| error.error)?;
                with_extension.await.map(drop)
            }
        })
        .on(|_: Received<OrderCancelled>| ready(()))
        .run_until_idle();
    block_on(run).expect("an open bus");
    let messages = on_topic(&backend, "orders");
    let of = |index: usize| {
        let headers = messages[index].message.headers.iter();
        let headers = headers.filter(|(name, _)| name.contains("trace"));
        headers.map(|(name, value)| (name.to_owned(), value.to_vec())).collect::<Vec<_>>()
    };
    assert_eq!(of(1), [("traceparent".to_owned(), b"other".to_vec())]);
    assert_eq!(of(2), [("ce_traceparent".to_owned(), b"extension".to_vec())]);
}

/// The trace context of a sealed event: the values of its headers.
fn context_of(sealed: &Sealed) -> Vec<(String, String)> {
    let headers = sealed.messages()[0].message.headers.iter();
    let headers = headers.filter(|(name, _)| name.starts_with("trace"));
    headers.map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into_owned())).collect()
}

/// A trace context with both headers.
struct Both;

impl TraceContext for Both {
    fn inject(&self, headers: &mut Headers) {
        headers.extend([("traceparent", "current"), ("tracestate", "a=1")]);
    }

    fn extract(&self, _: &Headers, _: &Span) -> Option<Box<dyn CallContext>> {
        None
    }
}

#[test]
fn a_header_of_the_trace_context_is_replaced() {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let (bus, _) = memory();
    for (bus, is_in_context) in [(bus.clone(), false), (bus.with_trace_context(Both), true)] {
        let sealed = bus.publisher("shop/web").seal(&placed("A-17", 1)).expect("an event");
        let with = |sealed: &Sealed, name: &str, value: &str| {
            sealed.clone().with_header(name, value).expect("not a header of the metadata")
        };
        let other_state = with(&with(&sealed, "tracestate", "b=2"), "tracestate", "c=3");
        let current = is_in_context.then(|| header("traceparent", "current"));
        let expected: Vec<_> = current.into_iter().chain([header("tracestate", "c=3")]).collect();
        assert_eq!(context_of(&other_state), expected);
        let other = with(&other_state, "traceparent", PARENT);
        assert_eq!(context_of(&other), [header("traceparent", PARENT)], "the context as a whole");
        let other = with(&other, "tracestate", "d=4");
        assert_eq!(context_of(&other), [header("traceparent", PARENT), header("tracestate", "d=4")]);
        let read = bus.unseal(&other.to_bytes()).expect("a sealed event");
        assert_eq!(context_of(&with(&read, "traceparent", "next")), [header("traceparent", "next")]);
    }
}

/// A trace context that counts its calls, and writes the context that it has extracted.
struct Counting(Seen<&'static str>);

struct Entering(Seen<&'static str>);

impl TraceContext for Counting {
    fn inject(&self, headers: &mut Headers) {
        self.0.push("inject");
        headers.push("traceparent", "injected");
    }

    fn extract(&self, headers: &Headers, _: &Span) -> Option<Box<dyn CallContext>> {
        (headers.get("traceparent")? == b"injected").then(|| Box::new(Entering(self.0.clone())) as _)
    }
}

impl CallContext for Entering {
    fn enter(&self, poll: &mut dyn FnMut()) {
        self.0.push("enter");
        poll();
        self.0.push("leave");
    }
}

#[test]
fn a_trace_context_is_injected_and_extracted() {
    let (bus, backend) = memory();
    let seen = Seen::new();
    let headers = passed_on(&bus.with_trace_context(Counting(seen.clone())), &backend, &[]);
    assert_eq!(headers.get("traceparent"), Some(&b"injected"[..]));
    assert_eq!(*seen.lock(), ["inject", "enter", "inject", "leave", "enter", "leave"]);
}
