//! Baselines: commits, folders and archives.

use std::process::Command;

use crate::workbench::{Run, Workbench};

const OLD: &str = r#"
namespace = "com.example.shop"

[types.Order]
doc = "What a customer ordered."
[types.Order.fields]
id = "string"
quantity = "int"

[events."order.placed.v1"]
doc = "A customer placed an order."
key = "order.id"
topics = ["orders"]
data = { order = "Order" }

[events."order.cancelled.v1"]
doc = "A customer cancelled an order."
key = "id"
topics = ["orders"]
data = { id = "string" }
"#;

/// A new field without a default.
const BROKEN: (&str, &str) = ("quantity = \"int\"\n", "quantity = \"int\"\ncurrency = \"string\"\n");

const FINDS: &str = "error[field-added-without-default]";

fn new() -> String {
    OLD.replace(BROKEN.0, BROKEN.1)
}

fn breaking(bench: &Workbench, against: &str) -> Run {
    bench.run(&["breaking", "--format", "short", "--against", against])
}

/// Makes a repository with the registry on branch `main`, below `name`.
fn repository(bench: &Workbench, name: &str) {
    bench.write(&format!("{name}/schemas/shop.toml"), OLD);
    git(bench, name, &["init", "--quiet", "--initial-branch=main"]);
    commit(bench, name, "first");
}

pub(crate) fn commit(bench: &Workbench, name: &str, message: &str) {
    git(bench, name, &["add", "--all"]);
    git(bench, name, &["commit", "--quiet", "--message", message]);
}

