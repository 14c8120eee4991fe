use std::collections::BTreeMap;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use proptest::prelude::*;
use signalbook_data::{decode, encode};
use signalbook_model::{Annotated, Definition, Schema, Type};

use crate::data::data;

proptest! {
    /// The Apache library reads our bytes, and we read its bytes as the same value.
    #[test]
    fn apache_reads_ours_and_we_read_its((schema, value) in data()) {
        let schema = wire_only(schema);
        prop_assume!(is_known_to_apache(&schema));
        let theirs = apache_avro::Schema::parse_str(&schema.to_json()).expect("legal for Apache too");
        let ours = encode(&schema, &value).expect("a value of the schema");
        let mut input = &ours[..];
        let reader = GenericDatumReader::builder(&theirs).build().expect("a reader");
        let read = reader.read_value(&mut input).expect("our bytes");
        prop_assert!(input.is_empty());
        let writer = GenericDatumWriter::builder(&theirs).build().expect("a writer");
        let back = writer.write_value_to_vec(read).expect("its own value");
        // The maps of the Apache library have no order.
        let decoded = decode(&schema, &back).expect("its bytes");
        prop_assert_eq!(encode(&schema, &decoded).expect("what we read"), ours);
    }
}

/// Whether the Apache library supports the schema. It does not support error types, or references from a
/// namespace to a definition without one.
pub(crate) fn is_known_to_apache(schema: &Schema) -> bool {
    let bare = schema.definitions.keys().filter(|name| name.namespace().is_empty()).count();
    !schema.to_json().contains(r#""type":"error""#) && (bare == 0 || bare == schema.definitions.len())
}

/// Removes logical types, for which the Apache library has its own values, and maps, which have no order
/// there.
pub(crate) fn wire_only(schema: Schema) -> Schema {
    let definitions = schema.definitions.into_iter().map(|(name, mut definition)| {
        match &mut definition {
            Definition::Record(record) => {
                for field in &mut record.fields {
                    field.ty = wire_type(&field.ty);
                    field.default = None;
                }
            }
            Definition::Fixed(fixed) => fixed.logical = None,
            Definition::Enum(_) => {}
        }
        (name, definition)
    });
    Schema { root: wire_type(&schema.root), definitions: definitions.collect::<BTreeMap<_, _>>() }
}

fn wire_type(ty: &Type) -> Type {
    match ty {
        Type::Array(items) => Type::array(wire_type(items)),
        Type::Map(values) => Type::map(wire_type(values)),
        Type::Union(branches) => Type::Union(branches.iter().map(wire_type).collect()),
        Type::Annotated(annotated) => {
            let (ty, attributes) = (wire_type(&annotated.ty), annotated.attributes.clone());
            Type::Annotated(Box::new(Annotated { ty, attributes }))
        }
        ty => ty.wire().into_owned(),
    }
}
