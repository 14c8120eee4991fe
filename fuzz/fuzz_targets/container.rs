//! Container files: any bytes are read or rejected within the limit, and a round trip changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook_data::container::{Codec, Header, Reader, Writer};
use signalbook_data::encode;

const LIMIT: usize = 1 << 20;

/// Returns the header and the data before the first error.
fn read(file: &[u8]) -> Option<(Header, Vec<Vec<u8>>)> {
    let mut reader = Reader::with_limit(file, LIMIT).ok()?;
    let header = reader.header().clone();
    let mut data = Vec::new();
    let mut size = 0;
    while let Ok(Some(datum)) = reader.read() {
        encode(&header.schema, &datum.value).expect("a decoded value can be encoded");
        size += datum.bytes.len();
        assert!(size <= LIMIT * file.len());
        data.push(datum.bytes.to_vec());
    }
    Some((header, data))
}

fuzz_target!(|file: &[u8]| {
    let Some((mut header, data)) = read(file) else { return };
    for codec in [Codec::Null, Codec::Deflate] {
        header.codec = codec;
        let mut writer = Writer::new(Vec::new(), &header).expect("writing to memory succeeds");
        for datum in &data {
            writer.append(datum).expect("writing to memory succeeds");
        }
        let file = writer.finish().expect("writing to memory succeeds");
        let (again, data_again) = read(&file).expect("a written file can be read");
        assert_eq!(again, header);
        // Data with many values without bytes are rejected if more of them share a block than before.
        assert_eq!(data_again, data[..data_again.len()]);
    }
});
