//! `docs/evolution.md`, which is made from the rules themselves.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use signalbook_diagnostics::Rule;
use signalbook_gate::rules;

const HEAD: &str = "\
<!-- Made from the rules; do not edit. UPDATE_EXPECT=1 cargo test -p signalbook-gate rules_page -->
# The rules of the gate

What `signalbook breaking` asks of a change. What cannot be read is a matter of the event's compatibility mode; what is read as
something else is looked for in every mode, against every accepted version; what the registry says beside the schema, and what
becomes of Rust code, is compared with the last one. `[lint]` in `signalbook.toml` changes a rule's level, and a waiver accepts
what it finds. An event that was unstable, and still is, gets warnings only.
";

#[test]
fn is_up_to_date() {
    let mut page = HEAD.to_owned();
    for rule in rules() {
        let Rule { id, level, doc, example, fix, .. } = rule;
        write!(
            page,
            "\n## `{id}`\n\nLevel: {level}. {doc}\n\n```toml\n{example}\n```\n\nThe way out: {fix}.\n"
        )
        .expect("a text");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/evolution.md");
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page, "docs/evolution.md is old: set UPDATE_EXPECT=1");
}

#[test]
fn every_rule_is_explained() {
    for rule in rules() {
        assert!(!rule.example.is_empty() && !rule.fix.is_empty(), "{}", rule.id);
        assert!(!rule.fix.ends_with('.'), "{}", rule.id);
    }
}
