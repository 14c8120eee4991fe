//! A payload for each library. The libraries are checked to agree before they are timed.

use std::hint::black_box;

use apache_avro::{reader::datum::GenericDatumReader, writer::datum::GenericDatumWriter};
use prost::Message as _;
use rkyv::{rancor::Error, util::AlignedVec};
use serde_avro_fast::ser::SerializerConfig;
use signalbook::Plan;
use signalbook_model::Schema;

use super::{
    case::{
        Case,
        Op::{self, DecodeBorrowed, DecodeOwned, DecodeResolved, DecodeReused, Encode},
        Payload,
    },
    common::{Common, Reader},
    hand_written::{self, HandWritten},
    payload_data::{self, EncodedValues},
};

/// Bincode's usual encoding: numbers as varints.
const BINCODE: bincode::config::Configuration = bincode::config::standard();

/// Something with operations to measure.
pub(crate) trait Subject {
    fn cases(&self) -> Vec<Case<'_>>;
}

/// A payload, and its encoding by each library.
pub(crate) struct Plain<P: Common> {
    payload: Payload,
    schemas: Schemas,
    values: Vec<P>,
    avro: Vec<Vec<u8>>,
    protos: Vec<P::Proto>,
    proto: Vec<Vec<u8>>,
    postcard: Vec<Vec<u8>>,
    bincode: Vec<Vec<u8>>,
    rkyv: Vec<AlignedVec>,
    json: Vec<Vec<u8>>,
}

