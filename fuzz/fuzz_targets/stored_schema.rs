//! The schemas in a log: any value is read or rejected, and one that is read keeps its schema when it is
//! written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook::StoredSchema;

fuzz_target!(|bytes: &[u8]| {
    let Ok(stored) = StoredSchema::from_bytes(bytes) else { return };
    let again = StoredSchema::new(&*stored.event_type, stored.minor, &stored.schema)
        .with_key(stored.key.as_deref())
        .with_pii(stored.pii.clone());
    let written = StoredSchema::from_bytes(&again.to_bytes()).expect("a written schema can be read");
    assert_eq!(written, again);
});
