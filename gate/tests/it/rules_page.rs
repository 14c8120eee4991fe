//! `docs/evolution.md`, which is generated from the rules.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use signalbook_diagnostics::Rule;
use signalbook_gate::rules;

const HEAD: &str = "\
<!-- Generated from the rules; do not edit. UPDATE_EXPECT=1 cargo test -p signalbook-gate rules_page -->
# The rules of the gate

`signalbook breaking` checks these rules. The compatibility mode of an event decides which incompatibilities
are reported. Changes of meaning are reported in every mode, against every accepted version, except for
warnings that were accepted with a later version. Facts that the schema does not hold, and Rust types, are
compared with the last accepted version. `[lint]` in `signalbook.toml` changes the level of a rule, and a
waiver accepts a finding. An event that was unstable in its last version and still is gets only warnings.
";

#[test]
fn is_up_to_date() {
    let mut page = HEAD.to_owned();
    for rule in rules() {
        let Rule { id, level, doc, example, fix, .. } = rule;
        let [doc, fix] =
            [format!("Level: {level}. {doc}"), format!("What to do: {fix}.")].map(|it| wrapped(&it));
        write!(page, "\n## `{id}`\n\n{doc}\n\n```toml\n{example}\n```\n\n{fix}\n").expect("a text");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/evolution.md");
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page, "docs/evolution.md is out of date: set UPDATE_EXPECT=1");
}

/// Breaks a paragraph into lines of at most 110 columns.
fn wrapped(paragraph: &str) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in paragraph.split(' ') {
        let width = word.chars().count();
        if column > 0 {
            let fits = column + 1 + width <= 110;
            lines.push(if fits { ' ' } else { '\n' });
            column = if fits { column + 1 } else { 0 };
        }
        lines.push_str(word);
        column += width;
    }
    lines
}

#[test]
fn every_rule_has_an_example_and_a_fix() {
    for rule in rules() {
        assert!(!rule.example.is_empty() && !rule.fix.is_empty(), "{}", rule.id);
        assert!(!rule.fix.ends_with('.'), "{}", rule.id);
    }
}