impl<P: Common> Subject for Plain<P> {
    fn cases(&self) -> Vec<Case<'_>> {
        self.assert_agreement();
        [
            self.signalbook(),
            self.limit(),
            self.apache_avro(),
            self.serde_avro_fast(),
            self.prost(),
            self.postcard(),
            self.bincode(),
            self.rkyv(),
            self.serde_json(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl<P: Common> Plain<P> {
    pub(crate) fn new(payload: Payload, written: &EncodedValues) -> Self {
        let values: Vec<P> =
            written.data.iter().map(|datum| signalbook::decode(datum).expect("a value")).collect();
        let protos: Vec<P::Proto> = values
            .iter()
            .map(|value| serde_json::to_value(value).and_then(serde_json::from_value).expect("a message"))
            .collect();
        let encode = |with: &dyn Fn(&P) -> Vec<u8>| values.iter().map(with).collect::<Vec<_>>();
        Self {
            payload,
            schemas: Schemas::new(written),
            avro: encode(&|value| signalbook::encode_to_vec(value).expect("written")),
            proto: protos.iter().map(prost::Message::encode_to_vec).collect(),
            postcard: encode(&|value| postcard::to_stdvec(value).expect("written")),
            bincode: encode(&|value| bincode::encode_to_vec(value, BINCODE).expect("written")),
            rkyv: values.iter().map(|value| rkyv::to_bytes::<Error>(value).expect("written")).collect(),
            json: encode(&|value| serde_json::to_vec(value).expect("written")),
            values,
            protos,
        }
    }

    /// Checks that all Avro libraries write the same bytes and read the same values.
    fn assert_agreement(&self) {
        let schemas = &self.schemas;
        let writer = GenericDatumWriter::builder(&schemas.apache).build().expect("a writer");
        let reader = GenericDatumReader::builder(&schemas.apache).build().expect("a reader");
        let mut config = SerializerConfig::new(&schemas.fast);
        for (value, datum) in self.values.iter().zip(&self.avro) {
            let mut written = Vec::new();
            value.write(&mut written);
            assert_eq!(&written, datum);
            assert_eq!(&writer.write_ser_to_vec(value).expect("written"), datum);
            assert_eq!(&serde_avro_fast::to_datum_vec(value, &mut config).expect("written"), datum);

            assert_eq!(&signalbook::decode::<P>(datum).expect("a value"), value);
            assert_eq!(&hand_written::decode(datum, P::read).expect("a value"), value);
            assert_eq!(&reader.read_deser::<P>(&mut datum.as_slice()).expect("a value"), value);
            let fast: P = serde_avro_fast::from_datum_slice(datum, &schemas.fast).expect("a value");
            assert_eq!(&fast, value);
        }
    }

    fn signalbook(&self) -> Vec<Case<'_>> {
        let mut reused = self.values[0].clone();
        vec![
            self.encode("signalbook", &self.values, |value, out| {
                signalbook::encode(value, out).expect("written");
            }),
            self.decode("signalbook", DecodeOwned, &self.avro, |datum| signalbook::decode::<P>(datum)),
            self.decode("signalbook", DecodeBorrowed, &self.avro, |datum| {
                signalbook::decode::<P::Borrowed<'_>>(datum)
            }),
            self.decode("signalbook", DecodeReused, &self.avro, move |datum| {
                let result = signalbook::decode_into(&mut reused, datum);
                black_box(&reused);
                result
            }),
        ]
    }

    fn limit(&self) -> Vec<Case<'_>> {
        let mut reused = self.values[0].clone();
        vec![
            self.encode("limit", &self.values, HandWritten::write),
            self.decode("limit", DecodeOwned, &self.avro, |datum| hand_written::decode(datum, P::read)),
            self.decode("limit", DecodeBorrowed, &self.avro, |datum| {
                hand_written::decode(datum, <P::Borrowed<'_> as HandWritten<'_>>::read)
            }),
            self.decode("limit", DecodeReused, &self.avro, move |datum| {
                let result = hand_written::decode(datum, |input| reused.read_into(input));
                black_box(&reused);
                result
            }),
        ]
    }

    fn apache_avro(&self) -> Vec<Case<'_>> {
        let schema = &self.schemas.apache;
        let writer = || GenericDatumWriter::builder(schema).build().expect("a writer");
        let reader = || GenericDatumReader::builder(schema).build().expect("a reader");
        let (direct_writer, value_writer) = (writer(), writer());
        let (direct_reader, value_reader) = (reader(), reader());
        vec![
            self.encode("apache-avro", &self.values, move |value, out| {
                direct_writer.write_ser(out, value).expect("written");
            }),
            self.encode("apache-avro, by Value", &self.values, move |value, out| {
                let value = apache_avro::to_value(value).expect("a value");
                value_writer.write_value(out, value).expect("written");
            }),
            self.decode("apache-avro", DecodeOwned, &self.avro, move |datum| {
                direct_reader.read_deser::<P>(&mut datum.as_slice())
            }),
            self.decode("apache-avro, by Value", DecodeOwned, &self.avro, move |datum| {
                value_reader
                    .read_value(&mut datum.as_slice())
                    .and_then(|value| apache_avro::from_value::<P>(&value))
            }),
        ]
    }

