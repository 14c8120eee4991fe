//! Producers and consumers of five versions of an event share a topic: each consumer reads what the gate
//! calls compatible, and the schemas of newer versions come from the log.

use std::{collections::BTreeSet, sync::Arc, sync::Mutex};

use signalbook::{
    Bus, Consumed, Decode, Event, Received,
    backend::Start,
    blocking::block_on,
    model::{Direction, Schema},
    schema_of,
};
use signalbook_diagnostics::Level;

macro_rules! version {
    (
        $module:ident, $minor:literal, [$($symbols:tt)*],
        { $($fields:tt)* }, { $($values:tt)* }, $id:ident, $micros:literal
    ) => {
        mod $module {
            #[derive(Clone, Debug, PartialEq, signalbook::Enum)]
            #[enumeration(name = "com.example.shop.Status", fallback = "OTHER")]
            pub(super) enum Status { $($symbols)* }

            #[derive(Clone, Debug, PartialEq, signalbook::Event)]
            #[event(type = "com.example.shop.order.placed.v1", minor = $minor, topics = ["orders"])]
            pub(super) struct OrderPlaced { $($fields)* }

            impl super::Version for OrderPlaced {
                fn sample() -> Self {
                    Self { $($values)* }
                }

                fn content(&self) -> (&str, i64, i64) {
                    (&self.$id, self.quantity.into(), self.placed * $micros)
                }
            }
        }
    };
}

version!(first, 0, [Other, New], {
    id: String,
    quantity: i32,
    #[avro(default = "")]
    note: String,
    #[avro(logical = "timestamp-millis")]
    placed: i64,
    status: Status,
}, { id: "A-17".into(), quantity: 2, note: String::new(), placed: 1_000, status: Status::New }, id, 1000);

// A field with a default.
version!(second, 1, [Other, New], {
    id: String,
    quantity: i32,
    #[avro(default = "")]
    note: String,
    #[avro(logical = "timestamp-millis")]
    placed: i64,
    status: Status,
    #[avro(default = "EUR")]
    currency: String,
}, {
    id: "A-17".into(), quantity: 2, note: String::new(), placed: 1_000, status: Status::New,
    currency: "EUR".into(),
}, id, 1000);

// A removed field.
version!(third, 2, [Other, New], {
    id: String,
    quantity: i32,
    #[avro(logical = "timestamp-millis")]
    placed: i64,
    status: Status,
    #[avro(default = "EUR")]
    currency: String,
}, { id: "A-17".into(), quantity: 2, placed: 1_000, status: Status::New, currency: "EUR".into() }, id, 1000);

// A field renamed with an alias, and a finer unit.
version!(fourth, 3, [Other, New], {
    #[avro(aliases = ["id"])]
    number: String,
    quantity: i32,
    #[avro(logical = "timestamp-micros")]
    placed: i64,
    status: Status,
    #[avro(default = "EUR")]
    currency: String,
}, { number: "A-17".into(), quantity: 2, placed: 1_000_000, status: Status::New, currency: "EUR".into() }, number, 1);

// A new symbol, which older consumers read as their fallback, and a wider number.
version!(fifth, 4, [Other, New, Shipped], {
    #[avro(aliases = ["id"])]
    number: String,
    quantity: i64,
    #[avro(logical = "timestamp-micros")]
    placed: i64,
    status: Status,
    #[avro(default = "EUR")]
    currency: String,
}, { number: "A-17".into(), quantity: 2, placed: 1_000_000, status: Status::Shipped, currency: "EUR".into() }, number, 1);

trait Version: Event {
    fn sample() -> Self;

    /// The id, the quantity and the time in microseconds.
    fn content(&self) -> (&str, i64, i64);
}

/// What the gate says of a consumer and a producer.
fn is_compatible(reader: (u32, &Schema), writer: (u32, &Schema)) -> bool {
    let (new, old, direction) = if reader.0 >= writer.0 {
        (reader.1, writer.1, Direction::Backward)
    } else {
        (writer.1, reader.1, Direction::Forward)
    };
    let changes = signalbook_evolve::changes(new, old);
    let is_lost = changes
        .iter()
        .any(|change| change.rule.level == Level::Deny && change.directions.contains(&direction));
    signalbook_evolve::check(reader.1, writer.1).is_compatible() && !is_lost
}

fn publish<E: Version>(bus: &Bus) {
    block_on(bus.publisher("shop/web").publish(&E::sample())).expect("the event is published");
}

/// Runs a consumer that knows only version `E` until all events are done. Returns the versions that it read.
fn consume<E>(bus: &Bus) -> (Consumed, BTreeSet<u32>)
where
    E: Version + for<'de> Decode<'de> + Send + 'static,
{
    let read = Arc::new(Mutex::new(BTreeSet::new()));
    let run = bus
        .consumer(format!("group-{}", E::MINOR))
        .start(Start::Earliest)
        .on({
            let read = Arc::clone(&read);
            move |event: Received<E>| {
                assert_eq!(event.data.content(), ("A-17", 2, 1_000_000));
                read.lock().expect("no receiver panics").insert(event.metadata.minorversion);
                async {}
            }
        })
        .run_until_idle();
    let consumed = block_on(run).expect("the bus is open");
    let read = read.lock().expect("no receiver panics").clone();
    (consumed, read)
}

fn each_pair(bus: &Bus) {
    publish::<first::OrderPlaced>(bus);
    publish::<second::OrderPlaced>(bus);
    publish::<third::OrderPlaced>(bus);
    publish::<fourth::OrderPlaced>(bus);
    publish::<fifth::OrderPlaced>(bus);
    let schemas = [
        schema_of::<first::OrderPlaced>(),
        schema_of::<second::OrderPlaced>(),
        schema_of::<third::OrderPlaced>(),
        schema_of::<fourth::OrderPlaced>(),
        schema_of::<fifth::OrderPlaced>(),
    ]
    .map(|schema| schema.expect("the event has a schema"));
    let consumed = [
        consume::<first::OrderPlaced>(bus),
        consume::<second::OrderPlaced>(bus),
        consume::<third::OrderPlaced>(bus),
        consume::<fourth::OrderPlaced>(bus),
        consume::<fifth::OrderPlaced>(bus),
    ];
    let (mut compatible, mut all) = (0, 0);
    for (reader, (consumed, read)) in (0..).zip(consumed) {
        let expected: BTreeSet<u32> = (0..)
            .zip(&schemas)
            .filter(|(writer, schema)| is_compatible((reader, &schemas[reader as usize]), (*writer, schema)))
            .map(|(writer, _)| writer)
            .collect();
        assert!(read.is_superset(&expected), "version {reader} reads {read:?}, compatible are {expected:?}");
        let (read, dead) = (read.len(), consumed.dead_lettered);
        assert_eq!((read as u64 + dead, consumed.processed), (5, read as u64));
        compatible += expected.len();
        all += read;
    }
    // The gate counts a finer unit as a change, because not all consumers convert it.
    assert_eq!((compatible, all), (12, 18), "compatible pairs, and pairs that were read");
}

#[test]
fn all_pairs_of_versions_over_memory() {
    each_pair(&Bus::memory());
}

#[test]
fn all_pairs_of_versions_over_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder can be created");
    let url = format!("sqlite:{}", folder.path().join("bus.db").display());
    each_pair(&block_on(signalbook::connect(&url)).expect("the file can be created"));
}
