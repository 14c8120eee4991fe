use std::collections::{BTreeMap, BTreeSet};

use crate::{Definition, Deprecation, Event, Field, KeyPath, MAX_NESTING, Name, Registry, Stability, Type};

/// The facts of an event: what its users rely on and its schema does not hold.
///
/// The gate compares facts as it compares schemas. The history keeps them with each accepted schema. This
/// struct is exhaustive: the history must read each fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The key, which orders the events.
    pub key: Option<KeyFact>,
    /// The topics to which the event is published, without prefix, in the order of the registry.
    pub topics: Vec<String>,
    /// The service that publishes the event.
    pub producer: Option<String>,
    /// Whether users can rely on the event.
    pub stability: Stability,
    /// The deprecation, if the event is deprecated.
    pub deprecation: Option<Deprecation>,
    /// The class of personal data of each field that has one, by path.
    ///
    /// A path is a list of field names with dots in between, from the data of the event:
    /// `order.customer.email`. Arrays, maps and optional types add nothing to it. A branch of any other union
    /// adds the simple name of its type: `payment.Card.number`.
    pub pii: BTreeMap<String, String>,
}

/// The key of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFact {
    /// The key path: field names with dots in between.
    pub path: String,
    /// The type on the wire: `string`, `timestamp-millis`, `decimal(9,2)`, `enum`, `fixed(16)`.
    pub ty: String,
}

impl Facts {
    /// Returns the facts of `event_type`. Returns `None` if the registry does not have this event.
    pub fn of(registry: &Registry, event_type: &str) -> Option<Self> {
        let event = registry.events.get(&Name::new(event_type))?;
        Some(Self {
            key: key(registry, event),
            topics: event.topics.clone(),
            producer: event.producer.clone(),
            stability: event.stability,
            deprecation: event.deprecation.clone(),
            pii: Pii::collect(registry, &event.data),
        })
    }
}

/// Returns the key. Returns `None` if the path does not lead to a scalar.
fn key(registry: &Registry, event: &Event) -> Option<KeyFact> {
    let path = event.key.as_ref()?;
    let field = KeyPath::resolve(&registry.types, &event.data, path.split('.')).key()?;
    let ty = match field.ty.without_null() {
        Type::Named(name) => match registry.types.get(name)? {
            Definition::Record(_) => return None,
            Definition::Enum(_) => "enum".to_owned(),
            Definition::Fixed(fixed) => format!("fixed({})", fixed.size),
        },
        Type::Logical(logical) => logical.to_string(),
        ty => ty.branch_name().to_owned(),
    };
    Some(KeyFact { path: path.clone(), ty })
}

/// Finds the fields with personal data in the data of an event.
struct Pii<'a> {
    registry: &'a Registry,
    /// The records that contain the current field. A recursive type is not entered again.
    around: BTreeSet<&'a Name>,
    /// The number of times that each record was entered.
    entered: BTreeMap<&'a Name, usize>,
    found: BTreeMap<String, String>,
}

impl<'a> Pii<'a> {
    /// The maximum number of times that a record is entered. Records that use each other many times have
    /// exponentially many paths.
    const MOST_VISITS: usize = 64;

    fn collect(registry: &'a Registry, data: &'a [Field]) -> BTreeMap<String, String> {
        let mut walk =
            Self { registry, around: BTreeSet::new(), entered: BTreeMap::new(), found: BTreeMap::new() };
        walk.fields(data, "");
        walk.found
    }

    fn fields(&mut self, fields: &'a [Field], above: &str) {
        for field in fields {
            let path = if above.is_empty() { field.name.clone() } else { format!("{above}.{}", field.name) };
            self.ty(&field.ty, &path);
            if let Some(class) = &field.pii {
                self.found.insert(path, class.clone());
            }
        }
    }

    fn ty(&mut self, ty: &'a Type, path: &str) {
        match ty.without_null() {
            Type::Array(below) | Type::Map(below) => self.ty(below, path),
            Type::Union(branches) => {
                for branch in branches {
                    match branch.plain() {
                        Type::Named(name) => self.ty(branch, &format!("{path}.{}", name.simple())),
                        other => self.ty(other, path),
                    }
                }
            }
            Type::Named(name) => self.record(name, path),
            Type::Annotated(annotated) => self.ty(&annotated.ty, path),
            Type::Primitive(_) | Type::Logical(_) => {}
        }
    }

    fn record(&mut self, name: &'a Name, path: &str) {
        let Some(Definition::Record(record)) = self.registry.types.get(name) else { return };
        let entered = self.entered.entry(name).or_default();
        let too_much = *entered == Self::MOST_VISITS || self.around.len() == MAX_NESTING;
        if too_much || !self.around.insert(name) {
            return;
        }
        *entered += 1;
        self.fields(&record.fields, path);
        self.around.remove(name);
    }
}
