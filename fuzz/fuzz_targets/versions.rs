//! Decodes arbitrary bytes as an event of another version: decoding in place and after rewriting give the
//! same result.
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

// The input is choices that generate the writer schema, a zero byte, and a datum.
fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(2, |byte| *byte == 0);
    let reader = READER.get_or_init(versions::reader::<Rich>);
    let writer = versions::writer(&mut Choices::new(parts.next().unwrap_or_default()), reader);
    let datum = parts.next().unwrap_or_default();
    let plan = Plan::typed(&writer, reader).expect("the fields have defaults");
    let (mut room, mut other) = (Vec::new(), Vec::new());
    // Compare bytes, because a float may be NaN. The two ways have different limits for nesting and for items
    // without bytes.
    let Ok(in_place) = decode_in_place::<Rich>(&plan, datum) else { return };
    let borrowed = decode_in_place::<RichRef<'_>>(&plan, datum).expect("the owned form can be decoded");
    let bytes = encode_to_vec(&in_place);
    assert_eq!(encode_to_vec(&borrowed), bytes);
    if let Ok(rewritten) = decode_rewritten::<Rich>(&plan, datum, &mut room) {
        assert_eq!(encode_to_vec(&rewritten), bytes);
        let borrowed =
            decode_rewritten::<RichRef<'_>>(&plan, datum, &mut other).expect("the owned form can be decoded");
        assert_eq!(encode_to_vec(&borrowed), bytes);
    } else {
        assert!(datum.len() > 100, "only deep nesting and many items without bytes may differ");
    }
});
