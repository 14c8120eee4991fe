//! The Open edX registry in the facade is the one in `schemas/`.

use std::{collections::BTreeMap, fs, path::Path};

#[test]
fn the_facade_contains_every_file_of_the_registry() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let entries = fs::read_dir(folder).expect("the registry exists").map(|entry| entry.expect("an entry"));
    let files: BTreeMap<String, String> = entries
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "toml"))
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).expect("a registry is text");
            (entry.file_name().into_string().expect("a name in UTF-8"), text)
        })
        .collect();
    let brought = signalbook::openedx::REGISTRY.map(|(name, text)| (name.to_owned(), text.to_owned()));
    assert_eq!(BTreeMap::from(brought), files, "list the files of `schemas/` in `src/openedx.rs`");
}
