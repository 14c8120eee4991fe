//! Schemas in the log, recorded by publishers.

use std::sync::Arc;

use signalbook_macros::Event;
use signalbook_runtime::{
    Bus, Clock, MemoryBackend, ProducerConfig, PublishError, RecordSchemas, TopicConfig,
    backend::{
        Backend, BackendError, BatchError, BoxFuture, ErrorKind, Outgoing, Position, Subscriber, Subscription,
    },
    blocking::block_on,
    model::Primitive,
    testing::{
        Call, Fault, FaultyBackend, FramingBackend,
        conformance::{Capabilities, Case, Harness},
    },
};

use crate::{
    audit::Lines,
    events::{OrderCancelled, memory, on_topic, placed},
};

/// The first version of the event of [`crate::events`] with another schema, as if a colleague had taken the
/// same minor version.
#[derive(Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.order.cancelled.v1", topics = ["orders"])]
struct AlsoCancelled {
    reason: String,
}

fn cancelled() -> OrderCancelled {
    OrderCancelled { customer: "ada".into() }
}

const CANCELLED: &str = "com.example.shop.order.cancelled.v1";

#[test]
fn publishing_records_schema_key_and_classes_of_personal_data() {
    let (bus, _) = memory();
    let bus = bus.with_prefix("dev");
    assert_eq!(block_on(bus.stored_schema(CANCELLED, 0)).expect("an open bus"), None);
    block_on(bus.publisher("shop/web").publish(&cancelled())).expect("an open bus");
    let stored = block_on(bus.stored_schema(CANCELLED, 0)).expect("an open bus").expect("it is recorded");
    assert_eq!((&*stored.event_type, stored.minor, stored.key.as_deref()), (CANCELLED, 0, Some("customer")));
    assert_eq!(stored.pii, [("customer".to_owned(), "email".to_owned())].into());
    let schema = signalbook_runtime::schema_of::<OrderCancelled>().expect("a schema");
    assert_eq!(stored.schema, schema.without_docs());
    let other = Bus::new(Arc::clone(bus.backend())).with_prefix("stage");
    assert_eq!(block_on(other.stored_schema(CANCELLED, 0)).expect("an open bus"), None, "another scope");
}

#[test]
fn a_contract_has_the_key_of_its_topic() {
    let (bus, _) = memory();
    let config = ProducerConfig::default().topic(
        "com.example.shop.order.placed.v1",
        "customers",
        TopicConfig::enabled().key("order.customer"),
    );
    let sealed = bus.publisher("shop/web").with_config(config).seal(&placed("a", 1)).expect("an event");
    let keys: Vec<_> = sealed
        .messages()
        .iter()
        .map(|outgoing| outgoing.contract.as_ref().expect("a contract").key().expect("a key"))
        .collect();
    assert_eq!(keys.iter().map(|key| &*key.name).collect::<Vec<_>>(), ["id", "customer"]);
    assert!(keys.iter().all(|key| key.schema.root.primitive() == Some(Primitive::String)));
}

