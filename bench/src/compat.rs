//! The compatibility of a thousand pairs of schemas, with fields moved, removed, promoted, and added with a
//! default.

use apache_avro::schema_compatibility::SchemaCompatibility;
use signalbook_evolve::{Graph, check};
use signalbook_model::Schema;

use crate::timing::{Case, Timed, compare};

const READER: &str = include_str!("../data/compat/reader.avsc");
const WRITER: &str = include_str!("../data/compat/writer.avsc");
const PAIRS: u32 = 1000;

/// Measures all cases.
pub(crate) fn run() -> Vec<Timed> {
    let texts = |text: &str| -> Vec<String> {
        let namespace = |pair| format!(r#""namespace": "org.example.x{pair}""#);
        (0..PAIRS).map(|pair| text.replace(r#""namespace": "x""#, &namespace(pair))).collect()
    };
    let (readers, writers) = (texts(READER), texts(WRITER));
    let parse = |text: &String| Schema::parse(text).expect("a schema");
    let ours: Vec<_> =
        readers.iter().zip(&writers).map(|(reader, writer)| (parse(reader), parse(writer))).collect();
    let graphs: Vec<(Graph<'_>, Graph<'_>)> =
        ours.iter().map(|(reader, writer)| (Graph::new(reader), Graph::new(writer))).collect();
    let flat: Vec<(flat::Schema, flat::Schema)> =
        ours.iter().map(|(reader, writer)| (flat::Schema::new(reader), flat::Schema::new(writer))).collect();
    let parse = |text: &String| apache_avro::Schema::parse_str(text).expect("a schema");
    let theirs: Vec<_> =
        readers.iter().zip(&writers).map(|(reader, writer)| (parse(reader), parse(writer))).collect();
    let case = |name, call| Case { name, operations: PAIRS, call };
    compare(vec![
        case(
            "hand-written, for flat schemas",
            Box::new(|| assert!(flat.iter().all(|(reader, writer)| reader.reads(writer)))),
        ),
        case(
            "signalbook, with prepared graphs",
            Box::new(|| assert!(graphs.iter().all(|(reader, writer)| reader.check(writer).is_compatible()))),
        ),
        case(
            "signalbook, from two schemas",
            Box::new(|| assert!(ours.iter().all(|(reader, writer)| check(reader, writer).is_compatible()))),
        ),
        case(
            "apache-avro",
            Box::new(|| {
                let reads = |(reader, writer): &_| SchemaCompatibility::can_read(writer, reader).is_ok();
                assert!(theirs.iter().all(reads));
            }),
        ),
    ])
}

/// The minimum that a check must do: the verdict only, for records, unions and simple types.
mod flat {
    use signalbook_model::{self as model, Definition, Name, Primitive, Type};

    pub(super) struct Schema {
        root: usize,
        types: Vec<Flat>,
    }

    enum Flat {
        Simple(Type),
        Union(Vec<usize>),
        Record { name: String, fields: Vec<Field> },
    }

    struct Field {
        name: String,
        ty: usize,
        has_default: bool,
    }

    impl Schema {
        pub(super) fn new(schema: &model::Schema) -> Self {
            let names: Vec<&Name> = schema.definitions.keys().collect();
            let mut types: Vec<Flat> = names.iter().map(|_| Flat::Simple(Type::NULL)).collect();
            for (index, (name, definition)) in schema.definitions.iter().enumerate() {
                let Definition::Record(record) = definition else { panic!("only records are supported") };
                let fields = record.fields.iter().map(|field| Field {
                    name: field.name.clone(),
                    ty: add(&field.ty, &names, &mut types),
                    has_default: field.default.is_some(),
                });
                let fields = fields.collect();
                types[index] = Flat::Record { name: name.simple().to_owned(), fields };
            }
            let root = add(&schema.root, &names, &mut types);
            Self { root, types }
        }

        pub(super) fn reads(&self, writer: &Self) -> bool {
            self.pair(writer, self.root, writer.root, &mut Vec::new())
        }

        fn pair(&self, writer: &Self, new: usize, old: usize, compared: &mut Vec<(usize, usize)>) -> bool {
            match (&self.types[new], &writer.types[old]) {
                (Flat::Simple(new), Flat::Simple(old)) => {
                    matches!((new, old), (Type::Primitive(Primitive::Long), Type::Primitive(Primitive::Int)))
                        || new == old
                }
                (_, Flat::Union(branches)) => {
                    branches.iter().all(|old| self.pair(writer, new, *old, compared))
                }
                (Flat::Union(branches), _) => {
                    branches.iter().any(|new| self.pair(writer, *new, old, compared))
                }
                (Flat::Record { name, fields }, Flat::Record { name: old_name, fields: old_fields }) => {
                    if compared.contains(&(new, old)) {
                        return true;
                    }
                    compared.push((new, old));
                    name == old_name
                        && fields.iter().all(|field| {
                            match old_fields.iter().find(|old| old.name == field.name) {
                                Some(old) => self.pair(writer, field.ty, old.ty, compared),
                                None => field.has_default,
                            }
                        })
                }
                (Flat::Simple(_) | Flat::Record { .. }, _) => false,
            }
        }
    }

    fn add(ty: &Type, names: &[&Name], types: &mut Vec<Flat>) -> usize {
        let flat = match ty {
            Type::Named(name) => return names.binary_search(&name).expect("defined"),
            Type::Union(branches) => {
                Flat::Union(branches.iter().map(|branch| add(branch, names, types)).collect())
            }
            simple => Flat::Simple(simple.clone()),
        };
        types.push(flat);
        types.len() - 1
    }
}
