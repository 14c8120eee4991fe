use std::{collections::BTreeMap, fmt::Debug};

use signalbook_loop::CASES;
use signalbook_model::{Builder, Name};

use crate::contract;

#[test]
fn the_code_describes_the_registry_that_it_was_made_from() {
    for case in CASES {
        let mut builder = Builder::new();
        for event in case.events {
            (event.describe)(&mut builder);
        }
        let described = builder.finish().unwrap_or_else(|conflicts| panic!("{}: {conflicts:?}", case.name));
        let written = contract(case).registry;
        assert_same(case.name, &written.types, &described.types);
        assert_same(case.name, &written.events, &described.events);
    }
}

/// One by one, because two registries that differ are a long text.
fn assert_same<T: Debug + PartialEq>(case: &str, written: &BTreeMap<Name, T>, described: &BTreeMap<Name, T>) {
    for (name, written) in written {
        assert_eq!(
            Some(written),
            described.get(name),
            "{case}: `{name}` as written, and as the code describes it"
        );
    }
    let names = |map: &BTreeMap<Name, T>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(written), names(described), "{case}");
}
