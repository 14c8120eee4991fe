//! Changes that are visible only in a whole history.

use signalbook_diagnostics::{Fix, Locate, Policy, Span, Suggestion, Wording};
use signalbook_gate::{EventVersions, Gate, Side, Version};
use signalbook_model::{Mode, Name, Path, Schema};

/// The schemas are not in files.
struct Nowhere;

impl Locate for Nowhere {
    fn registry(&self, _path: &Path) -> Option<Span> {
        None
    }
}

impl Wording for Nowhere {
    fn suggest(&self, _fix: &Fix) -> Option<Suggestion> {
        None
    }

    fn describe(&self, fix: &Fix) -> String {
        format!("{fix:?}")
    }
}

/// A field is added, and another one is removed in a later version. This is not a rename.
#[test]
fn two_fields_of_one_version_are_not_a_rename() {
    let version = |fields: &[&str]| {
        let fields: Vec<String> = fields
            .iter()
            .map(|name| format!(r#"{{"name": "{name}", "type": ["null", "string"], "default": null}}"#))
            .collect();
        let text = format!(r#"{{"type": "record", "name": "Order", "fields": [{}]}}"#, fields.join(", "));
        Schema::parse(&text).expect("a schema")
    };
    let (coupon, both, note) = (version(&["coupon"]), version(&["coupon", "note"]), version(&["note"]));
    let renames = |accepted: &[&Schema]| {
        let version = |(minor, schema): (u32, &&Schema)| Version::new(minor, (*schema).clone(), None);
        let side = |versions| Side {
            events: [(Name::new("Order"), EventVersions { versions, declared: true })].into(),
        };
        let report = Gate {
            new: &side(vec![Version::new(9, note.clone(), None)]),
            baseline: &side((0..).zip(accepted).map(version).collect()),
            registry: None,
            mode: &|_| Mode::FullTransitive,
            locate: &Nowhere,
            wording: &Nowhere,
            policy: &Policy::default(),
            is_whole: true,
        }
        .report(Vec::new());
        report.findings.iter().filter(|finding| finding.rule.id == "field-renamed-without-alias").count()
    };
    assert_eq!(renames(&[&coupon]), 1, "one replaced the other");
    assert_eq!(renames(&[&both, &coupon]), 1, "`note` was removed and added again");
    assert_eq!(renames(&[&coupon, &both]), 0);
}
