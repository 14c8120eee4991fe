//! The current types read the data of each accepted version, without look-ups.

use std::path::Path;

use proptest::prelude::*;
use signalbook_data::{decode, encode, read};
use signalbook_diagnostics::Sources;
use signalbook_history::{Accepted, History, folder};
use signalbook_loop::{CASES, Case, Event};
use signalbook_model::Schema;
use signalbook_sample::Choices;

use crate::{checked, codec::value};

/// Every accepted version of an event, with the event's own schema.
fn versions() -> Vec<(Event, Schema, Accepted)> {
    let of_case = |case: &'static Case| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(case.folder).join("history");
        let files = folder::read(&root).expect("the history can be read");
        let history = History::read(&files, "history", &mut Sources::new()).history;
        let registry = checked(case).registry;
        case.events.iter().flat_map(move |event| {
            let schema = registry.schema(event.event_type).expect("every event has a schema");
            let versions = history.versions(&event.event_type.into()).to_vec();
            versions.into_iter().map(move |accepted| (*event, schema.clone(), accepted))
        })
    };
    CASES.iter().flat_map(of_case).collect()
}

#[test]
fn every_accepted_version_is_read_by_the_current_types() {
    let versions = versions();
    let older = versions.iter().filter(|(event, ..)| event.event_type.contains("versions")).count();
    assert_eq!(
        (older, versions.len() - older),
        (3, 72),
        "a registry with three versions, and the one of Open edX"
    );
    proptest!(|(bytes in prop::collection::vec(any::<u8>(), 0..512))| {
        for (event, schema, accepted) in &versions {
            let written = value(&accepted.schema, &accepted.schema.root, &mut Choices::new(&bytes));
            let datum = encode(&accepted.schema, &written).expect("the value fits the schema");
            let renewed = (event.renew)(accepted.minor, &datum);
            let renewed = renewed.map_err(|error| TestCaseError::fail(error.to_string()))?;
            // The reader without types agrees.
            let expected = read(&accepted.schema, schema, &datum).expect("no types are needed");
            prop_assert_eq!(decode(schema, &renewed).expect("the datum is valid"), expected);
        }
    });
}