    fn serde_avro_fast(&self) -> Vec<Case<'_>> {
        let schema = &self.schemas.fast;
        let mut config = SerializerConfig::new(schema);
        vec![
            self.encode("serde_avro_fast", &self.values, move |value, out| {
                serde_avro_fast::to_datum(value, out, &mut config).expect("written");
            }),
            self.decode("serde_avro_fast", DecodeOwned, &self.avro, |datum| {
                serde_avro_fast::from_datum_slice::<P>(datum, schema)
            }),
            self.decode("serde_avro_fast", DecodeBorrowed, &self.avro, |datum| {
                serde_avro_fast::from_datum_slice::<P::Borrowed<'_>>(datum, schema)
            }),
        ]
    }

    fn prost(&self) -> Vec<Case<'_>> {
        let mut reused = self.protos[0].clone();
        vec![
            self.encode("prost", &self.protos, |value, out| value.encode(out).expect("written")),
            self.decode("prost", DecodeOwned, &self.proto, |datum| P::Proto::decode(datum.as_slice())),
            self.decode("prost", DecodeReused, &self.proto, move |datum| {
                reused.clear();
                let result = reused.merge(datum.as_slice());
                black_box(&reused);
                result
            }),
        ]
    }

    fn postcard(&self) -> Vec<Case<'_>> {
        let mut room = room(&self.postcard);
        vec![
            Case::new(self.payload, Encode, "postcard", &self.values, move |value| {
                postcard::to_slice(value, &mut room).expect("written").len()
            }),
            self.decode("postcard", DecodeOwned, &self.postcard, |datum| postcard::from_bytes::<P>(datum)),
            self.decode("postcard", DecodeBorrowed, &self.postcard, |datum| {
                postcard::from_bytes::<P::Borrowed<'_>>(datum)
            }),
        ]
    }

    fn bincode(&self) -> Vec<Case<'_>> {
        let mut room = room(&self.bincode);
        vec![
            Case::new(self.payload, Encode, "bincode", &self.values, move |value| {
                bincode::encode_into_slice(value, &mut room, BINCODE).expect("written")
            }),
            self.decode("bincode", DecodeOwned, &self.bincode, |datum| {
                bincode::decode_from_slice::<P, _>(datum, BINCODE)
            }),
            self.decode("bincode", DecodeBorrowed, &self.bincode, |datum| {
                bincode::borrow_decode_from_slice::<P::Borrowed<'_>, _>(datum, BINCODE)
            }),
        ]
    }

    /// The borrowed form is the checked archive itself.
    fn rkyv(&self) -> Vec<Case<'_>> {
        let mut out = AlignedVec::new();
        vec![
            Case::new(self.payload, Encode, "rkyv", &self.values, move |value| {
                let mut room: AlignedVec = std::mem::take(&mut out);
                room.clear();
                out = rkyv::api::high::to_bytes_in::<_, Error>(value, room).expect("written");
                out.len()
            }),
            self.decode("rkyv", DecodeOwned, &self.rkyv, |datum| rkyv::from_bytes::<P, Error>(datum)),
            self.decode("rkyv", DecodeBorrowed, &self.rkyv, |datum| {
                rkyv::access::<P::Archived, Error>(datum)
            }),
        ]
    }

    fn serde_json(&self) -> Vec<Case<'_>> {
        let mut cases = vec![
            self.encode("serde_json", &self.values, |value, out| {
                serde_json::to_writer(out, value).expect("written");
            }),
            self.decode("serde_json", DecodeOwned, &self.json, |datum| serde_json::from_slice::<P>(datum)),
        ];
        if P::BORROWS_FROM_JSON {
            cases.push(self.decode("serde_json", DecodeBorrowed, &self.json, |datum| {
                serde_json::from_slice::<P::Borrowed<'_>>(datum)
            }));
        }
        cases
    }

    /// Encodes into a reused buffer.
    fn encode<'a, V>(
        &self,
        lib: &'static str,
        values: &'a [V],
        mut encode: impl FnMut(&V, &mut Vec<u8>) + 'a,
    ) -> Case<'a> {
        let mut out = Vec::new();
        Case::new(self.payload, Encode, lib, values, move |value| {
            out.clear();
            encode(value, &mut out);
            black_box(out.as_slice()).len()
        })
    }

    fn decode<'a, I, T, E: std::fmt::Debug>(
        &self,
        lib: &'static str,
        op: Op,
        data: &'a [I],
        mut decode: impl FnMut(&'a I) -> Result<T, E> + 'a,
    ) -> Case<'a> {
        assert!(decode(&data[0]).is_ok(), "{lib} reads {}", self.payload.name());
        Case::new(self.payload, op, lib, data, decode)
    }
}

/// The evolved form of a payload.
pub(crate) struct Evolved<R: Reader> {
    payload: Payload,
    writer: Schemas,
    reader: Schemas,
    written: Vec<Vec<u8>>,
    values: Vec<R>,
}