pub(crate) fn git(bench: &Workbench, folder: &str, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args([
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.com",
        "-c",
        "protocol.file.allow=always",
    ]);
    let output = git.args(arguments).current_dir(bench.path(folder)).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn assert_finds(run: &Run) {
    assert_eq!(run.code, 100, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.stdout.matches(FINDS).count(), 1, "{}", run.stdout);
}

#[track_caller]
fn assert_clean(run: &Run) {
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
}

#[track_caller]
fn assert_fails(run: &Run, messages: &[&str]) {
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    for message in messages {
        assert!(run.stderr.contains(message), "{message} is not in\n{}", run.stderr);
    }
}

#[test]
fn changes_of_other_branches_are_not_reported() {
    let bench = Workbench::new();
    repository(&bench, ".");
    git(&bench, ".", &["branch", "topic"]);
    bench.write(
        "schemas/shop.toml",
        &OLD.replace("quantity = \"int\"", "quantity = \"int\"\nnote = \"string?\""),
    );
    commit(&bench, ".", "a field on main");
    git(&bench, ".", &["checkout", "--quiet", "topic"]);
    assert_clean(&breaking(&bench, "git:main"));
    assert_eq!(bench.run(&["diff", "--against", "git:main"]).stdout.lines().count(), 1);
    let tip = bench.run(&["diff", "--against", "git:main!"]);
    assert!(tip.stdout.contains("- Order.note: string?, default null"), "{}", tip.stdout);
    assert_eq!(tip.code, 0);

    bench.write("schemas/shop.toml", &new());
    assert_finds(&breaking(&bench, "git:main"));
    let status = git(&bench, ".", &["status", "--porcelain"]);
    assert_eq!(status, " M schemas/shop.toml\n", "the work tree and the index are unchanged");
}

#[test]
fn accepted_versions_that_a_branch_lost_are_reported() {
    let bench = Workbench::new();
    bench.write("schemas/shop.toml", OLD);
    assert_eq!(bench.run(&["accept"]).code, 0);
    repository(&bench, ".");
    assert_clean(&breaking(&bench, "git:main"));

    let event = |name: &str, file: &str| format!("schemas/history/com.example.shop.order.{name}.v1/{file}");
    let schema = event("placed", "0.avsc");
    let accepted = bench.read(&schema);
    bench.write(&schema, &accepted.replace('\n', "\r\n"));
    assert_clean(&breaking(&bench, "git:main"));

    // The check of the history cannot find these: a schema that was accepted again, and a version that was
    // removed entirely.
    std::fs::remove_dir_all(bench.path("schemas/history")).unwrap();
    bench.write("schemas/shop.toml", &OLD.replace("\"int\"", "\"long\""));
    assert_eq!(bench.run(&["accept"]).code, 0);
    bench.write("schemas/shop.toml", OLD);
    std::fs::remove_dir_all(bench.path("schemas/history/com.example.shop.order.cancelled.v1")).unwrap();
    let run = breaking(&bench, "git:main");
    assert_eq!(run.code, 100);
    let gone = |file| {
        let file = event("cancelled", file);
        format!("{file}:1:1: error[accepted-file-missing]: `{file}` was accepted in `git:main`")
    };
    let expected = [
        gone("0.avsc"),
        gone("0.toml"),
        format!(
            "{schema}:1:1: error[accepted-schema-edited]: `{schema}` differs from the accepted schema in \
             `git:main`"
        ),
    ];
    assert!(expected.iter().all(|expected| run.stdout.contains(expected.as_str())), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 3, "{}", run.stdout);
    let people = bench.run(&["breaking", "--against", "git:main"]);
    assert!(people.stdout.contains("no breaking changes (3 errors in the history)"), "{}", people.stdout);
    // The tip may have versions that this branch does not have.
    assert_clean(&breaking(&bench, "git:main!"));
}

#[test]
fn a_shallow_clone_reports_what_to_fetch() {
    let bench = Workbench::new();
    repository(&bench, "origin");
    bench.write("origin/schemas/shop.toml", &new());
    git(&bench, "origin", &["checkout", "--quiet", "-b", "topic"]);
    commit(&bench, "origin", "topic");
    git(&bench, "origin", &["checkout", "--quiet", "main"]);
    bench.write("origin/README", "");
    commit(&bench, "origin", "main goes on");
    let url = format!("file://{}", bench.path("origin").display());
    git(&bench, ".", &["clone", "--quiet", "--depth=1", "--branch=topic", &url, "clone"]);
    let run =
        |against: &str| bench.run(&["breaking", "clone/schemas", "--format", "short", "--against", against]);

    assert_fails(
        &run("git:origin/main"),
        &["no commit `origin/main`", "git fetch origin main:refs/remotes/origin/main"],
    );
    git(&bench, "clone", &["fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main"]);
    assert_fails(&run("git:main"), &["no commit `main`", "did you mean `git:origin/main`?"]);
    assert_fails(&run("git:origin/main"), &["is shallow", "git fetch --unshallow origin"]);
    assert_finds(&run("git:origin/main!"));
    git(&bench, "clone", &["fetch", "--quiet", "--unshallow", "origin"]);
    assert_finds(&run("git:origin/main"));
}

#[test]
fn missing_commits_are_reported() {
    let bench = Workbench::new();
    bench.write("schemas/shop.toml", OLD);
    assert_fails(
        &breaking(&bench, "git:main"),
        &["`schemas` is not in a git repository", "--against history"],
    );
    git(&bench, ".", &["init", "--quiet", "--initial-branch=main"]);
    assert_fails(&breaking(&bench, "git:main"), &["no commit `main`"]);
    assert_fails(&breaking(&bench, "git:0123456789"), &["no commit `0123456789`", "git fetch origin"]);
    for malformed in ["git:", "git:!", "git:--output=x", "ftp://example.com"] {
        assert_eq!(breaking(&bench, malformed).code, 2, "{malformed}");
    }
}

#[test]
fn a_missing_registry_counts_as_new_unless_its_folder_is_given() {
    let bench = Workbench::new();
    repository(&bench, ".");
    git(&bench, ".", &["mv", "schemas", "my contracts"]);
    bench.write("my contracts/shop.toml", &new());
    let run =
        |against: &str| bench.run(&["breaking", "my contracts", "--format", "short", "--against", against]);
    let moved = run("git:main");
    assert_eq!(moved.code, 0, "{}", moved.stderr);
    let message = "has no registry in `my contracts`, so every event counts as new";
    assert!(moved.stdout.starts_with("warning[empty-baseline]: `git:main` (merge base "), "{}", moved.stdout);
    assert!(moved.stdout.contains(message), "{}", moved.stdout);
    let denied = ["breaking", "my contracts", "--deny", "warnings", "--against", "git:main"];
    let denied = bench.run(&denied);
    assert_eq!(denied.code, 100, "{}", denied.stdout);
    assert!(denied.stdout.contains("`git:main:FOLDER`"), "{}", denied.stdout);
    assert_finds(&run("git:main:schemas"));
    assert_finds(&run("git:main!:schemas/"));
}

#[test]
fn work_trees_and_submodules_are_supported() {
    let bench = Workbench::new();
    repository(&bench, "contracts");
    repository(&bench, "shop");
    let url = format!("file://{}", bench.path("contracts").display());
    git(&bench, "shop", &["submodule", "--quiet", "add", &url, "contracts"]);
    commit(&bench, "shop", "a submodule");
    bench.write("shop/contracts/schemas/shop.toml", &new());
    let run = |folder: &str| bench.run(&["breaking", folder, "--format", "short", "--against", "git:main"]);
    assert_finds(&run("shop/contracts/schemas"));

    git(&bench, "contracts", &["worktree", "add", "--quiet", "-b", "topic", "../a work tree"]);
    bench.write("a work tree/schemas/shop.toml", &new());
    assert_finds(&run("a work tree/schemas"));
    // With the environment of a hook of another repository.
    let mut hook =
        bench.command(&["breaking", "a work tree/schemas", "--format", "short", "--against", "git:main"]);
    assert_finds(&Run::from(hook.env("GIT_DIR", bench.path("shop/.git")).output().unwrap()));
}

#[test]
fn a_registry_at_the_top_of_a_repository_is_found() {
    let bench = Workbench::new();
    bench.write("shop.toml", OLD);
    git(&bench, ".", &["init", "--quiet", "--initial-branch=main"]);
    commit(&bench, ".", "first");
    bench.write("shop.toml", &new());
    assert_finds(&bench.run(&["breaking", ".", "--format", "short", "--against", "git:main"]));
}

#[test]
fn folders_contain_registries_or_schemas() {
    let bench = Workbench::new();
    bench.write("schemas/shop.toml", OLD);
    bench.write("old/shop.toml", OLD);
    let generate = bench.run(&["generate", "avro", "--out", "avro"]);
    assert_eq!(generate.code, 0, "{}", generate.stderr);
    bench.write("schemas/shop.toml", &new());
    assert_finds(&breaking(&bench, "old"));
    assert_finds(&breaking(&bench, "avro"));
    // The event of a schema is found by its record; the name of the file does not matter.
    let schema = bench.read("avro/com.example.shop.order.placed.v1.avsc");
    bench.write("one/orders-value.avsc", &schema);
    assert_finds(&breaking(&bench, "one"));
    bench.write("one/broken.avsc", "{");
    assert_fails(
        &breaking(&bench, "one"),
        &["1 part of `one` cannot be read", "`broken.avsc`: the schema is not JSON"],
    );

    bench.write("faulty/shop.toml", &OLD.replace("\"int\"", "\"number\""));
    assert_fails(&breaking(&bench, "faulty"), &["the registry of `faulty` has errors", "shop.toml:8:13"]);
    assert_fails(&breaking(&bench, "nowhere"), &["cannot read `nowhere`"]);
    std::fs::create_dir(bench.path("empty")).unwrap();
    assert_fails(&breaking(&bench, "empty"), &["neither registry files (*.toml) nor schemas (*.avsc)"]);
}

#[test]
fn archives_are_read_and_never_unpacked() {
    let bench = Workbench::new();
    repository(&bench, ".");
    bench.write("other/Cargo.toml", "[package]\nname = \"other\"\n");
    commit(&bench, ".", "another crate");
    for (file, more) in
        [("a.tar", &[][..]), ("a.tar.gz", &["--prefix=shop-1.2/"]), ("a.zip", &["--prefix=shop-1.2/"])]
    {
        let output = format!("--output={file}");
        git(&bench, ".", &[&["archive", &output, "HEAD"][..], more].concat());
    }
    std::fs::rename(bench.path("a.tar.gz"), bench.path("release")).unwrap();
    bench.write("schemas/shop.toml", &new());
    for file in ["a.tar", "release", "a.zip"] {
        assert_finds(&breaking(&bench, file));
    }
    bench.write("text", "not an archive");
    assert_fails(&breaking(&bench, "text"), &["`text` is not a supported archive"]);
    let cut = std::fs::read(bench.path("a.zip")).unwrap();
    std::fs::write(bench.path("cut.zip"), &cut[..cut.len() / 2]).unwrap();
    assert_fails(&breaking(&bench, "cut.zip"), &["`cut.zip` is a broken archive"]);
}

#[test]
#[ignore = "needs Python: scripts/test runs it"]
fn hostile_archives_are_refused() {
    let bench = Workbench::new();
    bench.write("schemas/shop.toml", OLD);
    let python = |program: &str| {
        let output =
            Command::new("python3").args(["-c", program]).current_dir(bench.path("")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    python(
        "import tarfile, io, zipfile\n\
         def tar(name, path, size, kind=tarfile.REGTYPE):\n\
         \x20   with tarfile.open(name, 'w:gz') as archive:\n\
         \x20       info = tarfile.TarInfo(path)\n\
         \x20       info.size, info.type, info.linkname = size, kind, '/etc/passwd'\n\
         \x20       archive.addfile(info, io.BytesIO(bytes(size)) if size else None)\n\
         tar('escape.tar.gz', '../../escape.toml', 1)\n\
         tar('absolute.tar.gz', '/tmp/escape.toml', 1)\n\
         tar('bomb.tar.gz', 'schemas/bomb.toml', 17 << 20)\n\
         tar('link.tar.gz', 'schemas/link.toml', 0, tarfile.SYMTYPE)\n\
         with zipfile.ZipFile('bomb.zip', 'w', zipfile.ZIP_DEFLATED) as archive:\n\
         \x20   for number in range(20): archive.writestr(f'schemas/{number}.toml', bytes(16 << 20))\n",
    );
    assert_fails(&breaking(&bench, "escape.tar.gz"), &["`../../escape.toml` leads out of the archive"]);
    assert_fails(&breaking(&bench, "absolute.tar.gz"), &["`/tmp/escape.toml` leads out of the archive"]);
    assert_fails(&breaking(&bench, "bomb.tar.gz"), &["`schemas/bomb.toml` has more than 16 MiB"]);
    assert_fails(&breaking(&bench, "bomb.zip"), &["its files together have more than 256 MiB"]);
    assert_fails(&breaking(&bench, "link.tar.gz"), &["`schemas/link.toml`: it is a link"]);
}

const EVENT: &str = "com.example.shop.order.placed.v1";

/// Makes a registry with a break, and the schema of its event before in the file `one/orders.avsc`.
fn with_schemas() -> (Workbench, String) {
    let bench = Workbench::new();
    bench.write("schemas/shop.toml", OLD);
    assert_eq!(bench.run(&["generate", "avro", "--out", "avro"]).code, 0);
    bench.write("schemas/shop.toml", &new());
    let schema = bench.read(&format!("avro/{EVENT}.avsc"));
    bench.write("one/orders.avsc", &schema);
    (bench, schema)
}

#[test]
fn schemas_with_comments_and_marks_are_read_and_reported_in_every_format() {
    let (bench, schema) = with_schemas();
    bench.write("one/orders.avsc", &format!("\u{feff}// the order\n{schema}"));
    for format in ["human", "short", "json", "sarif", "junit", "github", "gitlab", "markdown"] {
        let run = bench.run(&["breaking", "--format", format, "--against", "one"]);
        assert_eq!(run.code, 100, "{}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("field-added-without-default"), "{format}: {}", run.stdout);
        assert!(run.stdout.contains("legacy-schema"), "{format}: {}", run.stdout);
    }
    let run = breaking(&bench, "one");
    let has = |message: &str| assert!(run.stdout.contains(message), "{message}: {}", run.stdout);
    has("v1: warning[legacy-schema]: `orders.avsc` is irregular: the schema has a comment");
    has("v1: warning[legacy-schema]: `orders.avsc` is irregular: the schema begins with");
    bench.write("schemas/shop.toml", OLD);
    assert_eq!(bench.run(&["breaking", "--against", "one"]).code, 0);
    assert_eq!(bench.run(&["breaking", "--against", "one", "--deny", "warnings"]).code, 100);
}

#[test]
fn schemas_refer_to_types_in_other_files() {
    let (bench, schema) = with_schemas();
    let json: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let order = &json["fields"][0]["type"];
    let mut event = json.clone();
    event["fields"][0]["type"] = format!("{EVENT}.Order").into();
    let mut own_order = order.clone();
    own_order["namespace"] = EVENT.into();
    std::fs::remove_file(bench.path("one/orders.avsc")).unwrap();
    bench.write("one/events/placed.avsc", &event.to_string());
    assert_fails(&breaking(&bench, "one"), &["`events/placed.avsc`: ", "Order` is not defined"]);
    bench.write("one/types/order.avsc", &format!("{own_order} // the end"));
    let run = breaking(&bench, "one");
    assert_finds(&run);
    assert!(!run.stdout.contains("event-removed"), "a type is not an event: {}", run.stdout);

    // Another definition: it is not known which one is meant.
    own_order["fields"][0]["type"] = "bytes".into();
    bench.write("one/other/order.avsc", &own_order.to_string());
    let several = "several files define: other/order.avsc, types/order.avsc";
    assert_fails(&breaking(&bench, "one"), &[several]);
    bench.write("one/events/order.avsc", &bench.read("one/types/order.avsc"));
    assert_finds(&breaking(&bench, "one"));
}

#[test]
fn what_cannot_be_read_is_an_error_unless_it_is_named() {
    let (bench, schema) = with_schemas();
    let run = |globs: &[&str]| {
        let globs = globs.iter().flat_map(|glob| ["--allow-unread", glob]);
        let args = ["breaking", "--format", "short", "--against", "one"];
        bench.run(&args.into_iter().chain(globs).collect::<Vec<_>>())
    };
    // The record is that of another event.
    bench.write(
        "one/other.avsc",
        r#"{"type": "record", "name": "Other", "fields": [{"name": "x", "type": "Lost"}]}"#,
    );
    let other = run(&[]);
    assert_finds(&other);
    assert!(other.stderr.contains("note: `other.avsc` is of another event"), "{}", other.stderr);
    bench.write(&format!("one/{EVENT}.avsc"), &schema.replacen("\"fields\"", "\"felder\"", 1));
    bench.write("one/legacy/a.avsc", "{");
    bench.write("one/legacy/b.avsc", "{");
    assert_fails(
        &run(&[]),
        &["3 parts of `one`", &format!("`{EVENT}.avsc`: a record needs the attribute `fields`")],
    );
    assert_fails(&run(&["legacy/*"]), &["1 part of `one`", "--allow-unread"]);
    let allowed = run(&["legacy/*", "com.example.*.avsc", "unused"]);
    assert_finds(&allowed);
    for note in ["note: `legacy/a.avsc` is left out", "`--allow-unread unused` matches nothing"] {
        assert!(allowed.stderr.contains(note), "{note}: {}", allowed.stderr);
    }
    for blanket in ["*", "**", "*.avsc", "*/*.toml", ""] {
        assert_eq!(run(&[blanket]).code, 2, "{blanket}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_submodules_are_not_left_out_silently() {
    use std::os::unix::fs::symlink;
    let bench = Workbench::new();
    bench.write("elsewhere/shop.toml", OLD);
    bench.write("elsewhere/history/x.v1/0.avsc", "{}");
    repository(&bench, ".");
    // Files, the history, the folder itself, and a folder on the way to it.
    let all: [(&str, &str, &str); 4] = [
        ("files/schemas/shop.toml", "../../elsewhere/shop.toml", "files/schemas"),
        ("past/schemas/history", "../../elsewhere/history", "past/schemas"),
        ("folder", "elsewhere", "folder"),
        ("way", "..", "way/schemas"),
    ];
    for (link, target, folder) in all {
        std::fs::create_dir_all(bench.path(link).parent().unwrap()).unwrap();
        if link.starts_with("past") {
            bench.write("past/schemas/shop.toml", OLD);
        }
        symlink(target, bench.path(link)).unwrap();
        commit(&bench, ".", link);
        let run = breaking(&bench, &format!("git:main!:{folder}"));
        assert_fails(&run, &["cannot be read", &format!("`{link}`: it is a link")]);
    }
    let allowed = bench.run(&[
        "breaking",
        "--against",
        "git:main!:past/schemas",
        "--allow-unread",
        "past/schemas/history",
    ]);
    assert_eq!(allowed.code, 0, "{}", allowed.stderr);

    repository(&bench, "contracts");
    let url = format!("file://{}", bench.path("contracts").display());
    git(&bench, ".", &["submodule", "--quiet", "add", &url, "module"]);
    commit(&bench, ".", "a submodule");
    for folder in ["module", "module/schemas"] {
        assert_fails(&breaking(&bench, &format!("git:main!:{folder}")), &["`module`: it is a submodule"]);
    }
    symlink("schemas", bench.path("elsewhere/deep")).unwrap();
    assert_fails(&breaking(&bench, "elsewhere"), &["`history/x.v1/0.toml`: "]);
}

#[test]
fn a_tag_is_not_taken_for_a_branch() {
    let bench = Workbench::new();
    repository(&bench, ".");
    git(&bench, ".", &["tag", "release"]);
    git(&bench, ".", &["branch", "release"]);
    assert_clean(&breaking(&bench, "git:release"));
    bench.write("schemas/shop.toml", &new());
    git(&bench, ".", &["checkout", "--quiet", "release", "--"]);
    commit(&bench, ".", "on the branch");
    let both =
        ["`release` is a tag, and also a branch", "`git:refs/heads/release` or `git:refs/tags/release`"];
    assert_fails(&breaking(&bench, "git:release"), &both);
    assert_clean(&breaking(&bench, "git:refs/heads/release"));
    assert_finds(&breaking(&bench, "git:refs/tags/release"));
    // A checkout in CI has only the branch of the remote repository.
    git(&bench, ".", &["update-ref", "refs/remotes/origin/release", "refs/heads/release"]);
    git(&bench, ".", &["checkout", "--quiet", "--detach"]);
    git(&bench, ".", &["branch", "--quiet", "-D", "release"]);
    assert_fails(&breaking(&bench, "git:release"), &["`git:refs/remotes/origin/release`"]);
}

#[test]
fn a_missing_history_is_in_the_report() {
    let bench = Workbench::new();
    bench.write("schemas/shop.toml", OLD);
    let run = breaking(&bench, "history");
    let expected =
        "warning[empty-baseline]: `schemas/history` has no accepted versions, so every event counts as new\n";
    assert_eq!((run.code, run.stdout.as_str()), (0, expected));
    assert_eq!(bench.run(&["breaking", "--deny", "warnings"]).code, 100);
    assert_eq!(bench.run(&["accept"]).code, 0);
    assert_eq!(bench.run(&["breaking", "--deny", "warnings"]).code, 0);
}

#[test]
fn modes_come_from_the_settings_or_the_command_line() {
    let bench = Workbench::new();
    bench.write("old/shop.toml", OLD);
    bench.write(
        "schemas/shop.toml",
        &new().replace("doc = \"A customer placed", "minor = 1\ndoc = \"A customer placed"),
    );
    let settings = |text: &str| bench.write("schemas/signalbook.toml", text);
    settings("[settings]\ncompatibility = \"FORWARD\"\n");
    assert_clean(&breaking(&bench, "old"));
    assert_finds(&bench.run(&["breaking", "--against", "old", "--format", "short", "--mode", "backward"]));
    settings("[compatibility]\n\"com.example.shop.*\" = \"NONE\"\n");
    assert_clean(&breaking(&bench, "old"));
    settings("[compatibility]\n\"com.example.shop.*\" = \"NONE\"\n\"com.example.shop.order.*\" = \"FULL\"\n");
    assert_finds(&breaking(&bench, "old"));
    assert_eq!(bench.run(&["breaking", "--mode", "SIDEWAYS"]).code, 2);
}

#[test]
fn changed_schemas_with_the_same_minor_are_reported_for_every_baseline() {
    let bench = Workbench::new();
    repository(&bench, ".");
    bench.write("old/shop.toml", OLD);
    let tar = ["-cf", "old.tar", "old"];
    assert!(Command::new("tar").args(tar).current_dir(bench.path("")).status().unwrap().success());
    assert_eq!(bench.run(&["accept", "--quiet"]).code, 0);
    let edited = OLD.replace("quantity = \"int\"", "quantity = \"int\"\nnote = \"string?\"");
    for (against, known) in [
        ("history", "minor 0"),
        ("git:main", "minor 0 at `main`"),
        ("old", "minor 0 in `old`"),
        ("old.tar", "minor 0 in `old.tar`"),
    ] {
        bench.write("schemas/shop.toml", &edited);
        let run = bench.run(&["breaking", "--against", against]);
        assert_eq!(run.code, 100, "{}{}", run.stdout, run.stderr);
        let event = "com.example.shop.order.placed.v1";
        let message = format!("`{event}` differs from {known}, but has the same minor version");
        assert_eq!(run.stdout.matches(&message).count(), 1, "{}", run.stdout);
        assert!(
            run.stdout.contains("raise the minor version: `minor = 1` (applied by `--fix`)"),
            "{}",
            run.stdout
        );
        assert!(run.stdout.contains("no breaking changes (1 minor version to raise)"), "{}", run.stdout);

        let fixed = bench.run(&["breaking", "--against", against, "--fix"]);
        assert_eq!(fixed.code, 0, "{}{}", fixed.stdout, fixed.stderr);
        assert!(bench.read("schemas/shop.toml").contains("\nminor = 1\n"), "{}", fixed.stderr);
    }

    // Breaking changes are fixed first. A restored field needs no new minor version.
    bench.write("schemas/shop.toml", &new());
    let run = breaking(&bench, "history");
    assert_finds(&run);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    let symbols = |symbols: &str| {
        let order = "quantity = \"int\"\nstate = \"State\"\n";
        let state = format!(
            "[types.State]\nsymbols = [{symbols}]\ndoc = \"How far it is.\"\n\n[events.\"order.placed.v1\"]"
        );
        OLD.replace("quantity = \"int\"\n", order).replace("[events.\"order.placed.v1\"]", &state)
    };
    bench.write("old/shop.toml", &symbols("\"NEW\", \"PAID\""));
    bench.write("schemas/shop.toml", &symbols("\"NEW\""));
    let run = bench.run(&["breaking", "--against", "old", "--fix"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(bench.read("schemas/shop.toml"), symbols("\"NEW\", \"PAID\""));
}

#[test]
fn unused_waivers_are_reported_for_every_baseline() {
    let bench = Workbench::new();
    repository(&bench, ".");
    bench.write("old/shop.toml", OLD);
    assert_eq!(bench.run(&["accept", "--quiet"]).code, 0);
    bench.write(
        "schemas/shop.toml",
        &new().replace("doc = \"A customer placed", "minor = 1\ndoc = \"A customer placed"),
    );
    let waiver = |rule: &str, more: &str| {
        format!("[[waivers]]\nrule = \"{rule}\"\non = \"com.example.shop.*\"\nreason = \"Known.\"\n{more}\n")
    };
    let needed = waiver("field-added-without-default", "until = 2020-01-01");
    let (left_over, of_version) = (waiver("key-changed", ""), waiver("topic-changed", "versions = [7]"));
    let by_hand = waiver("type-changed", "event = \"com.example.shop.order.archived.v1\"");
    bench.write("schemas/signalbook.toml", &[needed, left_over, of_version, by_hand].concat());
    // An event that is written by hand was accepted by its test.
    let accepted = "schemas/history/com.example.shop.order.cancelled.v1/0";
    let archived = "schemas/history/com.example.shop.order.archived.v1/0";
    bench.write(&format!("{archived}.avsc"), &bench.read(&format!("{accepted}.avsc")));
    bench.write(
        &format!("{archived}.toml"),
        &bench.read(&format!("{accepted}.toml")).replace("\"registry\"", "\"rust\""),
    );
    for against in ["history", "git:main", "old"] {
        let run = breaking(&bench, against);
        assert_eq!(run.code, 0, "{against}: {}{}", run.stdout, run.stderr);
        let expired = "warning[waiver-expired]: the waiver of `field-added-without-default`";
        assert_eq!(run.stdout.matches(expired).count(), 1, "{against}: {}", run.stdout);
        let unused = "warning[waiver-unused]: the waiver of `key-changed`";
        assert_eq!(run.stdout.matches(unused).count(), 1, "{against}: {}", run.stdout);
        assert!(!run.stdout.contains("topic-changed"), "{against}: {}", run.stdout);
        assert_eq!(run.stdout.contains("type-changed"), against != "history", "{against}: {}", run.stdout);
    }
    // Schemas have no keys.
    assert_eq!(bench.run(&["generate", "avro", "--quiet", "--out", "avro"]).code, 0);
    assert!(!breaking(&bench, "avro").stdout.contains("waiver-unused"));

    bench.write(
        "schemas/signalbook.toml",
        "[compatibility]\n\"*.archived.v1\" = \"NONE\"\n\"*.sent.v1\" = \"NONE\"\n",
    );
    let check = bench.run(&["check", "--format", "short"]);
    assert_eq!(check.stdout.matches("warning[compatibility-unused]").count(), 1, "{}", check.stdout);
    assert!(check.stdout.contains("`*.sent.v1`"), "{}", check.stdout);
}
