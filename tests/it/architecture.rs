//! The arrows between the crates are those of ARCHITECTURE.md, and no others.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use serde_json::Value;

/// What each crate may know of the others; dev-dependencies do not count.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "signalbook",
        &[
            "signalbook-codec",
            "signalbook-codegen",
            "signalbook-confluent",
            "signalbook-diagnostics",
            "signalbook-gate",
            "signalbook-history",
            "signalbook-macros",
            "signalbook-model",
            "signalbook-runtime",
            "signalbook-sqlite",
        ],
    ),
    ("signalbook-model", &[]),
    ("signalbook-macros", &["signalbook-model"]),
    ("signalbook-diagnostics", &["signalbook-model"]),
    ("signalbook-history", &["signalbook-diagnostics", "signalbook-model"]),
    ("signalbook-codegen", &["signalbook-diagnostics", "signalbook-history", "signalbook-model"]),
    ("signalbook-resolve", &["signalbook-model"]),
    ("signalbook-data", &["signalbook-model", "signalbook-resolve"]),
    (
        "signalbook-evolve",
        &["signalbook-data", "signalbook-diagnostics", "signalbook-model", "signalbook-resolve"],
    ),
    (
        "signalbook-gate",
        &["signalbook-diagnostics", "signalbook-evolve", "signalbook-history", "signalbook-model"],
    ),
    ("signalbook-codec", &["signalbook-model", "signalbook-resolve"]),
    ("signalbook-runtime", &["signalbook-codec", "signalbook-model", "signalbook-resolve"]),
    ("signalbook-sqlite", &["signalbook-runtime"]),
    ("signalbook-confluent", &["signalbook-model"]),
];

/// Crates of the edge: they may know every other, and nobody may know them.
const EDGES: &[&str] =
    &["signalbook-cli", "signalbook-bench", "signalbook-loop", "signalbook-sample", "signalbook-ui"];

/// What the facade must not bring to a user who asked for no feature.
const HEAVY: &[&str] = &["tokio", "hyper", "rusqlite", "redis", "rdkafka", "rustls", "apache-avro"];

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

/// Each crate of the workspace with those that it depends on, dev-dependencies left out.
fn measured() -> BTreeMap<String, BTreeSet<String>> {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version=1", "--no-deps", "--offline"]))
            .expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    let members: BTreeSet<String> = packages.iter().map(name).collect();
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"]
                .as_array()
                .expect("a list of dependencies")
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .map(name)
                .filter(|dependency| members.contains(dependency))
                .collect();
            (name(package), dependencies)
        })
        .collect()
}

#[test]
fn every_arrow_is_in_the_table() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    for (package, dependencies) in measured() {
        if EDGES.contains(&package.as_str()) {
            continue;
        }
        let allowed = allowed
            .get(package.as_str())
            .unwrap_or_else(|| panic!("`{package}` is not in the table of ARCHITECTURE.md and of this test"));
        for dependency in dependencies {
            assert!(
                allowed.contains(&dependency.as_str()),
                "the arrow `{package}` -> `{dependency}` must not exist (see ARCHITECTURE.md)"
            );
        }
    }
}

#[test]
fn the_facade_is_light_by_default() {
    let tree = cargo(&["tree", "--package=signalbook", "--edges=normal", "--prefix=none", "--offline"]);
    let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    for heavy in HEAVY {
        assert!(!crates.contains(heavy), "the facade brings `{heavy}` to a user who asked for no feature");
    }
}

/// Where `unsafe` is allowed: the check of text (docs/decisions/0009), and the allocator that counts for the benchmarks.
const UNSAFE: &[&str] = &["bench/src/codec/allocations.rs", "codec/src/utf8.rs"];

#[test]
fn unsafe_is_allowed_where_it_is_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut allowed = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let name = entry.file_name().expect("a name");
            if entry.is_dir() && name != "target" && !name.to_string_lossy().starts_with('.') {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs")
                && std::fs::read_to_string(&entry).expect("text").contains("unsafe_code")
            {
                allowed.push(entry.strip_prefix(root).expect("below").to_string_lossy().into_owned());
            }
        }
    }
    allowed.retain(|path| path != "tests/it/architecture.rs");
    allowed.sort();
    assert_eq!(allowed, UNSAFE, "`unsafe` needs a proof, a page in docs/decisions and a place in this list");
}
