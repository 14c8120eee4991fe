//! Five changes of the Open edX registry in a clone; two of them are incompatible.
//!
//! The expected output is in `openedx/*.txt`. `UPDATE_EXPECT=1` writes it.

use std::{env, fs, path::Path};

use crate::{
    baselines::{commit, git},
    workbench::{Run, Workbench},
};

/// The changes of `learning.toml`: a description, the old and the new text.
const CHANGES: [(&str, &str, &str); 5] = [
    ("the documentation is changed", "doc = \"A course run.\"", "doc = \"A course as it runs once.\""),
    (
        "an event gets an optional field",
        "created_by    = { type = \"UserData?\"",
        "campaign      = \"string?\"\ncreated_by    = { type = \"UserData?\"",
    ),
    (
        "an event is added",
        "# Grades\n",
        "[events.\"cohort.created.v1\"]\ndoc  = \"A cohort was made.\"\ndata = { cohort = \"CohortData\" }\n\n# Grades\n",
    ),
    ("a field is removed", "org_key    = { type = \"string\", doc = \"The organisation.\" }\n", ""),
    (
        "a field gets another type",
        "percent_grade           = { type = \"double\"",
        "percent_grade           = { type = \"string\"",
    ),
];

/// Compares the output with the expected one. The hash of the commit is replaced.
fn check(file: &str, stdout: &str, base: &str) {
    let stdout = stdout.replace(&base[..10], "0123456789");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/openedx").join(file);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &stdout).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(stdout, expected, "{file} differs: check it, and run with UPDATE_EXPECT=1");
}

#[test]
fn five_changes_in_a_clone_are_reported() {
    let bench = Workbench::new();
    let registry = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    for entry in fs::read_dir(registry).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().unwrap().to_str().unwrap();
            bench.write(&format!("origin/schemas/{name}"), &fs::read_to_string(&path).unwrap());
        }
    }
    git(&bench, "origin", &["init", "--quiet", "--initial-branch=main"]);
    commit(&bench, "origin", "the registry");
    git(&bench, ".", &["clone", "--quiet", "origin", "clone"]);
    git(&bench, "clone", &["checkout", "--quiet", "-b", "topic"]);
    let base = git(&bench, "clone", &["rev-parse", "HEAD"]);

    let run = |arguments: &[&str]| {
        let mut command = bench.command(arguments);
        command.current_dir(bench.path("clone")).output().unwrap().into()
    };
    let clean: Run = run(&["breaking", "--against", "git:origin/main"]);
    assert_eq!(clean.code, 0, "{}", clean.stdout);
    check("unchanged.txt", &clean.stdout, &base);

    let mut text = bench.read("clone/schemas/learning.toml");
    for (what, before, after) in CHANGES {
        assert_eq!(text.matches(before).count(), 1, "{what}");
        text = text.replace(before, after);
    }
    bench.write("clone/schemas/learning.toml", &text);
    let broken: Run = run(&["breaking", "--against", "git:origin/main"]);
    assert_eq!(broken.code, 100, "{}", broken.stderr);
    check("breaking.txt", &broken.stdout, &base);
    let diff: Run = run(&["diff", "--against", "git:origin/main"]);
    assert_eq!(diff.code, 0, "{}", diff.stderr);
    check("diff.txt", &diff.stdout, &base);

    // The suggested fixes resolve the findings.
    for (_, before, after) in &CHANGES[3..] {
        text = if after.is_empty() {
            text.replace(
                "course_key = \"CourseKey\"\nrole ",
                &format!("{before}course_key = \"CourseKey\"\nrole "),
            )
        } else {
            text.replace(after, before)
        };
    }
    bench.write("clone/schemas/learning.toml", &text);
    let mended: Run = run(&["breaking", "--against", "git:origin/main", "--fix"]);
    assert_eq!(mended.code, 0, "{}", mended.stdout);
    assert_eq!(mended.stderr.matches("raise the minor version").count(), 3, "{}", mended.stderr);
}
