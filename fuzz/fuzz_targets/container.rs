//! Container files: any bytes are read or refused within the limit, and what is read is written and read again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook_data::container::{Codec, Header, Reader, Writer};
use signalbook_data::encode;

const LIMIT: usize = 1 << 20;

/// The header and the data before the first error.
fn read(file: &[u8]) -> Option<(Header, Vec<Vec<u8>>)> {
    let mut reader = Reader::with_limit(file, LIMIT).ok()?;
    let header = reader.header().clone();
    let mut data = Vec::new();
    let mut size = 0;
    while let Ok(Some(datum)) = reader.read() {
        encode(&header.schema, &datum.value).expect("what we read");
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
        let mut writer = Writer::new(Vec::new(), &header).expect("memory takes all");
        for datum in &data {
            writer.append(datum).expect("memory takes all");
        }
        let file = writer.finish().expect("memory takes all");
        let (again, data_again) = read(&file).expect("what we wrote");
        assert_eq!(again, header);
        // Data that take many values of no bytes are refused where more of them share a block than before.
        assert_eq!(data_again, data[..data_again.len()]);
    }
});
