use std::{path::Path, process::Command};

use crate::workbench::Workbench;

#[test]
fn existing_files_are_kept() {
    let bench = Workbench::new();
    bench.write("build.rs", "fn main() {}\n");
    let run = bench.run(&["init"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(bench.read("build.rs"), "fn main() {}\n");
    assert!(run.stdout.contains("kept  build.rs"), "{}", run.stdout);
    assert!(run.stdout.contains("add this to the existing build.rs"), "{}", run.stdout);
    assert!(bench.path("schemas/shop.toml").exists());
}

#[test]
fn the_files_pass_check_and_compile_in_a_new_crate() {
    let bench = Workbench::new();
    assert_eq!(bench.run(&["init"]).code, 0);
    let check = bench.run(&["check", "--deny", "warnings"]);
    assert_eq!(check.code, 0, "{}", check.stdout);

    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = format!(
        "[package]\nname = \"fresh\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nsignalbook = {{ path = {root:?} }}\n\n\
         [build-dependencies]\nsignalbook-codegen = {{ path = {codegen:?} }}\n",
        root = workspace,
        codegen = workspace.join("codegen"),
    );
    bench.write("Cargo.toml", &manifest);
    bench.write("Cargo.lock", &std::fs::read_to_string(workspace.join("Cargo.lock")).unwrap());
    bench.write(
        "src/main.rs",
        "signalbook::include_events!();\nuse events::shop::{Order, OrderPlaced};\n\n\
         fn main() {\n    let order = Order::new(\"7\", \"ada@example.com\", vec![]);\n    \
         println!(\"{:?}\", OrderPlaced { order });\n}\n",
    );
    // A separate target folder: cargo holds a lock on the one of the tests.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fresh");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--offline"]).current_dir(bench.path("")).env("CARGO_TARGET_DIR", target);
    let output = cargo.output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("customer: <redacted: email>"), "{stdout}");
}
