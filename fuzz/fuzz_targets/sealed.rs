//! The byte form of sealed events: any bytes are read or rejected, and an event that is read is unchanged
//! after writing and reading it again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook::Sealed;

fuzz_target!(|bytes: &[u8]| {
    let Ok(sealed) = Sealed::from_bytes(bytes, |_| None) else { return };
    let again = Sealed::from_bytes(&sealed.to_bytes(), |_| None).expect("written bytes can be read");
    assert_eq!(again, sealed);
    assert_eq!(sealed.to_lines().count(), sealed.messages().len());
});
