//! What the audit lines contain, and what they never contain.

use std::{fmt, future::ready, num::NonZeroUsize, time::Duration};

use signalbook_macros::Event;
use signalbook_runtime::{Received, Retry, backend::Start, blocking::block_on, envelope::Strictness};
use tracing::{
    Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::events::{OrderCancelled, OrderPlaced, Seen, memory, placed, until};

/// Records each line: its level, its target, and `field=value` pairs.
#[derive(Clone)]
pub(crate) struct Lines(pub(crate) Seen<String>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.extend([field.name(), "=", &format!("{value:?}"), " "]);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.extend([field.name(), "=", value, " "]);
    }
}

impl Lines {
    pub(crate) fn new() -> Self {
        Self(Seen::new())
    }

    /// Runs a future, and records its lines.
    pub(crate) fn of<T>(&self, run: impl Future<Output = T>) -> T {
        // With one dispatcher, `tracing` asks only the thread that first reaches a callsite whether it is
        // enabled, and caches the answer. That may be the thread of another test. With a second dispatcher it
        // asks all threads.
        let dispatchers = [(); 2].map(|()| tracing::Dispatch::new(self.clone()));
        tracing::dispatcher::with_default(&dispatchers[0], || block_on(run))
    }
}

impl Subscriber for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line(format!("{} {} ", event.metadata().level(), event.metadata().target()));
        event.record(&mut line);
        self.0.push(line.0.trim_end().to_owned());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// An event that redacts its data; its key is redacted too.
#[derive(Clone, signalbook_macros::Debug, Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.customer.greeted.v1", key = "customer", topics = ["customers"])]
struct CustomerGreeted {
    #[avro(pii = "email")]
    customer: String,
}

#[test]
fn debug_output_contains_no_personal_data() {
    let (bus, backend) = memory();
    let customer = "ada@example.com".to_owned();
    block_on(bus.publisher("shop/web").publish(&CustomerGreeted { customer })).expect("an open bus");
    let printed = Seen::new();
    let received = printed.clone();
    let all = printed.clone();
    let run = bus
        .consumer("billing")
        .start(Start::Earliest)
        .retry(Retry::NONE)
        .on(move |event: Received<CustomerGreeted>| {
            received.push(format!("{event:?}"));
            ready(Err("no stock"))
        })
        .run(until(move || backend.published().len() == 2));
    block_on(run).expect("an open bus");
    let raw = block_on(async {
        let consumer = bus.consumer_raw("tail", &["customers-dlq"], Start::Earliest).await?;
        consumer.receive(NonZeroUsize::MIN, Duration::from_secs(1)).await
    });
    let [buried] = &raw.expect("an open bus").messages[..] else { panic!("one dead letter") };
    assert_eq!(buried.message.headers.get("dlq_error"), Some(&b"the receiver failed: no stock"[..]));
    all.push(format!("{buried:?}"));
    for line in &*all.lock() {
        assert!(line.contains("key: Some(<16 bytes>)"), "{line}");
        // Neither as text nor as the numbers of its bytes.
        assert!(!line.contains("ada@") && !line.contains("97, 100, 97"), "{line}");
    }
}

#[test]
fn a_line_names_the_message_and_never_its_data() {
    let (bus, _) = memory();
    let publisher = bus.publisher("shop/web");
    let placed = block_on(publisher.publish(&placed("A-17", 4711))).expect("an open bus");
    let customer = "ada@example.com".to_owned();
    let cancelled = block_on(publisher.publish(&OrderCancelled { customer })).expect("an open bus");
    let lines = Lines::new();
    let all = lines.0.clone();
    let is_audit = |line: &String| line.contains("signalbook::audit");
    let run = bus
        .consumer("billing")
        .start(Start::Earliest)
        .on(|_: Received<OrderPlaced>| ready(()))
        .on(|_: Received<OrderCancelled>| ready(()))
        .run(until(move || all.lock().iter().filter(|line| is_audit(line)).count() >= 2));
    lines.of(run).expect("an open bus");
    let line = |offset, id: &dyn fmt::Display, event_type: &str, key: &str| {
        format!(
            "INFO signalbook::audit outcome=processed group=billing topic=orders partition=0 offset={offset} \
             id={id} event_type=com.example.shop.order.{event_type}.v1{key}"
        )
    };
    let expected = [
        line(0, &placed.metadata.id, "placed", " key=A-17"),
        line(1, &cancelled.metadata.id, "cancelled", ""),
    ];
    let lines: Vec<_> = lines.0.lock().iter().filter(|line| is_audit(line)).cloned().collect();
    assert_eq!(lines, expected);
}

