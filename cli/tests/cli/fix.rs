//! `breaking --fix` on every change of a registry in `gate/tests/evolution`.

use std::{collections::BTreeSet, fs, path::Path};

use crate::workbench::{Run, Workbench};

fn breaking(bench: &Workbench, more: &[&str]) -> Run {
    bench.run(&[&["breaking", "--against", "old"], more].concat())
}

fn lay_out(bench: &Workbench, case: &Path) -> bool {
    for (version, folder) in [("old", "old"), ("new", "schemas")] {
        let types = format!("{version}.types.toml");
        for file in [format!("{version}.toml").as_str(), &types, "signalbook.toml"] {
            if let Ok(text) = fs::read_to_string(case.join(file)) {
                bench.write(&format!("{folder}/{file}"), &text);
            }
        }
    }
    case.join("old.toml").exists()
}

#[test]
fn safe_fixes_resolve_their_findings_and_change_nothing_else() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../gate/tests/evolution");
    let mut fixed = BTreeSet::new();
    for case in fs::read_dir(cases).unwrap() {
        let case = case.unwrap().path();
        let name = case.file_name().unwrap().to_str().unwrap();
        let bench = Workbench::new();
        if !lay_out(&bench, &case) {
            continue;
        }
        let before = bench.read("schemas/new.toml");
        let report = breaking(&bench, &[]);
        for rule in name.split("--").next().unwrap().split('+').filter(|rule| *rule != "none") {
            assert!(report.stdout.contains(&format!("[{rule}]")), "{name}: {}", report.stdout);
        }
        let safe = report.stdout.matches("(applied by `--fix`)").count();
        let checked = bench.run(&["check"]);
        let run = breaking(&bench, &["--fix"]);
        let after = bench.read("schemas/new.toml");
        let made = run.stderr.lines().filter(|line| line.starts_with("fixed ")).count();
        assert_eq!(made > 0, safe > 0, "{name}: {}{}", report.stdout, run.stderr);
        assert_eq!(made > 0, before != after, "{name}: {}", run.stderr);
        if made == 0 {
            continue;
        }
        fixed.insert(name.split("--").next().unwrap().to_owned());
        assert!(!run.stdout.contains("(applied by `--fix`)"), "{name}: {}", run.stdout);
        let changed = before.lines().filter(|line| !after.lines().any(|now| now == *line)).count();
        assert!(changed <= made, "{name}: {after}");
        assert_eq!(bench.run(&["check"]).code, checked.code, "{name}: {after}");

        let again = breaking(&bench, &["--fix"]);
        assert_eq!((again.code, bench.read("schemas/new.toml")), (run.code, after), "{name}: a second time");
        assert_eq!(
            breaking(&bench, &[]).code,
            run.code,
            "{name}: the exit code is about the remaining findings"
        );
    }
    for rule in ["field-added-without-default", "enum-symbol-removed", "name-changed"] {
        assert!(fixed.contains(rule), "no case for {rule}: {fixed:?}");
    }
}

#[test]
fn unsafe_fixes_are_suggested_and_not_applied() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../gate/tests/evolution");
    for (case, suggestion) in [
        ("field-removed-without-default", "help: restore it: `coupon = \"string\"`\n"),
        ("field-renamed-without-alias", "help: add the alias `buyer`: `aliases = [\"buyer\"]`\n"),
    ] {
        let bench = Workbench::new();
        assert!(lay_out(&bench, &cases.join(case)));
        let before = bench.read("schemas/new.toml");
        let run = breaking(&bench, &["--fix"]);
        assert!(run.stdout.contains(suggestion), "{case}: {}", run.stdout);
        assert_eq!(bench.read("schemas/new.toml"), before, "{case}");
    }
}
