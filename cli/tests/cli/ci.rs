//! The scripts that CI runs: those of `action.yml`, of the pre-commit hooks, and of the GitLab job in
//! `docs/ci.md`.

use std::{fs, path::Path, process::Command};

use crate::workbench::{Run, Workbench};

const BROKEN: (&str, &str) = ("sku = \"string\"", "sku = \"long\"");

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).unwrap()
}

/// The script of a step of the action.
fn step(name: &str) -> String {
    let action = file("action.yml");
    let (_, step) = action.split_once(&format!("- name: {name}\n")).expect("a step of that name");
    let (_, script) = step.split_once("run: |\n").expect("a script");
    let lines = script.lines().take_while(|line| line.is_empty() || line.starts_with("        "));
    lines.map(str::trim_start).collect::<Vec<_>>().join("\n")
}

/// A registry with accepted versions.
fn accepted() -> Workbench {
    let bench = Workbench::new();
    assert_eq!(bench.run(&["init", "--quiet"]).code, 0);
    assert_eq!(bench.run(&["accept", "--quiet"]).code, 0);
    bench
}

fn break_it(bench: &Workbench) {
    let text = bench.read("schemas/shop.toml");
    bench.write("schemas/shop.toml", &text.replacen(BROKEN.0, BROKEN.1, 1));
}

/// Runs a script as `shell: bash` of GitHub does. This program is on the `PATH` after the folder `bin`.
fn bash(bench: &Workbench, script: &str, environment: &[(&str, &str)]) -> Run {
    let program = Path::new(env!("CARGO_BIN_EXE_signalbook")).parent().unwrap().to_owned();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let path = [bench.path("bin"), program].into_iter().chain(std::env::split_paths(&others));
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(bench.path(""));
    bash.env("PATH", std::env::join_paths(path).unwrap()).envs(environment.iter().copied());
    Run::from(bash.output().unwrap())
}

#[test]
fn the_action_checks_and_compares() {
    let bench = accepted();
    let installed = bash(&bench, &step("Install signalbook"), &[("VERSION", "0.1.0")]);
    assert_eq!(installed.stdout.trim(), env!("CARGO_BIN_EXE_signalbook"), "it is not installed again");
    let environment = [("REGISTRY", "schemas"), ("AGAINST", "history"), ("DENY", "--deny=warnings")];
    let run = || bash(&bench, &step("Check and compare"), &environment);
    assert_eq!((run().code, run().stdout.as_str()), (0, ""));
    break_it(&bench);
    assert_eq!(run().code, 100);
    for rule in ["minor-not-raised", "type-changed"] {
        assert_eq!(run().stdout.matches(&format!("title={rule}::")).count(), 1, "{}", run().stdout);
    }
}

#[test]
fn the_action_replaces_its_comment() {
    let bench = accepted();
    break_it(&bench);
    // A replacement for GitHub's command: it lists the comments in a file and records its arguments.
    bench.write(
        "bin/gh",
        "#!/bin/sh\necho \"$*\" >> calls\ncase \"$*\" in *--paginate*) cat comments ;; esac\n",
    );
    assert_eq!(bash(&bench, "chmod +x bin/gh; touch comments", &[]).code, 0);
    let comments = "repos/o/r/issues/5/comments";
    let mut environment = vec![("REGISTRY", "schemas"), ("AGAINST", "history"), ("RUNNER_TEMP", ".")];
    environment.extend([("REPOSITORY", "o/r"), ("COMMENTS", comments)]);
    let run = |environment: &[_]| bash(&bench, &step("Comment"), environment);

    assert_eq!(run(&environment).code, 0, "findings do not fail this step");
    assert!(
        bench.read("signalbook.md").starts_with("<!-- signalbook -->\n### Signalbook: 1 breaking change")
    );
    assert!(bench.read("calls").contains(&format!("--method POST {comments} -F body=@./signalbook.md")));
    bench.write("comments", "77\n78\n");
    assert_eq!(run(&environment).code, 0);
    assert!(bench.read("calls").contains("--method PATCH repos/o/r/issues/comments/77 -F body="));

    environment[0].1 = "nowhere";
    assert_eq!(run(&environment).code, 1, "a failure is not a finding");
}

#[test]
fn the_hooks_pass_compatible_changes() {
    let hooks = file(".pre-commit-hooks.yaml");
    let entries: Vec<_> = hooks.lines().filter_map(|line| line.trim().strip_prefix("entry: ")).collect();
    assert_eq!(entries.len(), 2);
    let bench = accepted();
    let run = || entries.iter().map(|entry| bash(&bench, entry, &[]).code).collect::<Vec<_>>();
    assert_eq!(run(), [0, 0]);
    break_it(&bench);
    assert_eq!(run(), [100, 100]);
}

#[test]
fn the_gitlab_job_writes_both_reports() {
    let page = file("docs/ci.md");
    let (_, job) = page.split_once("  script:\n").unwrap();
    let lines = job.lines().map_while(|line| line.strip_prefix("    - "));
    let script: Vec<_> = lines.filter(|line| !line.starts_with("cargo install ")).collect();
    assert_eq!(script.len(), 4, "{script:?}");
    let bench = accepted();
    let run = || bash(&bench, &script.join("\n"), &[]).code;
    assert_eq!(run(), 0);
    assert_eq!(bench.read("gl-code-quality-report.json").trim(), "[]");
    break_it(&bench);
    assert_eq!(run(), 100);
    assert!(bench.read("gl-code-quality-report.json").contains("type-changed"));
    assert!(bench.read("signalbook.xml").contains("failures=\"1\""));
}
