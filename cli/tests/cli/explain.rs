//! `explain`: every rule that a finding can name has a page.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::workbench::Workbench;

#[test]
fn every_rule_has_a_page_with_an_example_and_a_fix() {
    let bench = Workbench::new();
    let all = bench.run(&["explain", "--format", "json"]);
    assert_eq!((all.code, all.stderr.as_str()), (0, ""));
    let rules: Vec<Value> = all.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rules.len() > 70, "{} rules", rules.len());
    let texts =
        |member: &str| -> Vec<&str> { rules.iter().map(|rule| rule[member].as_str().unwrap()).collect() };
    let ids: BTreeSet<&str> = texts("id").into_iter().collect();
    assert_eq!(ids.len(), rules.len(), "a rule is in one group");
    let bare: Vec<&Value> = rules
        .iter()
        .filter(|rule| rule["example"] == "" || rule["fix"] == "")
        .map(|rule| &rule["id"])
        .collect();
    assert!(bare.is_empty(), "without an example or a fix: {bare:?}");
    let listed = bench.run(&["explain"]).stdout;
    for id in ids {
        assert!(listed.contains(id), "{id}");
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id}");
    }
}
