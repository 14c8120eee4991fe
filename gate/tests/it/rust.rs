//! Changes of Rust code, which a version has as data.

use signalbook_gate::Version;
use signalbook_model::rust::{RustField, RustItem, RustTypes};
use signalbook_model::{Name, Schema};

use crate::findings;

/// A version of a record with the field `id`. `code` is the module of its struct, and the type of the field.
fn version(minor: u32, more: &str, code: Option<(&str, &str)>) -> Version {
    let id = r#"{"name": "id", "type": "int"}"#;
    let text = format!(r#"{{"type": "record", "name": "Order", "fields": [{id}{more}]}}"#);
    let types = |(module, rust_type): (&str, &str)| {
        let fields = vec![RustField::new("id", "id", rust_type)];
        RustTypes::from([(Name::new("Order"), RustItem::new(module, fields))])
    };
    let mut version = Version::new(minor, Schema::parse(&text).expect("a schema"), None);
    version.rust = code.map(types);
    version
}

#[test]
fn versions_are_compared_if_the_code_of_both_is_known() {
    let rules = |new, old| {
        let note = r#", {"name": "note", "type": "string", "default": ""}"#;
        let findings = findings(version(1, note, new), vec![version(0, "", old)]);
        findings.into_iter().map(|finding| finding.rule.id).collect::<Vec<_>>()
    };
    let code = Some(("shop", "a number"));
    assert_eq!(rules(code, code), [""; 0]);
    assert_eq!(rules(code, Some(("sales", "a number"))), ["rust-module-moved"]);
    assert_eq!(rules(code, Some(("shop", "a text"))), ["rust-type-changed"]);
    assert_eq!(rules(code, None), [""; 0]);
    assert_eq!(rules(None, code), [""; 0]);
}