impl<R: Reader> Subject for Evolved<R> {
    /// The operations of the libraries that resolve schemas, or do something similar.
    fn cases(&self) -> Vec<Case<'_>> {
        let resolving = GenericDatumReader::builder(&self.writer.apache)
            .reader_schema(&self.reader.apache)
            .build()
            .expect("a reader");
        let plan = Plan::typed(&self.writer.ours, &self.reader.ours).expect("a plan");
        let mut room = Vec::new();
        vec![
            self.case("signalbook", move |datum| signalbook::decode_resolved::<R>(&plan, datum, &mut room)),
            self.case("limit", |datum| hand_written::decode(datum, R::read_by_hand)),
            self.case("apache-avro, by Value", move |datum| {
                resolving
                    .read_value(&mut datum.as_slice())
                    .and_then(|value| apache_avro::from_value::<R>(&value))
            }),
            // It matches fields by name and has no reader schema: defaults are those of serde.
            self.case("serde_avro_fast", |datum| {
                serde_avro_fast::from_datum_slice::<R>(datum, &self.writer.fast)
            }),
        ]
    }
}

impl<R: Reader> Evolved<R> {
    pub(crate) fn new(payload: Payload, evolved: payload_data::Evolved) -> Self {
        let payload_data::Evolved { writer, reader } = evolved;
        Self {
            payload,
            writer: Schemas::new(&writer),
            values: reader.data.iter().map(|datum| signalbook::decode(datum).expect("a value")).collect(),
            reader: Schemas::new(&reader),
            written: writer.data,
        }
    }

    fn case<'a, E: std::fmt::Debug>(
        &'a self,
        lib: &'static str,
        mut decode: impl FnMut(&'a Vec<u8>) -> Result<R, E> + 'a,
    ) -> Case<'a> {
        for (datum, value) in self.written.iter().zip(&self.values) {
            assert_eq!(&decode(datum).expect("a value"), value, "{lib} reads {}", self.payload.name());
        }
        Case::new(self.payload, DecodeResolved, lib, &self.written, decode)
    }
}

/// A schema, for the libraries that need one at run time.
struct Schemas {
    ours: Schema,
    apache: apache_avro::Schema,
    fast: serde_avro_fast::Schema,
}

impl Schemas {
    fn new(written: &EncodedValues) -> Self {
        let text = written.schema.to_json();
        Self {
            ours: written.schema.clone(),
            apache: apache_avro::Schema::parse_str(&text).expect("a schema"),
            fast: text.parse().expect("a schema"),
        }
    }
}

/// A buffer that is large enough for each of `data`.
fn room(data: &[Vec<u8>]) -> Vec<u8> {
    vec![0; data.iter().map(Vec::len).max().unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::payload_types::{batch::Batch, enrollment::CourseEnrollmentData, skill::SkillVerified};

    /// The bytes of all values of a payload, by library.
    fn sizes<P: Common>(payload: Payload, text: &str) -> [usize; 6] {
        let plain = Plain::<P>::new(payload, &payload_data::read(text).0);
        let size = |data: &[Vec<u8>]| data.iter().map(Vec::len).sum();
        let rkyv = plain.rkyv.iter().map(AlignedVec::len).sum();
        let Plain { avro, proto, postcard, bincode, json, .. } = &plain;
        [size(avro), size(proto), size(postcard), size(bincode), rkyv, size(json)]
    }

    /// What is measured stays the same when the payloads are described in another way.
    #[test]
    fn the_payloads_keep_their_sizes() {
        let small = sizes::<SkillVerified>(Payload::Small, include_str!("../../data/codec/small.json"));
        let medium =
            sizes::<CourseEnrollmentData>(Payload::Medium, include_str!("../../data/codec/medium.json"));
        let varied =
            sizes::<CourseEnrollmentData>(Payload::Varied, include_str!("../../data/codec/varied.json"));
        let large = sizes::<Batch>(Payload::Large, include_str!("../../data/codec/large.json"));
        // Avro, protocol buffers, postcard, bincode, rkyv and JSON.
        let expected = [
            [128, 131, 127, 127, 152, 180],
            [192, 206, 192, 194, 320, 389],
            [55_866, 59_444, 55_865, 56_142, 88_672, 110_334],
            [10_628, 11_235, 10_624, 10_775, 14_484, 18_207],
        ];
        assert_eq!([small, medium, varied, large], expected);
    }
}