#[test]
fn a_missing_header_has_a_default_and_a_warning_or_is_refused() {
    let publish_without_time_and_id = || {
        let (bus, backend) = memory();
        let sealed = bus.publisher("shop/web").seal(&placed("A-17", 1)).expect("an event");
        let mut message = sealed.messages()[0].clone();
        message.message.headers.retain(|name, _| !["ce_id", "ce_time", "ce_specversion"].contains(&name));
        block_on(bus.backend().publish(vec![message])).expect("an open bus");
        (bus, backend)
    };
    let (bus, _) = publish_without_time_and_id();
    let (lines, seen) = (Lines::new(), Seen::new());
    let (received, all) = (seen.clone(), seen.clone());
    let run = bus
        .consumer("billing")
        .start(Start::Earliest)
        .on(move |event: Received<OrderPlaced>| {
            received.push((event.metadata.id.clone(), event.published));
            ready(())
        })
        .run(until(move || all.len() == 1));
    lines.of(run).expect("an open bus");
    let lines = lines.0.lock();
    for header in ["ce_id", "ce_time"] {
        let warnings = lines.iter().filter(|line| line.contains(&format!("header={header} ")));
        assert_eq!(warnings.count(), 1, "{header}: {lines:?}");
    }
    assert!(lines.iter().all(|line| !line.contains("ce_specversion")), "{lines:?}");
    assert!(!seen.lock()[0].0.is_empty());

    let (bus, backend) = publish_without_time_and_id();
    let run = bus
        .consumer("billing")
        .start(Start::Earliest)
        .strictness(Strictness::Strict)
        .on(|_: Received<OrderPlaced>| ready(()))
        .run(until(move || backend.published().len() == 2));
    let consumed = block_on(run).expect("an open bus");
    assert_eq!((consumed.processed, consumed.dead_lettered), (0, 1));
}

#[test]
fn each_published_message_is_one_line() {
    let (bus, _) = memory();
    let web = bus.publisher("shop/web");
    let lines = Lines::new();
    let published = lines.of(async {
        let cancelled = OrderCancelled { customer: "ada".into() };
        let one = web.publish(&placed("a", 1)).await?;
        let batch = web.batch().add(&placed("b", 2))?.add(&cancelled)?.send().await?;
        let raw = web.metadata_of("com.example.shop.order.placed.v1", 1);
        let position = bus.publish_raw("orders", &raw, Some(b"\x02c".into()), Vec::new()).await?;
        let published = [one].into_iter().chain(batch);
        let published = published.map(|published| (published.metadata, published.positions[0].clone()));
        Ok::<_, signalbook_runtime::PublishError>(published.chain([(raw, position)]).collect::<Vec<_>>())
    });
    let published = published.expect("an open bus");
    let lines: Vec<_> =
        lines.0.lock().iter().filter(|line| line.contains("outcome=published")).cloned().collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    for (line, (metadata, position)) in lines.iter().zip(&published) {
        for part in [
            format!("topic={} ", position.partition.topic),
            format!("offset={} ", position.offset),
            format!("id={} event_type={}", &*metadata.id, &*metadata.event_type),
        ] {
            assert!(line.contains(&part), "{part} is not in {line}");
        }
    }
    assert!(lines[0].ends_with("key=a"), "{}", lines[0]);
    assert!(!lines.concat().contains("ada"), "personal data");
}
