//! Any bytes are text or not as the standard library judges them; the one use of `unsafe`, so this runs under
//! AddressSanitizer, as every target does.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook::private::text;

fuzz_target!(|bytes: &[u8]| {
    // A buffer that ends where the bytes end: reading past it is seen.
    let bytes = bytes.to_vec().into_boxed_slice();
    assert_eq!(text(&bytes), std::str::from_utf8(&bytes));
});
