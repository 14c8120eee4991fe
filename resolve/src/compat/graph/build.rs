use signalbook_model::{Definition, Logical, Name, Schema, Type};

use super::name_index::Index;
use super::{Enum, Field, Fixed, Graph, GraphRange, Id, Node, Record};
use crate::compat::names::Names;

impl<'s> Graph<'s> {
    /// Prepares `schema` for comparison.
    pub fn new(schema: &'s Schema) -> Self {
        let mut builder = Builder::new(schema);
        let root = builder.add(&schema.root);
        let Builder { nodes, branches, fields, logicals, .. } = builder;
        let definitions = &schema.definitions;
        Self { root, definitions, nodes, branches, fields, logicals }
    }
}

struct Builder<'s> {
    /// The names of the definitions, in order. The node of each has the same index.
    definitions: Vec<&'s Name>,
    nodes: Vec<Node<'s>>,
    branches: Vec<Id>,
    fields: Vec<Field<'s>>,
    logicals: Vec<(Id, Logical)>,
}

impl<'s> Builder<'s> {
    fn new(schema: &'s Schema) -> Self {
        let definitions: Vec<&Name> = schema.definitions.keys().collect();
        let count = schema.definitions.values().map(|definition| match definition {
            Definition::Record(record) => record.fields.len(),
            Definition::Enum(_) | Definition::Fixed(_) => 0,
        });
        let fields = Vec::with_capacity(count.sum());
        let mut nodes = Vec::with_capacity(definitions.len() + 2 * fields.capacity());
        nodes.extend(definitions.iter().map(|name| Node::Undefined(name)));
        let mut builder = Self { definitions, nodes, branches: Vec::new(), fields, logicals: Vec::new() };
        for (index, (name, definition)) in schema.definitions.iter().enumerate() {
            builder.nodes[index] = builder.definition(name, definition);
        }
        builder
    }

    fn definition(&mut self, name: &'s Name, definition: &'s Definition) -> Node<'s> {
        match definition {
            Definition::Record(record) => {
                let start = self.fields.len();
                for field in &record.fields {
                    let ty = self.add(&field.ty);
                    let (name, aliases, default) = (&field.name, &field.aliases, field.default.as_ref());
                    self.fields.push(Field { name, aliases, ty, default });
                }
                let fields = &self.fields[start..];
                let by_name = Index::new(fields.len(), |index| fields[index].name);
                let fields = GraphRange { start, end: self.fields.len() };
                Node::Record(Box::new(Record { names: Names::new(name, &record.aliases), fields, by_name }))
            }
            Definition::Enum(definition) => {
                let symbols = definition.symbols.as_slice();
                Node::Enum(Box::new(Enum {
                    names: Names::new(name, &definition.aliases),
                    symbols,
                    fallback: definition.fallback.as_deref(),
                    by_name: Index::new(symbols.len(), |index| &symbols[index]),
                }))
            }
            Definition::Fixed(fixed) => Node::Fixed(Box::new(Fixed {
                names: Names::new(name, &fixed.aliases),
                size: fixed.size,
                logical: fixed.logical,
            })),
        }
    }

    fn add(&mut self, ty: &'s Type) -> Id {
        let node = match ty {
            Type::Primitive(primitive) => Node::Primitive(*primitive),
            Type::Logical(logical) => {
                self.logicals.push((id(self.nodes.len()), *logical));
                Node::Primitive(logical.primitive())
            }
            Type::Array(items) => Node::Array(self.add(items)),
            Type::Map(values) => Node::Map(self.add(values)),
            Type::Union(types) => {
                let start = self.branches.len();
                self.branches.extend(std::iter::repeat_n(Id(u32::MAX), types.len()));
                for (index, ty) in types.iter().enumerate() {
                    self.branches[start + index] = self.add(ty);
                }
                Node::Union(GraphRange { start, end: start + types.len() })
            }
            Type::Named(name) => match self.definitions.binary_search(&name) {
                Ok(index) => return id(index),
                Err(_) => Node::Undefined(name),
            },
            Type::Annotated(annotated) => return self.add(&annotated.ty),
        };
        self.nodes.push(node);
        id(self.nodes.len() - 1)
    }
}

fn id(index: usize) -> Id {
    Id(u32::try_from(index).expect("a schema in memory has fewer than 2^32 types"))
}
