use std::cell::OnceCell;
use std::collections::BTreeMap;

use signalbook_model::{Definition, Field, Name, Path, Registry, Type, TypeNames};

/// What the registry calls what an event's schema names in its own way.
pub(crate) struct Origins<'a> {
    event_type: &'a Name,
    registry: Option<&'a Registry>,
    /// The registry's names by the schema's; made when first asked for, as most events have no findings.
    names: OnceCell<BTreeMap<Name, &'a Name>>,
}

impl<'a> Origins<'a> {
    pub(crate) fn new(event_type: &'a Name, registry: Option<&'a Registry>) -> Self {
        Self { event_type, registry, names: OnceCell::new() }
    }

    /// The place of a definition of the schema, or of a field or symbol of it.
    pub(crate) fn path(&self, definition: &Name, member: Option<&str>) -> Path {
        let event = || self.event_type.clone();
        let is_event =
            definition.simple() == "CloudEvent" && definition.namespace() == self.event_type.as_str();
        match member.map(str::to_owned) {
            Some(field) if is_event => Path::Data { event: event(), field },
            None if is_event => Path::Event(event()),
            Some(member) => Path::Member { ty: self.name(definition), member },
            None => Path::Type(self.name(definition)),
        }
    }

    /// The event itself.
    pub(crate) fn root(&self) -> Path {
        Path::Event(self.event_type.clone())
    }

    /// The registry's name of a definition; its own where the registry lacks it.
    pub(crate) fn name(&self, definition: &Name) -> Name {
        let names = self.names.get_or_init(|| self.collect());
        names.get(definition).map_or_else(|| definition.clone(), |name| (*name).clone())
    }

    /// A type in the registry's names.
    pub(crate) fn ty(&self, ty: Type) -> Type {
        match ty {
            Type::Named(name) => Type::Named(self.name(&name)),
            Type::Array(items) => Type::array(self.ty(*items)),
            Type::Map(values) => Type::map(self.ty(*values)),
            Type::Union(branches) => {
                Type::Union(branches.into_iter().map(|branch| self.ty(branch)).collect())
            }
            Type::Annotated(annotated) => self.ty(annotated.ty),
            plain @ (Type::Primitive(_) | Type::Logical(_)) => plain,
        }
    }

    fn collect(&self) -> BTreeMap<Name, &'a Name> {
        let mut names = BTreeMap::new();
        let Some(registry) = self.registry else { return names };
        let Some(event) = registry.events.get(self.event_type) else { return names };
        let types = |fields: &'a [Field]| fields.iter().map(|field| &field.ty);
        let mut open: Vec<&Type> = types(&event.data).collect();
        while let Some(ty) = open.pop() {
            open.extend(ty.parts());
            if let Type::Named(name) = ty {
                let projected = match event.type_names {
                    TypeNames::Bare => Name::in_namespace(self.event_type.as_str(), name.simple()),
                    TypeNames::Qualified => name.clone(),
                };
                if names.insert(projected, name).is_none()
                    && let Some(Definition::Record(record)) = registry.types.get(name)
                {
                    open.extend(types(&record.fields));
                }
            }
        }
        names
    }
}
