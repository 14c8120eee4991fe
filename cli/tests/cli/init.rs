use crate::workbench::Workbench;

#[test]
fn a_file_that_exists_is_kept() {
    let bench = Workbench::new();
    bench.write("build.rs", "fn main() {}\n");
    let run = bench.run(&["init"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(bench.read("build.rs"), "fn main() {}\n");
    assert!(run.stdout.contains("kept  build.rs"), "{}", run.stdout);
    assert!(run.stdout.contains("add this to the build.rs"), "{}", run.stdout);
    assert!(bench.path("schemas/shop.toml").exists());
}
