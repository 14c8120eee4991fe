//! The schema parser: any text is parsed or rejected, and a parsed schema is unchanged after writing and
//! parsing it again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook_model::Schema;

fuzz_target!(|text: &str| {
    let Ok((schema, irregularities)) = Schema::parse_lenient(text) else { return };
    let (again, _) = Schema::parse_lenient(&schema.to_json()).expect("a written schema can be parsed");
    assert_eq!(again, schema);
    let (pretty, _) =
        Schema::parse_lenient(&schema.to_json_pretty()).expect("a written schema can be parsed");
    assert_eq!(pretty, schema);
    assert_eq!(again.fingerprint(), schema.fingerprint());
    assert_eq!(Schema::parse(text).is_ok(), irregularities.is_empty());

    // Within a namespace, the canonical form cannot represent a name without one.
    let bare = schema.definitions.keys().filter(|name| name.namespace().is_empty()).count();
    if bare == 0 || bare == schema.definitions.len() {
        let canonical = schema.to_canonical_form();
        let (read, _) = Schema::parse_lenient(&canonical).expect("a canonical form is a schema");
        assert_eq!(read.to_canonical_form(), canonical);
    }
});
