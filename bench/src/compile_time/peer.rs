//! The peers that are compared.

/// A set of derives.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// Its lines in `[dependencies]`; `{root}` is replaced by the path of this repository.
    pub(crate) dependencies: &'static str,
    /// The derives of each struct.
    pub(crate) derives: &'static str,
    pub(crate) attributes: Attributes,
    /// Functions that encode and decode one struct; `{number}` is replaced by its number. `None` if there is
    /// nothing to call.
    pub(crate) uses: Option<&'static str>,
}

/// The attributes of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attributes {
    None,
    /// `#[prost(type, tag = n)]`.
    Prost,
}

/// All peers.
pub(crate) const PEERS: &[Peer] = &[
    Peer {
        name: "none",
        dependencies: "",
        derives: "Clone, Debug, PartialEq",
        attributes: Attributes::None,
        uses: None,
    },
    Peer {
        name: "serde",
        dependencies: r#"serde = { version = "1", features = ["derive"] }"#,
        derives: "Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize",
        attributes: Attributes::None,
        uses: None,
    },
    Peer {
        name: "serde, serde_json",
        dependencies: r#"
            serde = { version = "1", features = ["derive"] }
            serde_json = "1"
        "#,
        derives: "Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize",
        attributes: Attributes::None,
        uses: Some(
            "pub fn encode{number}(value: &Rec{number}, out: &mut Vec<u8>) -> serde_json::Result<()> {
                 serde_json::to_writer(out, value)
             }
             pub fn decode{number}(bytes: &[u8]) -> serde_json::Result<Rec{number}> {
                 serde_json::from_slice(bytes)
             }",
        ),
    },
    Peer {
        name: "serde, apache-avro",
        // The derive's output uses `::serde_json`, so the crate must depend on it.
        dependencies: r#"
            apache-avro = { version = "0.22", features = ["derive"] }
            serde = { version = "1", features = ["derive"] }
            serde_json = "1"
        "#,
        derives: "Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, apache_avro::AvroSchema",
        attributes: Attributes::None,
        uses: Some(
            "pub fn encode{number}(value: &Rec{number}, out: &mut Vec<u8>) -> apache_avro::AvroResult<usize> {
                 let schema = <Rec{number} as apache_avro::AvroSchema>::get_schema();
                 let writer = apache_avro::writer::datum::GenericDatumWriter::builder(&schema).build()?;
                 writer.write_ser(out, value)
             }
             pub fn decode{number}(mut bytes: &[u8]) -> apache_avro::AvroResult<Rec{number}> {
                 let schema = <Rec{number} as apache_avro::AvroSchema>::get_schema();
                 let reader = apache_avro::reader::datum::GenericDatumReader::builder(&schema).build()?;
                 reader.read_deser(&mut bytes)
             }",
        ),
    },
    Peer {
        name: "prost",
        dependencies: r#"prost = "0.14""#,
        // Prost's derive also implements `Debug` and `Default`.
        derives: "Clone, PartialEq, prost::Message",
        attributes: Attributes::Prost,
        uses: Some(
            "pub fn encode{number}(value: &Rec{number}, out: &mut Vec<u8>) -> Result<(), prost::EncodeError> {
                 prost::Message::encode(value, out)
             }
             pub fn decode{number}(bytes: &[u8]) -> Result<Rec{number}, prost::DecodeError> {
                 prost::Message::decode(bytes)
             }",
        ),
    },
    Peer {
        name: "bincode",
        dependencies: r#"bincode = "=2.0.1""#,
        derives: "Clone, Debug, PartialEq, bincode::Encode, bincode::Decode",
        attributes: Attributes::None,
        uses: Some(
            "pub fn encode{number}(
                 value: &Rec{number},
                 out: &mut Vec<u8>,
             ) -> Result<usize, bincode::error::EncodeError> {
                 bincode::encode_into_std_write(value, out, bincode::config::standard())
             }
             pub fn decode{number}(
                 bytes: &[u8],
             ) -> Result<(Rec{number}, usize), bincode::error::DecodeError> {
                 bincode::decode_from_slice(bytes, bincode::config::standard())
             }",
        ),
    },
    Peer {
        name: "signalbook",
        dependencies: r#"signalbook = { path = "{root}" }"#,
        derives: SIGNALBOOK_DERIVES,
        attributes: Attributes::None,
        uses: Some(SIGNALBOOK_USES),
    },
    Peer {
        name: "signalbook, no bus",
        dependencies: r#"signalbook = { path = "{root}", default-features = false }"#,
        derives: SIGNALBOOK_DERIVES,
        attributes: Attributes::None,
        uses: Some(SIGNALBOOK_USES),
    },
];

const SIGNALBOOK_DERIVES: &str = "Clone, Debug, PartialEq, signalbook::Record";

const SIGNALBOOK_USES: &str = "
    pub fn encode{number}(value: &Rec{number}, out: &mut Vec<u8>) -> Result<(), signalbook::EncodeError> {
        signalbook::encode(value, out)
    }
    pub fn decode{number}(bytes: &[u8]) -> Result<Rec{number}, signalbook::DecodeError> {
        signalbook::decode(bytes)
    }";
