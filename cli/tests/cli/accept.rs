//! Accepting, raising, refusing, revising and retiring versions.

use std::{fs, path::Path, process::Command};

use crate::workbench::{Run, Workbench};

const EVENT: &str = "com.example.shop.order.placed.v1";

/// A registry with one accepted event.
fn accepted() -> Workbench {
    let bench = Workbench::new();
    assert_eq!(bench.run(&["init", "--quiet"]).code, 0);
    let run = bench.run(&["accept"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains(&format!("accepted   {EVENT} minor 0\n")), "{}", run.stdout);
    bench
}

impl Workbench {
    fn edit(&self, from: &str, to: &str) {
        let before = self.read("schemas/shop.toml");
        assert!(before.contains(from), "{before}");
        self.write("schemas/shop.toml", &before.replacen(from, to, 1));
    }

    fn accepted_file(&self, name: &str) -> String {
        self.read(&format!("schemas/history/{EVENT}/{name}"))
    }

    /// All files of the history, with their text.
    fn history(&self) -> Vec<(String, String)> {
        let folder = self.path("schemas/history").join(EVENT);
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                (path.display().to_string(), fs::read_to_string(path).unwrap())
            })
            .collect();
        files.sort();
        files
    }
}

fn passes(run: &Run) {
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn accepting_twice_changes_nothing() {
    let bench = accepted();
    let before = bench.history();
    assert_eq!(before.len(), 2);
    let again = bench.run(&["accept"]);
    assert_eq!((again.code, again.stdout.as_str()), (0, "1 event: nothing to accept\n"));
    assert_eq!(bench.history(), before);
    passes(&bench.run(&["check", "--deny", "warnings"]));

    bench.edit("A customer placed an order.", "An order was placed.");
    assert_eq!(bench.run(&["accept"]).stdout, "1 event: nothing to accept\n", "documentation may change");
}

#[test]
fn accept_raises_the_minor_version_in_the_registry() {
    let bench = accepted();
    bench.edit("coupon ", "note     = \"string?\"\ncoupon ");
    let check = bench.run(&["check", "--format", "short"]);
    assert_eq!(check.code, 100);
    assert!(check.stdout.contains("error[minor-not-raised]"), "{}", check.stdout);

    let before = (bench.read("schemas/shop.toml"), bench.history());
    let dry = bench.run(&["accept", "--dry-run"]);
    assert!(dry.stdout.contains("(minor 0 became 1 in schemas/shop.toml)"), "{}", dry.stdout);
    assert_eq!((bench.read("schemas/shop.toml"), bench.history()), before, "a dry run writes nothing");

    passes(&bench.run(&["accept"]));
    let after = bench.read("schemas/shop.toml");
    let lines: Vec<_> = after.lines().filter(|line| !before.0.lines().any(|old| old == *line)).collect();
    assert_eq!(lines, ["minor  = 1"], "the rest of the file is unchanged");
    assert_eq!(bench.history()[..2], before.1, "accepted versions do not change");
    assert!(bench.accepted_file("1.avsc").contains("note"));
    passes(&bench.run(&["check", "--deny", "warnings"]));

    bench.edit("minor  = 1", "minor  = 0");
    let run = bench.run(&["accept"]);
    assert!(run.stdout.contains("unchanged") && run.stdout.contains("minor 0 became 1"), "{}", run.stdout);
}

#[test]
fn incompatible_changes_are_refused_and_nothing_is_written() {
    let bench = accepted();
    bench.edit("sku = \"string\"", "sku = \"long\"");
    let before = (bench.read("schemas/shop.toml"), bench.history());
    let run = bench.run(&["accept"]);
    assert_eq!(run.code, 100);
    assert!(run.stdout.contains("error[type-changed]"), "{}", run.stdout);
    assert!(run.stdout.contains(&format!("::: schemas/history/{EVENT}/0.avsc:")), "{}", run.stdout);
    assert!(run.stdout.contains("nothing was accepted"), "{}", run.stdout);
    assert!(run.stdout.contains("`com.example.shop.order.placed.v2`"), "{}", run.stdout);
    assert_eq!((bench.read("schemas/shop.toml"), bench.history()), before);
}

#[test]
fn accept_and_breaking_print_the_same_findings() {
    let bench = accepted();
    let events = bench.read("schemas/shop.toml");
    let event = &events[events.find("[events.").unwrap()..];
    bench.write("schemas/shop.toml", &format!("{events}\n{}", event.replace("order.placed", "order.sent")));
    passes(&bench.run(&["accept"]));
    bench.edit("sku = \"string\"", "sku = \"string\", size = \"int\"");
    let output = |verb| bench.run(&[verb]).stdout.split("\n\n").next().unwrap().to_owned();
    let refused = output("accept");
    assert!(refused.contains("the same in 1 other event") && refused.contains("help: "), "{refused}");
    assert_eq!(refused, output("breaking"));
}

#[test]
fn removed_events_are_located_in_the_history() {
    let bench = accepted();
    bench.write("schemas/shop.toml", "namespace = \"com.example.shop\"\n");
    let run = bench.run(&["breaking"]);
    assert_eq!(run.code, 100);
    assert!(run.stdout.contains(&format!(" --> schemas/history/{EVENT}/0.avsc:3:")), "{}", run.stdout);
}

#[test]
fn an_event_that_is_not_accepted_is_an_error_once_there_is_a_history() {
    let bench = accepted();
    let text = bench.read("schemas/shop.toml");
    let event = text[text.find("[events.").unwrap()..].replace("order.placed", "order.sent");
    bench.write("new/shop.toml", &format!("{text}\n{event}"));
    let run = bench.run(&["check", "new"]);
    assert_eq!(run.code, 0, "it has no history: {}", run.stdout);

    bench.write("schemas/shop.toml", &format!("{text}\n{event}"));
    let run = bench.run(&["check", "--format", "short"]);
    assert_eq!(run.code, 100, "{}", run.stdout);
    let message = "error[not-accepted]: minor 0 of `com.example.shop.order.sent.v1` is not accepted yet";
    assert!(run.stdout.contains(message), "{}", run.stdout);
    bench.write("schemas/signalbook.toml", "[lint]\nnot-accepted = \"warn\"\n");
    assert_eq!(bench.run(&["check"]).code, 0, "its level can be set");
}

#[test]
fn after_a_fix_accept_comes_next() {
    let bench = accepted();
    bench.edit("sku = \"string\"", "sku = \"string\", size = \"int\"");
    let run = bench.run(&["breaking", "--fix"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("next: run `signalbook accept`"), "{}", run.stderr);
    passes(&bench.run(&["accept"]));
    let run = bench.run(&["breaking", "--fix"]);
    assert!(!run.stderr.contains("next:"), "{}", run.stderr);
}

#[test]
fn changed_facts_are_revisions() {
    let bench = accepted();
    bench.edit("topics = [\"orders\"]", "topics = [\"orders\", \"all\"]");
    let check = bench.run(&["check", "--format", "short"]);
    assert!(check.stdout.contains("error[not-accepted]: `topics`"), "{}", check.stdout);
    assert_eq!(check.code, 100);
    let run = bench.run(&["accept"]);
    assert!(run.stdout.contains("minor 0: topics"), "{}", run.stdout);
    assert_eq!(bench.history().len(), 2);
    assert_eq!(bench.accepted_file("0.toml").matches("[[facts]]").count(), 2);
    passes(&bench.run(&["check", "--deny", "warnings"]));
}

#[test]
fn a_damaged_history_is_reported_and_not_changed() {
    let bench = accepted();
    let path = format!("schemas/history/{EVENT}/0.avsc");
    bench.write(&path, &bench.read(&path).replace("coupon", "voucher"));
    let check = bench.run(&["check", "--format", "short"]);
    assert_eq!(check.code, 100);
    assert!(check.stdout.contains("error[accepted-schema-edited]"), "{}", check.stdout);
    assert_eq!(check.stdout.lines().count(), 1, "{}", check.stdout);
    let accept = bench.run(&["accept"]);
    assert_eq!(accept.code, 1);
    assert!(accept.stderr.contains("`signalbook check schemas` shows them"), "{}", accept.stderr);
}

#[test]
fn unused_versions_are_retired() {
    let bench = accepted();
    bench.edit("coupon ", "note     = \"string?\"\ncoupon ");
    passes(&bench.run(&["accept"]));
    let retire = |minor: &str| bench.run(&["retire", EVENT, minor, "--reason", "gone", "--on", "2026-01-31"]);
    assert_eq!(retire("1").code, 2, "the registry declares it");
    assert_eq!(retire("2").code, 2, "it is not accepted");
    passes(&retire("0"));
    assert!(bench.accepted_file("0.toml").ends_with("\n[retired]\nreason = \"gone\"\non = 2026-01-31\n"));
    assert_eq!(retire("0").stdout, "nothing to retire: already retired\n");
    // The next version gets minor 2.
    bench.edit("coupon   = \"string?\"\n", "");
    passes(&bench.run(&["accept"]));
    assert!(bench.accepted_file("2.avsc").contains("note"));
}

#[test]
fn renumber_keeps_the_merged_version() {
    let bench = accepted();
    let git = |args: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let run = Command::new("git").args(identity).args(args).current_dir(bench.path("")).output();
        assert!(run.unwrap().status.success(), "git {args:?}");
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message=first"]);
    let first = bench.read("schemas/shop.toml");
    bench.edit("coupon ", "note     = \"string?\"\ncoupon ");
    passes(&bench.run(&["accept"]));
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message=note"]);
    let merged = bench.history();
    git(&["checkout", "--quiet", "-b", "ours", "HEAD~1"]);
    bench.write("schemas/shop.toml", &first);
    bench.edit("coupon ", "gift     = \"string?\"\ncoupon ");
    passes(&bench.run(&["accept"]));

    // The first version is no longer in use.
    passes(&bench.run(&["retire", EVENT, "0", "--reason", "gone", "--on", "2026-01-31"]));
    let retired = bench.accepted_file("0.toml");
    assert!(retired.contains("[retired]"));

    // The file of the registry is merged by hand: it has both fields, and the minor version that both
    // branches use.
    bench.edit("gift ", "note     = \"string?\"\ngift ");
    bench.write(&format!("schemas/history/{EVENT}/1.toml"), "<<<<<<< ours\n");
    let check = bench.run(&["check"]);
    assert!(check.stdout.contains("--renumber"), "{}", check.stdout);
    passes(&bench.run(&["accept", "--renumber", "main"]));
    let [before, after] = [merged, bench.history()]
        .map(|files| files.into_iter().filter(|(path, _)| !path.ends_with("0.toml")));
    assert!(before.eq(after.take(3)), "the merged versions do not change");
    assert_eq!(bench.accepted_file("0.toml"), retired);
    assert!(bench.accepted_file("2.avsc").contains("gift"));
    assert!(bench.read("schemas/shop.toml").contains("minor  = 2"));
    passes(&bench.run(&["check", "--deny", "warnings"]));
}

#[test]
fn the_built_in_registry_cannot_be_accepted() {
    let bench = Workbench::new();
    let run = bench.run(&["accept", "openedx"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(!bench.path("openedx").exists());
}

#[test]
fn the_history_of_open_edx_matches_its_registry() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("schemas");
    let bench = Workbench::new();
    let schemas = schemas.to_str().unwrap();
    passes(&bench.run(&["check", schemas, "--deny", "warnings"]));
    let run = bench.run(&["accept", schemas, "--dry-run"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "72 events: nothing to accept\n"));
}

#[test]
fn quiet_verbs_print_nothing_on_success() {
    let bench = accepted();
    bench.edit("coupon ", "note     = \"string?\"\ncoupon ");
    for verb in [
        &["breaking", "--fix"][..],
        &["accept"],
        &["retire", EVENT, "0", "--reason", "gone"],
        &["check"],
        &["diff"],
        &["generate", "avro", "--out", "avro"],
        &["generate", "avro", "--out", "avro", "--check"],
        &["init"],
    ] {
        let run = bench.run(&[verb, &["--quiet"]].concat());
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{verb:?}");
    }
}
