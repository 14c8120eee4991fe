//! The schema reader: any text is read or refused, and what is read is written, read again the same, and fingerprinted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook_model::Schema;

fuzz_target!(|text: &str| {
    let Ok((schema, irregularities)) = Schema::parse_lenient(text) else { return };
    let (again, _) = Schema::parse_lenient(&schema.to_json()).expect("what we wrote");
    assert_eq!(again, schema);
    let (pretty, _) = Schema::parse_lenient(&schema.to_json_pretty()).expect("what we wrote");
    assert_eq!(pretty, schema);
    assert_eq!(again.fingerprint(), schema.fingerprint());
    assert_eq!(Schema::parse(text).is_ok(), irregularities.is_empty());

    // Below a namespace the canonical form cannot say that a name has none.
    let bare = schema.definitions.keys().filter(|name| name.namespace().is_empty()).count();
    if bare == 0 || bare == schema.definitions.len() {
        let canonical = schema.to_canonical_form();
        let (read, _) = Schema::parse_lenient(&canonical).expect("a canonical form is a schema");
        assert_eq!(read.to_canonical_form(), canonical);
    }
});
