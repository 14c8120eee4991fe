//! Compares the Rust code of each registry in `tests/registries/` with a golden file. A new case is a new
//! folder there.

use std::{fs, path::Path};

use signalbook_codegen::tool::{Options, check, emit, read};
use signalbook_diagnostics::Sources;
use signalbook_history::{History, folder};

fn registries() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/registries");
    let entries = fs::read_dir(root).expect("the folder exists");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a readable folder").file_name().into_string().expect("names are UTF-8"))
        .collect();
    names.sort();
    names
}

fn accepted(path: &Path) -> History {
    let files = folder::read(path).expect("the history can be read");
    let read = History::read(&files, "history", &mut Sources::new());
    assert_eq!(read.findings, []);
    read.history
}

#[test]
fn rust_is_as_expected() {
    for name in registries() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/registries").join(&name);
        let sources = read(&root).expect("the registry can be read");
        let checked = check(&sources, &Options::default()).registry.expect("the registry has no errors");
        insta::assert_snapshot!(
            name,
            emit::rust(&checked, &accepted(&root.join("history"))).expect("the Rust code in it is valid")
        );
    }
}
