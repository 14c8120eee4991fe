//! Checks each step of the migrations of generated changes against the history at that time.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use signalbook_diagnostics::{Fix, Level};
use signalbook_evolve::{Migration, Preconditions, Rollout, TwoSteps, breaches, changes, migration, rollout};
use signalbook_model::{Mode, Name, Schema};

use crate::generate::{Choices, pair};

/// Parses the text of a schema. A generated schema may not have a valid text.
fn written(schema: &Schema) -> Option<Schema> {
    Schema::parse(&schema.to_json()).ok()
}

/// Returns the versions that are not retired.
fn left<'s>(accepted: &[&'s Schema], preconditions: &Preconditions) -> Vec<&'s Schema> {
    let versions = accepted.iter().enumerate().filter(|(index, _)| !preconditions.retired.contains(index));
    versions.map(|(_, version)| *version).collect()
}

fn denied_rules(new: &Schema, old: &Schema) -> BTreeSet<&'static str> {
    let changes = changes(new, old);
    changes
        .iter()
        .map(|change| change.rule)
        .filter(|rule| rule.level == Level::Deny)
        .map(|rule| rule.id)
        .collect()
}

/// Checks the migration to `new`. Returns whether it has two steps.
fn hold(mode: Mode, new: &Schema, accepted: &[&Schema]) -> bool {
    let last = accepted[accepted.len() - 1];
    let show = || format!("{mode}: {}\nfrom {}", new.to_json(), last.to_json());
    match migration(mode, new, accepted) {
        None => {
            assert_eq!(breaches(mode, new, accepted.iter().copied()), [], "{}", show());
            assert_ne!(rollout(new, last), Rollout::NotInOneStep, "{}", show());
            false
        }
        Some(Migration::Later(preconditions)) => {
            let left = left(accepted, &preconditions);
            assert!(left.len() < accepted.len() && left.last() == Some(&last), "{}", show());
            assert_eq!(breaches(mode, new, left), [], "{}", show());
            false
        }
        Some(Migration::TwoSteps(steps)) => {
            let TwoSteps { intermediate, rollouts, preconditions, .. } = *steps;
            let show = || format!("{}\nby {}", show(), intermediate.to_json());
            assert_eq!(written(&intermediate).as_ref(), Some(&intermediate), "{}", show());
            assert_eq!(breaches(mode, &intermediate, accepted.iter().copied()), [], "{}", show());
            let mut later = left(accepted, &preconditions);
            later.push(&intermediate);
            assert_eq!(breaches(mode, new, later), [], "{}", show());
            assert_eq!(rollouts, [rollout(&intermediate, last), rollout(new, &intermediate)], "{}", show());
            assert!(!rollouts.contains(&Rollout::NotInOneStep), "{}", show());
            let known = denied_rules(new, last);
            assert!(denied_rules(&intermediate, last).is_subset(&known), "{}", show());
            assert!(denied_rules(new, &intermediate).is_subset(&known), "{}", show());
            true
        }
        Some(Migration::NewEventType) => false,
    }
}

#[test]
fn migrations_of_generated_changes_are_valid() {
    let mut choices = Choices::new(11);
    let mut in_steps = 0;
    for _ in 0..300 {
        let (new, old) = pair(&mut choices);
        let (_, older) = pair(&mut choices);
        let (Some(new), Some(old), Some(older)) = (written(&new), written(&old), written(&older)) else {
            continue;
        };
        for mode in Mode::ALL {
            in_steps += usize::from(hold(mode, &new, &[&old]));
            hold(mode, &new, &[&older, &old]);
            hold(mode, &new, &[&old, &new, &old]);
        }
    }
    assert!(in_steps > 100, "only {in_steps} migrations have two steps");
}

#[test]
fn every_kind_of_change_has_the_expected_migration() {
    let mut text = String::new();
    for line in include_str!("../data/change-kinds.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a case");
        let schema = |side: &str| Schema::parse(&case[side].to_string()).ok();
        let (Some(new), Some(old)) = (schema("reader"), schema("writer")) else { continue };
        hold(Mode::Full, &new, &[&old]);
        let kind = match migration(Mode::Full, &new, &[&old]) {
            None => continue,
            Some(Migration::TwoSteps(steps)) => steps.intermediate.to_json(),
            Some(Migration::Later(_)) => "later".to_owned(),
            Some(Migration::NewEventType) => "a new event type".to_owned(),
        };
        writeln!(text, "{}: {kind}", case["id"].as_str().expect("a name")).expect("a text");
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/migrations.txt");
    if std::env::var_os("EVOLVE_UPDATE").is_some() {
        std::fs::write(&path, &text).expect("the file can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("the expected text");
    assert_eq!(text, expected, "tests/data/migrations.txt (EVOLVE_UPDATE=1 rewrites it)");
}

#[test]
fn a_renamed_type_is_found_in_its_namespace() {
    let schema = |text: &str| Schema::parse(text).expect("a valid schema");
    let old = schema(r#"{"type": "record", "name": "shop.Order", "fields": []}"#);
    for (name, alias) in [("shop.Purchase", "Order"), ("store.Purchase", "shop.Order")] {
        let new = schema(&format!(
            r#"{{"type": "record", "name": "{name}", "aliases": ["{alias}"], "fields": []}}"#
        ));
        let Some(Migration::TwoSteps(steps)) = migration(Mode::Full, &new, &[&old]) else {
            panic!("{name} needs two steps");
        };
        let alias = if name == "shop.Purchase" { "Purchase" } else { name };
        let fix = Fix::SetAliases { of: Name::new("shop.Order"), aliases: vec![alias.to_owned()] };
        assert_eq!(steps.fixes, [fix], "{name}");
    }
}
