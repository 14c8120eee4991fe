use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use signalbook_model::{
    Definition, Enum, Field, Fixed, FixedLogical, Logical, Name, Primitive, Record, Schema, Type,
};

/// A schema as nodes that refer to each other by number: a definition is one node wherever it is used, every other type a
/// node for each place where it stands.
pub(super) struct Graph<'s> {
    pub(super) root: Id,
    nodes: Vec<Node<'s>>,
    /// The types of records' fields, and the branches of unions.
    parts: Vec<Id>,
    by_name: Vec<HashMap<&'s str, usize>>,
}

/// The number of a type within its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Id(pub(super) u32);

#[derive(Clone, Debug)]
pub(super) enum Node<'s> {
    Primitive(Primitive, Option<Logical>),
    Array(Id),
    Map(Id),
    Union(Range<usize>),
    Record(RecordNode<'s>),
    Enum(&'s Name, &'s Enum),
    Fixed(&'s Name, &'s Fixed),
    /// A reference to a definition that the schema lacks.
    Undefined(&'s Name),
}

#[derive(Clone, Debug)]
pub(super) struct RecordNode<'s> {
    pub(super) name: &'s Name,
    pub(super) record: &'s Record,
    parts: Range<usize>,
    /// Which of the graph's tables finds the fields by name.
    index: usize,
}

impl<'s> Graph<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        let definitions = schema.definitions.keys().zip((0..).map(Id)).collect();
        let nodes = schema.definitions.keys().map(Node::Undefined).collect();
        let mut builder = Builder { definitions, nodes, parts: Vec::new(), by_name: Vec::new() };
        for (place, (name, definition)) in schema.definitions.iter().enumerate() {
            builder.nodes[place] = builder.definition(name, definition);
        }
        let root = builder.add(&schema.root);
        Self { root, nodes: builder.nodes, parts: builder.parts, by_name: builder.by_name }
    }

    pub(super) fn node(&self, id: Id) -> &Node<'s> {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node<'s>> {
        self.nodes.iter()
    }

    pub(super) fn branches(&self, parts: &Range<usize>) -> &[Id] {
        &self.parts[parts.clone()]
    }

    /// The types of a record's fields.
    pub(super) fn fields(&self, record: &RecordNode<'s>) -> &[Id] {
        &self.parts[record.parts.clone()]
    }

    /// The place of a record's field.
    pub(super) fn field(&self, record: &RecordNode<'s>, name: &str) -> Option<usize> {
        self.by_name[record.index].get(name).copied()
    }

    /// What messages call the type.
    pub(super) fn describe(&self, id: Id) -> String {
        match self.node(id) {
            Node::Primitive(primitive, None) => format!("`{}`", primitive.name()),
            Node::Primitive(_, Some(logical)) => format!("`{}`", label(*logical)),
            Node::Array(_) => "an array".to_owned(),
            Node::Map(_) => "a map".to_owned(),
            Node::Union(_) => "a union".to_owned(),
            Node::Record(record) => format!("the record `{}`", record.name),
            Node::Enum(name, _) => format!("the enum `{name}`"),
            Node::Fixed(name, Fixed { size, logical: None, .. }) => {
                format!("the fixed `{name}` of {size} bytes")
            }
            Node::Fixed(name, Fixed { logical: Some(logical), .. }) => {
                format!("the fixed `{name}`, `{}`", fixed_label(*logical))
            }
            Node::Undefined(name) => format!("`{name}`, which its schema does not define"),
        }
    }
}

struct Builder<'s> {
    definitions: BTreeMap<&'s Name, Id>,
    nodes: Vec<Node<'s>>,
    parts: Vec<Id>,
    by_name: Vec<HashMap<&'s str, usize>>,
}

impl<'s> Builder<'s> {
    fn definition(&mut self, name: &'s Name, definition: &'s Definition) -> Node<'s> {
        match definition {
            Definition::Record(record) => {
                let parts = self.add_all(record.fields.len(), record.fields.iter().map(|field| &field.ty));
                let names = record.fields.iter().map(|field: &Field| field.name.as_str());
                self.by_name.push(names.zip(0..).collect());
                Node::Record(RecordNode { name, record, parts, index: self.by_name.len() - 1 })
            }
            Definition::Enum(definition) => Node::Enum(name, definition),
            Definition::Fixed(definition) => Node::Fixed(name, definition),
        }
    }

    /// Adds parts that stand together.
    fn add_all(&mut self, count: usize, types: impl Iterator<Item = &'s Type>) -> Range<usize> {
        let start = self.parts.len();
        self.parts.extend(std::iter::repeat_n(Id(u32::MAX), count));
        for (place, ty) in types.enumerate() {
            self.parts[start + place] = self.add(ty);
        }
        start..start + count
    }

    fn add(&mut self, ty: &'s Type) -> Id {
        let node = match ty {
            Type::Primitive(primitive) => Node::Primitive(*primitive, None),
            Type::Logical(logical) => Node::Primitive(logical.primitive(), Some(*logical)),
            Type::Array(items) => Node::Array(self.add(items)),
            Type::Map(values) => Node::Map(self.add(values)),
            Type::Union(branches) => Node::Union(self.add_all(branches.len(), branches.iter())),
            Type::Named(name) => match self.definitions.get(name) {
                Some(id) => return *id,
                None => Node::Undefined(name),
            },
            Type::Annotated(annotated) => return self.add(&annotated.ty),
        };
        self.nodes.push(node);
        Id(u32::try_from(self.nodes.len() - 1).expect("a schema in memory has fewer than 2^32 types"))
    }
}

/// What messages call a logical type: `timestamp-millis`, `decimal(9,2)`.
fn label(logical: Logical) -> String {
    match logical {
        Logical::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        other => other.name().to_owned(),
    }
}

fn fixed_label(logical: FixedLogical) -> String {
    match logical {
        FixedLogical::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        other => other.name().to_owned(),
    }
}
