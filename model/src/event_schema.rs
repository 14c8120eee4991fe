use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use crate::{Definition, Event, Field, MAX_NESTING, Name, Path, Record, Registry, Schema, Type};

/// Options of the projection. By default, a schema contains no documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    /// Whether the schema contains the documentation of the registry.
    pub docs: bool,
    /// The documentation of the record of every event, in place of the event's own documentation.
    pub event_doc: Option<String>,
}

/// The reason why a registry has no schema for an event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProjectionError {
    /// The registry does not contain the event.
    UnknownEvent(Name),
    /// A field refers to a type that the registry does not contain.
    UnknownType {
        /// The field.
        path: Path,
        /// The type.
        name: Name,
    },
    /// Two types have the same name in the schema.
    Ambiguous {
        /// The event.
        event: Name,
        /// The full name in the schema.
        name: Name,
        /// The first type. It is the event if a type has the name of the event's record.
        first: Name,
        /// The second type.
        second: Name,
    },
    /// Types are nested deeper than [`MAX_NESTING`].
    TooDeep(Path),
}

impl Registry {
    /// Returns the schema of `event_type`, without documentation.
    ///
    /// It is a record `CloudEvent` in the namespace of the event type, with a field for each data field of
    /// the event. [`Event::type_names`] determines the names of types. Documentation and classes of personal
    /// data are left out.
    ///
    /// # Errors
    /// See [`ProjectionError`].
    pub fn schema(&self, event_type: &str) -> Result<Schema, ProjectionError> {
        self.schema_with(event_type, &Projection::default())
    }

    /// Returns the schema of `event_type`, with the options in `projection`.
    ///
    /// # Errors
    /// See [`ProjectionError`].
    pub fn schema_with(&self, event_type: &str, projection: &Projection) -> Result<Schema, ProjectionError> {
        let (name, event) = self
            .events
            .get_key_value(&Name::new(event_type))
            .ok_or_else(|| ProjectionError::UnknownEvent(Name::new(event_type)))?;
        Projector::new(self, name, event, projection).project()
    }

    /// Returns the names of the types of `event_type`, by their names in its schema. If two types have the
    /// same name there, the event has no schema, and the map contains only one of the two types.
    pub fn names_by_schema(&self, event_type: &Name) -> BTreeMap<Name, &Name> {
        let mut names = BTreeMap::new();
        let Some(event) = self.events.get(event_type) else { return names };
        let mut open: Vec<&Type> = event.data.iter().map(|field| &field.ty).collect();
        while let Some(ty) = open.pop() {
            open.extend(ty.parts());
            if let Type::Named(name) = ty
                && names.insert(event.type_names.in_schema(event_type, name), name).is_none()
                && let Some(Definition::Record(record)) = self.types.get(name)
            {
                open.extend(record.fields.iter().map(|field| &field.ty));
            }
        }
        names
    }
}

struct Projector<'a> {
    registry: &'a Registry,
    event_type: &'a Name,
    event: &'a Event,
    projection: &'a Projection,
    definitions: BTreeMap<Name, Definition>,
    /// The registry name of each name in the schema.
    sources: BTreeMap<Name, &'a Name>,
}

impl<'a> Projector<'a> {
    fn new(
        registry: &'a Registry,
        event_type: &'a Name,
        event: &'a Event,
        projection: &'a Projection,
    ) -> Self {
        let (definitions, sources) = (BTreeMap::new(), BTreeMap::new());
        Self { registry, event_type, event, projection, definitions, sources }
    }

    fn project(mut self) -> Result<Schema, ProjectionError> {
        let root = Event::record_name(self.event_type);
        self.sources.insert(root.clone(), self.event_type);
        let event = self.event;
        let path = |field: &Field| Path::Data { event: self.event_type.clone(), field: field.name.clone() };
        let fields = self.fields(&event.data, path, 1)?;
        let own_doc = || if self.projection.docs { event.doc.clone() } else { None };
        let doc = self.projection.event_doc.clone().or_else(own_doc);
        self.definitions
            .insert(root.clone(), Definition::Record(Record { doc, fields, ..Record::default() }));
        Ok(Schema { root: Type::Named(root), definitions: self.definitions })
    }

