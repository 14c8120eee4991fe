//! The Open edX registry that the facade brings along is the one in `schemas/`.

use std::{collections::BTreeMap, fs, path::Path};

#[test]
fn the_catalogue_brings_every_file_of_its_registry() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let entries =
        fs::read_dir(folder).expect("the registry is there").map(|entry| entry.expect("it is readable"));
    let files: BTreeMap<String, String> = entries
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "toml"))
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).expect("a registry is text");
            (entry.file_name().into_string().expect("a legible name"), text)
        })
        .collect();
    let brought = signalbook::openedx::REGISTRY.map(|(name, text)| (name.to_owned(), text.to_owned()));
    assert_eq!(BTreeMap::from(brought), files, "list the files of `schemas/` in `src/openedx.rs`");
}
