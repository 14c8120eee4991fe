//! Arbitrary bytes as an event that another version wrote: read where they stand, and rewritten first, they are the same or refused.
#![no_main]

#[path = "../../tests/it/codec/rich.rs"]
mod rich;
#[path = "../../tests/it/codec/versions.rs"]
mod versions;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use rich::{Rich, RichRef};
use signalbook::model::Schema;
use signalbook::private::{decode_in_place, decode_rewritten};
use signalbook::{Plan, encode_to_vec};
use signalbook_sample::Choices;

static READER: OnceLock<Schema> = OnceLock::new();

// The input is choices that make the writer's schema, a byte of zero, and a datum.
fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(2, |byte| *byte == 0);
    let reader = READER.get_or_init(versions::reader::<Rich>);
    let writer = versions::writer(&mut Choices::new(parts.next().unwrap_or_default()), reader);
    let datum = parts.next().unwrap_or_default();
    let plan = Plan::typed(&writer, reader).expect("the fields have defaults");
    let (mut room, mut other) = (Vec::new(), Vec::new());
    // Bytes, as a float may be no number. Each way has its own bounds to what takes no bytes, and to nesting.
    let Ok(in_place) = decode_in_place::<Rich>(&plan, datum) else { return };
    let borrowed = decode_in_place::<RichRef<'_>>(&plan, datum).expect("the owned form was read");
    let bytes = encode_to_vec(&in_place);
    assert_eq!(encode_to_vec(&borrowed), bytes);
    if let Ok(rewritten) = decode_rewritten::<Rich>(&plan, datum, &mut room) {
        assert_eq!(encode_to_vec(&rewritten), bytes);
        let borrowed =
            decode_rewritten::<RichRef<'_>>(&plan, datum, &mut other).expect("the owned form was read");
        assert_eq!(encode_to_vec(&borrowed), bytes);
    } else {
        assert!(datum.len() > 100, "only what nests deep or holds many nothings is read here alone");
    }
});
