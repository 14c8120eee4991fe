//! The dependencies between the crates are those of ARCHITECTURE.md, and files keep the rules of the project.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    path::Path,
    process::Command,
};

use serde_json::Value;

/// Crates that the facade must not depend on without features.
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

/// The crates that each crate depends on, without the prefix `signalbook-`. Those that need a feature end in
/// `?`.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The arrows between the packages of the workspace, without dev-dependencies.
fn arrows_of_the_workspace() -> Arrows {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version=1", "--no-deps", "--offline"]))
            .expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let name = |value: &Value| {
        let name = value["name"].as_str().expect("a name");
        name.strip_prefix("signalbook-").unwrap_or(name).to_owned()
    };
    let members: BTreeSet<String> = packages.iter().map(name).collect();
    let dependencies = |package: &Value| {
        let dependencies = package["dependencies"].as_array().expect("a list of dependencies");
        let normal = dependencies.iter().filter(|dependency| dependency["kind"] != "dev");
        let ours = normal.filter(|dependency| members.contains(&name(dependency)));
        ours.map(|dependency| {
            let mark = if dependency["optional"] == true { "?" } else { "" };
            name(dependency) + mark
        })
        .collect()
    };
    packages.iter().map(|package| (name(package), dependencies(package))).collect()
}

/// The arrows in the column "depends on" of ARCHITECTURE.md.
fn arrows_of_the_table(page: &str) -> Arrows {
    let rows = page.lines().filter(|line| line.starts_with("| `") && line.matches('|').count() == 5);
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let package = cells[2].trim_matches('`');
        let name = package.strip_prefix("signalbook-").unwrap_or(package).to_owned();
        let (always, by_feature) = cells[4].split_once("by feature:").unwrap_or((cells[4], ""));
        let names = |list: &str, mark: &str| -> BTreeSet<String> {
            let names = list.trim_end_matches([' ', ';']).split(',').map(str::trim);
            names.filter(|name| !name.is_empty()).map(|name| format!("{name}{mark}")).collect()
        };
        (name, &names(always, "") | &names(by_feature, "?"))
    })
    .collect()
}

/// The arrows in the picture of ARCHITECTURE.md.
fn arrows_of_the_picture(page: &str) -> Arrows {
    let mut arrows = Arrows::new();
    let (_, picture) = page.split_once("flowchart TD").expect("a picture");
    for line in picture.lines().take_while(|line| *line != "```") {
        for (arrow, mark) in [(" --> ", ""), (" -.-> ", "?")] {
            if let Some((from, to)) = line.split_once(arrow) {
                let to = to.split(" & ").map(|to| format!("{to}{mark}"));
                arrows.entry(from.trim().to_owned()).or_default().extend(to);
            }
        }
    }
    arrows
}

#[test]
fn the_page_and_the_workspace_have_the_same_arrows() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md"))
        .expect("ARCHITECTURE.md is text");
    let table = arrows_of_the_table(&page);
    let mut workspace = arrows_of_the_workspace();
    for (name, dependencies) in &workspace {
        assert!(
            page.contains(&format!("`{name}`")) || page.contains(&format!("`signalbook-{name}`")),
            "{name}"
        );
        if table.contains_key(name) {
            let outside =
                dependencies.iter().find(|dependency| !table.contains_key(dependency.trim_end_matches('?')));
            assert_eq!(outside, None, "`{name}` must not depend on a package that is not in the table");
        }
    }
    workspace.retain(|name, _| table.contains_key(name));
    assert_eq!(table, workspace, "the table of ARCHITECTURE.md (left) and `cargo metadata` (right) differ");
    workspace.retain(|_, dependencies| !dependencies.is_empty());
    assert_eq!(
        arrows_of_the_picture(&page),
        workspace,
        "the picture of ARCHITECTURE.md (left) and `cargo metadata` (right) differ"
    );
}

#[test]
fn the_facade_is_light_by_default() {
    let tree = cargo(&["tree", "--package=signalbook", "--edges=normal", "--prefix=none", "--offline"]);
    let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    for heavy in HEAVY {
        assert!(!crates.contains(heavy), "the facade depends on `{heavy}` without any feature");
    }
}

/// The path and the text of each file, except for build output, hidden folders and files that are not text.
fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let name = entry.file_name().expect("a name");
            if !entry.is_dir() {
                let path = entry.strip_prefix(root).expect("below").to_string_lossy().into_owned();
                files.extend(std::fs::read_to_string(&entry).ok().map(|text| (path, text)));
            } else if name != "target" && !name.to_string_lossy().starts_with('.') {
                folders.push(entry);
            }
        }
    }
    files.sort();
    files
}

/// The file name extension of a path.
fn extension(path: &str) -> &str {
    Path::new(path).extension().and_then(OsStr::to_str).unwrap_or_default()
}

/// The files that may use `unsafe`: the UTF-8 check (docs/decisions/0009), and the counting allocator of the
/// benchmarks.
const UNSAFE: &[&str] = &["bench/src/allocations.rs", "codec/src/utf8.rs"];

#[test]
fn unsafe_is_only_used_in_listed_files() {
    let mut files = files();
    files.retain(|(path, text)| extension(path) == "rs" && text.contains("unsafe_code"));
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let allowed: Vec<&str> = paths.into_iter().filter(|path| *path != "tests/it/architecture.rs").collect();
    assert_eq!(allowed, UNSAFE, "`unsafe` needs a proof, a page in docs/decisions and an entry in this list");
}

/// The number of columns of a line, without what is between its first and its last quotation mark.
fn columns(line: &str) -> usize {
    let (start, end) = (line.find('"').unwrap_or(0), line.rfind('"').unwrap_or(0));
    line.chars().count() - line[start..end].chars().count()
}

#[test]
fn lines_have_at_most_110_columns() {
    let mut long = Vec::new();
    for (path, text) in files() {
        let is_toml = extension(&path) == "toml";
        if !is_toml
            && !["rs", "md", "sh", "py", "java", "go"].contains(&extension(&path))
            && !text.starts_with("#!")
        {
            continue;
        }
        for (number, line) in (1..).zip(text.lines()) {
            let is_row = line.trim_start_matches(['/', '!', ' ']).starts_with('|');
            let is_data = is_toml && !line.starts_with('#');
            if columns(line) > 110 && !is_row && !is_data {
                long.push(format!("{path}:{number}"));
            }
        }
    }
    assert!(long.is_empty(), "only tables and text in quotation marks may be longer: {long:#?}");
}
