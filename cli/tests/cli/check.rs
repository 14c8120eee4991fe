use std::os::unix::fs::symlink;

use crate::workbench::Workbench;

#[test]
fn broken_links_are_reported_and_links_to_folders_are_ignored() {
    let bench = Workbench::new();
    assert_eq!(bench.run(&["init"]).code, 0);
    symlink(bench.path("schemas"), bench.path("schemas/again.toml")).unwrap();
    let run = bench.run(&["check"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    symlink("elsewhere.toml", bench.path("schemas/shop2.toml")).unwrap();
    let run = bench.run(&["check"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stderr.contains("cannot read `schemas/shop2.toml`"), "{}", run.stderr);
    assert!(
        run.stderr.contains("help: it is a symbolic link: make it point to a readable file"),
        "{}",
        run.stderr
    );
}
