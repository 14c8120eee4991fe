//! The UTF-8 check agrees with the standard library on any bytes. It is the only use of `unsafe`: like every
//! target, this one runs with AddressSanitizer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook::private::text;

fuzz_target!(|bytes: &[u8]| {
    // The buffer ends where the bytes end, so that reading past the end is detected.
    let bytes = bytes.to_vec().into_boxed_slice();
    assert_eq!(text(&bytes), std::str::from_utf8(&bytes));
});
