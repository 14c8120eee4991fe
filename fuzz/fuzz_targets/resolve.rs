//! Plans for two schemas: any bytes are resolved from the writer schema to the reader schema or rejected, in
//! bounded time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook_data::decode;
use signalbook_model::Schema;
use signalbook_resolve::Plan;
use signalbook_sample::Choices;

// The input is the text of the writer schema, a zero byte, the text of the reader schema, a zero byte, and a
// datum. A text that is not a schema is used as choices that generate one.
fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(3, |byte| *byte == 0);
    let mut schema = || {
        let part = parts.next().unwrap_or_default();
        let text = std::str::from_utf8(part).ok();
        match text.and_then(|text| Schema::parse_lenient(text).ok()) {
            Some((schema, _)) => schema,
            None => signalbook_sample::schema(&mut Choices::new(part)),
        }
    };
    let (writer, reader) = (schema(), schema());
    let datum = parts.next().unwrap_or_default();
    for plan in [Plan::new(&writer, &reader), Plan::typed(&writer, &reader)].into_iter().flatten() {
        let mut out = Vec::new();
        if let Err(error) = plan.transcode(datum, &mut out) {
            assert!(error.offset <= datum.len());
            continue;
        }
        assert!(out.len() <= 8 * datum.len() + (65 << 20));
        let _ = decode(&reader, &out);
        if plan.is_identity() {
            assert_eq!(out, datum);
        }
    }
});
