use std::cell::OnceCell;
use std::collections::BTreeMap;

use signalbook_diagnostics::Fix;
use signalbook_model::{Event, Field, Name, Path, Registry, Type};

/// Maps names in the schema of an event to names in the registry.
pub(crate) struct RegistryNames<'a> {
    event_type: &'a Name,
    registry: Option<&'a Registry>,
    /// The registry's names by the schema's. Computed on first use, because most events have no findings.
    names: OnceCell<BTreeMap<Name, &'a Name>>,
}

impl<'a> RegistryNames<'a> {
    pub(crate) fn new(event_type: &'a Name, registry: Option<&'a Registry>) -> Self {
        Self { event_type, registry, names: OnceCell::new() }
    }

    /// Returns the registry path for a path in the schema.
    pub(crate) fn path(&self, path: Path) -> Path {
        let event = || self.event_type.clone();
        match path {
            Path::Type(ty) if self.is_event(&ty) => Path::Event(event()),
            Path::Type(ty) => Path::Type(self.name(&ty)),
            Path::Member { ty, member } if self.is_event(&ty) => Path::Data { event: event(), field: member },
            Path::Member { ty, member } => Path::Member { ty: self.name(&ty), member },
            path @ (Path::Event(_) | Path::Data { .. }) => path,
        }
    }

    /// Returns the path of the event itself.
    pub(crate) fn root(&self) -> Path {
        Path::Event(self.event_type.clone())
    }

    /// Returns the fix with the names of the registry.
    pub(crate) fn fix(&self, fix: Fix) -> Fix {
        match fix {
            Fix::AddDefault { field, value } => Fix::AddDefault { field: self.path(field), value },
            Fix::MakeOptional { field } => Fix::MakeOptional { field: self.path(field) },
            Fix::RestoreField { field, ty, pii } => {
                Fix::RestoreField { field: self.path(field), ty: self.ty(ty), pii }
            }
            Fix::AddAlias { of, alias } => Fix::AddAlias { of: self.path(of), alias },
            Fix::AddSymbols { of, symbols } => Fix::AddSymbols { of: self.name(&of), symbols },
            Fix::SetField { of, field, replaces } => {
                let field = Field { ty: self.ty(field.ty), ..field };
                Fix::SetField { of: self.path(of), field, replaces }
            }
            Fix::SetEnum { of, symbols, fallback } => Fix::SetEnum { of: self.name(&of), symbols, fallback },
            Fix::SetAliases { of, aliases } => Fix::SetAliases { of: self.name(&of), aliases },
            Fix::RestoreType { name } => Fix::RestoreType { name: self.name(&name) },
            fix @ Fix::RaiseMinor { .. } => fix,
        }
    }

    fn is_event(&self, definition: &Name) -> bool {
        *definition == Event::record_name(self.event_type)
    }

    /// Returns the registry's name of a definition, or the given name if the registry does not have it.
    fn name(&self, definition: &Name) -> Name {
        let names = self.names.get_or_init(|| {
            self.registry.map(|registry| registry.names_by_schema(self.event_type)).unwrap_or_default()
        });
        names.get(definition).map_or_else(|| definition.clone(), |name| (*name).clone())
    }

    fn ty(&self, ty: Type) -> Type {
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
}
