//! Changes that are visible only in a whole history.

use signalbook_gate::Version;
use signalbook_model::Schema;

use crate::findings;

/// A field is added, and another one is removed in a later version. This is not a rename.
#[test]
fn two_fields_of_one_version_are_not_a_rename() {
    let named = |name: &str, fields: &[&str]| {
        let fields: Vec<String> = fields
            .iter()
            .map(|name| format!(r#"{{"name": "{name}", "type": ["null", "string"], "default": null}}"#))
            .collect();
        let fields = fields.join(", ");
        let text =
            format!(r#"{{"type": "record", "name": "{name}", "aliases": ["Order"], "fields": [{fields}]}}"#);
        Schema::parse(&text).expect("a schema")
    };
    let version = |fields: &[&str]| named("Order", fields);
    let (coupon, both, note) = (version(&["coupon"]), version(&["coupon", "note"]), version(&["note"]));
    let renames_of = |note: &Schema, accepted: &[&Schema]| {
        let version = |(minor, schema): (u32, &&Schema)| Version::new(minor, (*schema).clone(), None);
        let accepted = (0..).zip(accepted).map(version).collect();
        let findings = findings(Version::new(9, note.clone(), None), accepted);
        findings.iter().filter(|finding| finding.rule.id == "field-renamed-without-alias").count()
    };
    let renames = |accepted: &[&Schema]| renames_of(&note, accepted);
    assert_eq!(renames(&[&coupon]), 1, "one replaced the other");
    assert_eq!(renames(&[&both, &coupon]), 1, "`note` was removed and added again");
    assert_eq!(renames(&[&coupon, &both]), 0);
    let purchase = named("Purchase", &["note"]);
    assert_eq!(renames_of(&purchase, &[&coupon]), 1);
    assert_eq!(renames_of(&purchase, &[&coupon, &both]), 0, "the record was renamed");
}
