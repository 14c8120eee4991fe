//! Decodes arbitrary bytes as a derived event: owned, borrowed and reused decoding agree, and a round trip
//! changes nothing.
#![no_main]

#[path = "../../tests/it/codec/rich.rs"]
mod rich;

use libfuzzer_sys::fuzz_target;
use rich::{Rich, RichRef};
use signalbook::{decode, decode_into, encode_to_vec};

fuzz_target!(|data: &[u8]| {
    let mut reused = Rich::default();
    match decode::<Rich>(data) {
        Ok(owned) => {
            let bytes = encode_to_vec(&owned).expect("a decoded event can be encoded");
            let borrowed = decode::<RichRef<'_>>(data).expect("the owned form can be decoded");
            assert_eq!(encode_to_vec(&borrowed).as_ref(), Ok(&bytes));
            decode_into(&mut reused, data).expect("the owned form can be decoded");
            assert_eq!(encode_to_vec(&reused).as_ref(), Ok(&bytes));

            let again = decode::<Rich>(&bytes).expect("an encoded event can be decoded");
            decode_into(&mut reused, &bytes).expect("an encoded event can be decoded");
            assert_eq!(encode_to_vec(&again).as_ref(), Ok(&bytes));
            assert_eq!(encode_to_vec(&reused).as_ref(), Ok(&bytes));
        }
        Err(error) => {
            assert!(error.offset() <= data.len());
            assert_eq!(decode::<RichRef<'_>>(data), Err(error));
            assert_eq!(decode_into(&mut reused, data), Err(error));
        }
    }
});
