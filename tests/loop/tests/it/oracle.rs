//! Runs Open edX's own Python packages with `tests/oracles/openedx/oracle.py`.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::LazyLock,
    thread,
};

/// Returns what `oracle.py` prints for the verb `verb` and the input `input`.
///
/// # Panics
/// Python or the packages are not available. These tests are not skipped, because no other test covers the
/// same.
pub(crate) fn ask(verb: &str, input: &str) -> String {
    static PYTHON: LazyLock<String> = LazyLock::new(|| {
        let printed = run(&mut Command::new(repository().join("tests/oracles/python/setup")), "");
        printed.trim_end().to_owned()
    });
    run(Command::new(&*PYTHON).arg(repository().join("tests/oracles/openedx/oracle.py")).arg(verb), input)
}

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn run(command: &mut Command, input: &str) -> String {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
    let mut stdin = child.stdin.take().expect("the input is piped");
    let input = input.to_owned();
    let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("the child can be waited for");
    assert!(output.status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    writer.join().expect("writing does not panic").expect("the child reads its input");
    String::from_utf8(output.stdout).expect("Python prints UTF-8")
}
