use std::collections::BTreeMap;
use std::io::BufRead;

use signalbook_model::Schema;
use signalbook_resolve::wire::{write_block, write_length};

use super::source::{Result, Source, error_at};
use super::{Codec, ContainerProblem, MAGIC};

/// The header of a container file.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The schema of the data.
    pub schema: Schema,
    /// How the blocks are compressed.
    pub codec: Codec,
    /// Other metadata of the file, without the schema and the codec. Keys that begin with `avro.` are
    /// reserved by the specification.
    pub metadata: BTreeMap<String, Vec<u8>>,
    /// The marker at the end of each block: sixteen random bytes for each file, so that the data do not
    /// contain them.
    pub marker: [u8; 16],
}

const SCHEMA: &str = "avro.schema";
const CODEC: &str = "avro.codec";

/// The size that counts for an entry of the metadata in addition to its bytes, so that empty entries are
/// limited too.
const ENTRY: usize = 64;

impl Header {
    /// Creates a header without compression or other metadata.
    pub fn new(schema: Schema, marker: [u8; 16]) -> Self {
        Self { schema, codec: Codec::Null, metadata: BTreeMap::new(), marker }
    }

    pub(super) fn read(source: &mut Source<impl BufRead>, limit: usize) -> Result<Self> {
        match source.array() {
            Ok(MAGIC) => {}
            Ok(_) => return Err(error_at(0, ContainerProblem::NotAContainer)),
            Err(error) if matches!(error.problem, ContainerProblem::UnexpectedEnd) => {
                return Err(error_at(0, ContainerProblem::NotAContainer));
            }
            Err(error) => return Err(error),
        }
        let start = source.at();
        let mut metadata = read_metadata(source, limit)?;
        let invalid = |problem| error_at(start, problem);
        let text =
            |what, bytes| String::from_utf8(bytes).map_err(|_| invalid(ContainerProblem::NotText(what)));

        let schema = metadata.remove(SCHEMA).ok_or_else(|| invalid(ContainerProblem::NoSchema))?;
        // Data can be read even if the schema has names that Avro forbids.
        let (schema, _irregularities) = Schema::parse_lenient(&text("the header's `avro.schema`", schema)?)
            .map_err(|error| invalid(ContainerProblem::Schema(error)))?;
        let codec = match metadata.remove(CODEC) {
            None => Codec::Null,
            Some(name) => {
                let name = text("the header's `avro.codec`", name)?;
                Codec::named(&name).ok_or_else(|| invalid(ContainerProblem::UnknownCodec(name)))?
            }
        };
        Ok(Self { schema, codec, metadata, marker: source.array()? })
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let schema = self.schema.to_json();
        let mut entries: BTreeMap<&str, &[u8]> =
            self.metadata.iter().map(|(key, value)| (key.as_str(), value.as_slice())).collect();
        entries.insert(SCHEMA, schema.as_bytes());
        entries.insert(CODEC, self.codec.name().as_bytes());

        let mut bytes = MAGIC.to_vec();
        write_length(&mut bytes, entries.len());
        for (key, value) in entries {
            write_block(&mut bytes, key.as_bytes());
            write_block(&mut bytes, value);
        }
        bytes.push(0);
        bytes.extend(self.marker);
        bytes
    }
}

fn read_metadata(source: &mut Source<impl BufRead>, limit: usize) -> Result<BTreeMap<String, Vec<u8>>> {
    const ENTRIES: &str = "a count of the header's entries";
    let mut metadata = BTreeMap::new();
    let mut left = limit;
    loop {
        let count = source.long(ENTRIES)?;
        if count < 0 {
            source.long(ENTRIES)?; // the size of these entries in bytes, which is not used
        }
        if count == 0 {
            return Ok(metadata);
        }
        for _ in 0..count.unsigned_abs() {
            let start = source.at();
            let key = source.part("a key of the header", left)?;
            let value = source.part("an entry of the header", left)?;
            let size = key.len() + value.len() + ENTRY;
            let too_large =
                || ContainerProblem::TooLarge { what: "the header", size: limit as u64 + 1, limit };
            left = left.checked_sub(size).ok_or_else(|| error_at(start, too_large()))?;
            let key = String::from_utf8(key)
                .map_err(|_| error_at(start, ContainerProblem::NotText("a key of the header")))?;
            metadata.insert(key, value);
        }
    }
}