    fn fields(
        &mut self,
        fields: &'a [Field],
        path: impl Fn(&Field) -> Path,
        depth: usize,
    ) -> Result<Vec<Field>, ProjectionError> {
        let mut projected = Vec::with_capacity(fields.len());
        for field in fields {
            projected.push(Field {
                name: field.name.clone(),
                doc: self.doc(field.doc.as_ref()),
                aliases: field.aliases.clone(),
                ty: self.ty(&field.ty, &|| path(field), depth + 1)?,
                default: field.default.clone(),
                order: field.order,
                pii: None,
                attributes: field.attributes.clone(),
            });
        }
        Ok(projected)
    }

    fn ty(&mut self, ty: &'a Type, path: &dyn Fn() -> Path, depth: usize) -> Result<Type, ProjectionError> {
        if depth > MAX_NESTING {
            return Err(ProjectionError::TooDeep(path()));
        }
        Ok(match ty {
            Type::Primitive(_) | Type::Logical(_) => ty.clone(),
            Type::Array(items) => Type::array(self.ty(items, path, depth + 1)?),
            Type::Map(values) => Type::map(self.ty(values, path, depth + 1)?),
            Type::Union(branches) => {
                let branches = branches.iter().map(|branch| self.ty(branch, path, depth + 1));
                Type::Union(branches.collect::<Result<_, _>>()?)
            }
            Type::Named(name) => Type::Named(self.named(name, path, depth)?),
            Type::Annotated(annotated) => {
                let ty = self.ty(&annotated.ty, path, depth + 1)?;
                Type::Annotated(Box::new(crate::Annotated { ty, attributes: annotated.attributes.clone() }))
            }
        })
    }

    fn named(
        &mut self,
        name: &'a Name,
        path: &dyn Fn() -> Path,
        depth: usize,
    ) -> Result<Name, ProjectionError> {
        let definition = self
            .registry
            .types
            .get(name)
            .ok_or_else(|| ProjectionError::UnknownType { path: path(), name: name.clone() })?;
        let projected = self.event.type_names.in_schema(self.event_type, name);
        match self.sources.entry(projected.clone()) {
            Entry::Occupied(source) if *source.get() == name => return Ok(projected),
            Entry::Occupied(source) => {
                return Err(ProjectionError::Ambiguous {
                    event: self.event_type.clone(),
                    name: projected,
                    first: (*source.get()).clone(),
                    second: name.clone(),
                });
            }
            Entry::Vacant(source) => source.insert(name),
        };
        let mut definition = match definition {
            Definition::Record(record) => {
                let path = |field: &Field| Path::Member { ty: name.clone(), member: field.name.clone() };
                let fields = self.fields(&record.fields, path, depth)?;
                Definition::Record(Record {
                    doc: record.doc.clone(),
                    aliases: record.aliases.clone(),
                    fields,
                    error: record.error,
                    attributes: record.attributes.clone(),
                })
            }
            Definition::Enum(_) | Definition::Fixed(_) => definition.clone(),
        };
        if !self.projection.docs {
            *definition.doc_mut() = None;
        }
        self.definitions.insert(projected.clone(), definition);
        Ok(projected)
    }

    fn doc(&self, doc: Option<&String>) -> Option<String> {
        doc.filter(|_| self.projection.docs).cloned()
    }
}

impl fmt::Display for ProjectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownEvent(name) => write!(f, "no event `{name}` in the registry"),
            Self::UnknownType { path, name } => {
                write!(f, "`{path}` names the type `{name}`, which the registry does not define")
            }
            Self::Ambiguous { event, name, first, second } => write!(
                f,
                "`{first}` and `{second}` are both `{name}` in the schema of `{event}`: rename one, or name \
                 types by their qualified names"
            ),
            Self::TooDeep(path) => {
                write!(
                    f,
                    "types are nested more than {MAX_NESTING} levels deep at `{path}`: make the registry \
                     flatter"
                )
            }
        }
    }
}

impl std::error::Error for ProjectionError {}