#[test]
fn another_schema_of_a_version_is_a_conflict_before_anything_is_sent() {
    let (bus, backend) = memory();
    let publisher = bus.publisher("shop/web");
    block_on(bus.prepare::<OrderCancelled>()).expect("the first schema");
    block_on(bus.prepare::<OrderCancelled>()).expect("the same schema");
    let event = AlsoCancelled { reason: "late".into() };
    for error in [
        block_on(bus.prepare::<AlsoCancelled>()).expect_err("another schema"),
        block_on(publisher.publish(&event)).map(drop).expect_err("another schema"),
    ] {
        assert!(matches!(error, PublishError::SchemaConflict(_)), "{error}");
        let expected = "the bus has another schema for version 0 of `com.example.shop.order.cancelled.v1`";
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    assert_eq!(on_topic(&backend, "orders").len(), 0);
    let off = publisher.clone().with_record_schemas(RecordSchemas::Off);
    block_on(off.publish(&event)).expect("nothing is recorded");
    block_on(publisher.publish(&cancelled())).expect("an open bus");
}

#[test]
fn a_bus_without_a_store_refuses_or_publishes_as_configured() {
    let without = NoStore(MemoryBackend::new());
    let bus = Bus::new(Arc::new(without.clone()));
    let publisher = bus.publisher("shop/web");
    block_on(publisher.publish(&cancelled())).expect("best effort");
    let required = publisher.with_record_schemas(RecordSchemas::Required);
    for error in [
        block_on(required.publish(&cancelled())).map(drop).expect_err("no store"),
        block_on(bus.prepare::<OrderCancelled>()).expect_err("no store"),
    ] {
        assert!(matches!(error, PublishError::NoSchemaStore { event_type: CANCELLED }), "{error}");
    }
    assert_eq!(on_topic(&without.0, "orders").len(), 1);
}

#[test]
fn an_outage_of_the_store_is_an_outage_of_the_bus() {
    let backend = FaultyBackend::new(MemoryBackend::new(), |call, _| match call {
        Call::PutSchema | Call::GetSchema => Fault::Error(ErrorKind::Unavailable),
        _ => Fault::None,
    });
    let bus = Bus::new(Arc::new(backend));
    let error = block_on(bus.prepare::<OrderCancelled>()).expect_err("the store is away");
    let PublishError::Bus(error) = error else { panic!("{error}") };
    assert_eq!(error.error.kind, ErrorKind::Unavailable);
    let error = block_on(bus.stored_schema(CANCELLED, 0)).expect_err("the store is away");
    assert_eq!(error.kind, ErrorKind::Unavailable);
}

/// The warnings of these tests that say this.
fn warnings(lines: &Lines, text: &str) -> Vec<String> {
    let lines = lines.0.lock();
    lines.iter().filter(|line| line.starts_with("WARN ") && line.contains(text)).cloned().collect()
}

#[test]
fn a_schema_that_may_not_be_recorded_is_one_warning_unless_it_is_required() {
    let (bus, log) = memory();
    log.refuse_schemas(true);
    let publisher = bus.publisher("shop/web");
    let lines = Lines::new();
    lines.of(async {
        for _ in 0..2 {
            publisher.publish(&cancelled()).await.expect("best effort");
            publisher.publish(&placed("a", 1)).await.expect("best effort");
        }
    });
    assert_eq!(on_topic(&log, "orders").len(), 4);
    let said = warnings(&lines, "does not permit");
    assert!(said.len() == 1 && said[0].contains("ask who operates it for the permission"), "{said:?}");
    assert_eq!(block_on(bus.stored_schema(CANCELLED, 0)).expect("an open bus"), None);

    let required = publisher.with_record_schemas(RecordSchemas::Required);
    for error in [
        block_on(required.publish(&cancelled())).map(drop).expect_err("no permission"),
        block_on(bus.prepare::<OrderCancelled>()).expect_err("no permission"),
    ] {
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        assert!(error.to_string().contains("does not permit to record schemas"), "{error}");
    }
    assert_eq!(on_topic(&log, "orders").len(), 4);
    log.refuse_schemas(false);
    block_on(required.publish(&cancelled())).expect("the permission is back");
}

#[derive(Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.mail.sent.v1", topics = ["mails"])]
struct MailSent {
    to: String,
}

/// The event after somebody noticed what it contains.
#[derive(Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.mail.sent.v1", key = "to", topics = ["mails"])]
struct PersonalMailSent {
    #[avro(pii = "email")]
    to: String,
}

#[test]
fn facts_that_are_added_to_a_recorded_version_are_one_warning() {
    let (bus, log) = memory();
    let lines = Lines::new();
    lines.of(bus.publisher("shop/web").publish(&MailSent { to: "ada".into() })).expect("an open bus");
    let later = Bus::new(Arc::new(log));
    lines.of(async {
        later.prepare::<PersonalMailSent>().await.expect("the same schema");
        for _ in 0..2 {
            let sent = later.publisher("shop/web").publish(&PersonalMailSent { to: "ada".into() });
            sent.await.expect("the same schema");
        }
    });
    let said = warnings(&lines, "other classes of personal data");
    assert!(said.len() == 1 && said[0].contains("`to` is email, `to` is the key"), "{said:?}");
    // The store never changes a value.
    let stored = block_on(later.stored_schema("com.example.shop.mail.sent.v1", 0)).expect("an open bus");
    assert!(stored.expect("it is recorded").pii.is_empty());
    // The program that knows less is no reason to warn.
    let (bus, log) = memory();
    lines.0.lock().clear();
    lines.of(async {
        bus.prepare::<PersonalMailSent>().await.expect("the first schema");
        Bus::new(Arc::new(log)).prepare::<MailSent>().await.expect("the same schema");
    });
    assert_eq!(*lines.0.lock(), [""; 0]);
}

#[test]
fn an_event_is_prepared_on_a_log_with_a_framing_of_its_own() {
    let framing = FramingBackend::new(MemoryBackend::new());
    let bus = Bus::new(Arc::new(framing.clone()));
    block_on(bus.prepare::<OrderCancelled>()).expect("its id is resolved");
    let ids = framing.schema_ids().expect("a framing of its own");
    let schema = block_on(ids.schema(1)).expect("an open registry").expect("it is recorded");
    assert!(schema.contains("customer"), "{schema}");
    let required = bus.publisher("shop/web").with_record_schemas(RecordSchemas::Required);
    block_on(required.publish(&cancelled())).expect("it is recorded");

    let away = |call, _| match call {
        Call::PutSchema => Fault::Error(ErrorKind::Unavailable),
        _ => Fault::None,
    };
    let bus = Bus::new(Arc::new(FaultyBackend::new(framing, away)));
    let error = block_on(bus.prepare::<OrderCancelled>()).expect_err("the registry is away");
    assert!(error.is_transient(), "{error}");
}

#[test]
fn a_log_with_a_framing_of_its_own_prepares_contracts() {
    struct Framing(FramingBackend);

    impl Harness for Framing {
        fn open(&self) -> Box<dyn Backend> {
            Box::new(self.0.clone())
        }

        fn capabilities(&self) -> Capabilities {
            Capabilities::none()
        }
    }

    let case = Case::find("a_contract_is_prepared").expect("a case of the suite");
    case.run(&Framing(FramingBackend::new(MemoryBackend::new())));
}

/// A backend without a schema store.
#[derive(Clone, Debug)]
struct NoStore(MemoryBackend);

impl Backend for NoStore {
    fn clock(&self) -> Arc<dyn Clock> {
        self.0.clock()
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        assert!(batch.iter().all(|outgoing| outgoing.contract.is_none()), "it does not use contracts");
        self.0.publish(batch)
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        self.0.subscribe(subscription)
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.flush()
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.0.close()
    }
}
