//! Tests with the registry of Open edX.

use std::collections::BTreeMap;
use std::path::Path;

use signalbook_codegen::tool::{Options, check, read};

#[test]
fn contains_only_events_on_the_bus() {
    let sources = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")).unwrap();
    let report = check(&sources, &Options::default());
    let checked = report.registry.unwrap_or_else(|| panic!("{:#?}", report.findings));
    assert_eq!(checked.events.len(), 75);
    assert_eq!(checked.types.len(), 53);
    assert_eq!(checked.registry.events.len(), 72);
    assert!(checked.registry.types.keys().all(|name| !name.as_str().ends_with("CertificateConfigData")));

    let user = checked.registry.types.iter().find(|(name, _)| name.simple() == "UserData").unwrap().1;
    let signalbook_model::Definition::Record(user) = user else { panic!("{user:?}") };
    assert_eq!(user.fields.iter().map(|field| &*field.name).collect::<Vec<_>>(), ["id", "is_active", "pii"]);

    for event in checked.registry.events.keys() {
        checked.registry.schema(event.as_str()).unwrap();
    }
}

#[test]
fn its_findings_are_waived() {
    let sources = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")).unwrap();
    let report = check(&sources, &Options::default().other_rules(signalbook_history::RULES.to_vec()));
    assert_eq!(report.findings, []);
    let mut waived = BTreeMap::new();
    for (finding, _) in &report.waived {
        *waived.entry(finding.rule.id).or_insert(0) += 1;
    }
    let known = [
        ("event-without-key", 52),
        ("illegal-avro-name", 1),
        ("key-unresolved", 4),
        ("missing-major-version", 2),
        ("past-tense-action", 2),
    ];
    assert_eq!(waived, BTreeMap::from(known));
}
