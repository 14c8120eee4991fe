use std::error::Error;
use std::fs;
use std::path::Path;

use signalbook_model::Schema;

/// Every `<case>.avsc` in `data/refused` is rejected with the message in `<case>.txt`.
#[test]
fn invalid_schemas_are_rejected_with_their_location() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/refused");
    let mut cases: Vec<_> =
        fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("it").path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "avsc"));
    cases.sort();
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in cases {
        let text = fs::read_to_string(&case).expect("readable");
        let message = match Schema::parse(&text) {
            Ok(schema) => format!("taken: {}", schema.to_json()),
            Err(error) => match error.source() {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            },
        };
        let expected = fs::read_to_string(case.with_extension("txt")).unwrap_or_default();
        if message != expected.trim_end() {
            wrong.push(format!("{}\n  {message}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "other messages than expected:\n{}", wrong.join("\n"));
}
