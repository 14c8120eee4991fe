use std::{collections::BTreeMap, fmt::Debug};

use signalbook_loop::CASES;
use signalbook_model::{Builder, Name};

use crate::checked;

#[test]
fn the_code_describes_its_registry() {
    for case in CASES {
        let mut builder = Builder::new();
        for event in case.events {
            (event.describe)(&mut builder);
        }
        let described = builder.finish().unwrap_or_else(|conflicts| panic!("{}: {conflicts:?}", case.name));
        let written = checked(case).registry;
        assert_same(case.name, &written.types, &described.types);
        assert_same(case.name, &written.events, &described.events);
    }
}

/// Compares the entries one by one, because the text of a whole registry is long.
fn assert_same<T: Debug + PartialEq>(case: &str, written: &BTreeMap<Name, T>, described: &BTreeMap<Name, T>) {
    for (name, written) in written {
        assert_eq!(
            Some(written),
            described.get(name),
            "{case}: `{name}` in the registry (left) and in the code (right) differs"
        );
    }
    let names = |map: &BTreeMap<Name, T>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(written), names(described), "{case}");
}
