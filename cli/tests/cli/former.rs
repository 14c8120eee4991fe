//! Findings show the old location for every baseline.

use std::process::Command;

use crate::{
    baselines::{commit, git},
    workbench::Workbench,
};

const OLD: &str = r#"namespace = "com.example.shop"

[types.Order]
doc = "What a customer ordered."
fields = { id = "string", quantity = "long" }

[events."order.placed.v1"]
doc = "A customer placed an order."
key = "order.id"
topics = ["orders", "audit"]
data = { order = "Order" }

[events."order.sent.v1"]
doc = "An order was sent."
key = "id"
topics = ["orders"]
data = { id = "string" }
"#;

/// A field with another type, another key, a removed topic and a removed event.
fn new() -> String {
    let new = OLD.split("[events.\"order.sent.v1\"]").next().unwrap();
    new.replace("quantity = \"long\"", "quantity = \"string\"")
        .replace("key = \"order.id\"", "key = \"order.quantity\"")
        .replace("[\"orders\", \"audit\"]", "[\"orders\"]")
        .replace("doc = \"A customer placed", "minor = 1\ndoc = \"A customer placed")
}

#[test]
fn every_baseline_with_sources_shows_the_old_location() {
    let bench = Workbench::new();
    bench.write("schemas/shop.toml", OLD);
    bench.write("old/shop.toml", OLD);
    git(&bench, ".", &["init", "--quiet", "--initial-branch=main"]);
    commit(&bench, ".", "first");
    let tar = ["-cf", "old.tar", "old"];
    assert!(Command::new("tar").args(tar).current_dir(bench.path("")).status().unwrap().success());
    bench.write("schemas/shop.toml", &new());
    for (against, file) in [
        ("git:main", "schemas/shop.toml at main"),
        ("old", "old/shop.toml"),
        ("old.tar", "old/shop.toml in old.tar"),
    ] {
        let run = bench.run(&["breaking", "--against", against]);
        assert_eq!(run.code, 100, "{}{}", run.stdout, run.stderr);
        for (rule, line, column, there) in [
            ("type-changed", 5, 27, "quantity = \"long\""),
            ("key-changed", 9, 8, "key = \"order.id\""),
            ("topic-changed", 10, 12, "topics = [\"orders\", \"audit\"]"),
            ("deprecation-skipped", 13, 10, "order.sent.v1"),
        ] {
            let rule = format!("error[{rule}]");
            let finding =
                run.stdout.split("\nerror").find(|text| rule.ends_with(&text[..text.find(':').unwrap()]));
            let finding = finding.unwrap_or_else(|| panic!("{against}: no {rule} in\n{}", run.stdout));
            let place = format!("{file}:{line}:{column}\n");
            assert!(finding.contains(&place) && finding.contains(there), "{against}: {place}{finding}");
        }
        // Formats for tools refer to files in the work tree only.
        for format in ["short", "json", "sarif", "junit", "github", "gitlab", "markdown"] {
            let run = bench.run(&["breaking", "--against", against, "--format", format]);
            assert!(!run.stdout.contains("old/shop.toml"), "{against}: {}", run.stdout);
            assert!(!run.stdout.contains("shop.toml at"), "{against}: {}", run.stdout);
        }
    }
}

#[test]
fn changed_facts_are_located_in_the_history() {
    let bench = Workbench::new();
    bench.write("schemas/shop.toml", OLD);
    assert_eq!(bench.run(&["accept", "--quiet"]).code, 0);
    bench.write("schemas/shop.toml", &new());
    let run = bench.run(&["breaking"]);
    for there in ["key = { path = \"order.id\", type = \"string\" }", "topics = [\"orders\", \"audit\"]"] {
        assert!(run.stdout.contains(there), "{there} is not in\n{}", run.stdout);
    }
    let entry = "schemas/history/com.example.shop.order.placed.v1/0.toml:";
    assert_eq!(run.stdout.matches(entry).count(), 2, "{}", run.stdout);
}
