use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Definition, Deprecation, Event, Field, KeyPath, Logical, MAX_NESTING, Name, Registry, Stability, Type,
};

/// What users of an event rely on and its schema does not hold.
///
/// The gate compares facts as it compares schemas, and the history keeps them beside each accepted schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What orders the events.
    pub key: Option<KeyFact>,
    /// The topics it is published to, without prefix, in the order of the registry.
    pub topics: Vec<String>,
    /// The one service that sends it.
    pub producer: Option<String>,
    /// How much its users may rely on it.
    pub stability: Stability,
    /// Set where it is no longer to be used.
    pub deprecation: Option<Deprecation>,
    /// The class of personal data of each field that has one, by path.
    ///
    /// A path is field names joined by dots, from the event's data down: `order.customer.email`. Arrays, maps
    /// and optional types add nothing to it; a branch of another union adds its type's simple name,
    /// `payment.Card.number`.
    pub pii: BTreeMap<String, String>,
}

/// What orders the events of one event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFact {
    /// Its path: field names joined by dots.
    pub path: String,
    /// Its type on the wire: `string`, `timestamp-millis`, `decimal(9,2)`, `enum`, `fixed(16)`.
    pub ty: String,
}

impl Facts {
    /// The facts of `event_type`; none where the registry has no such event.
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
    let field = KeyPath::resolve(registry, &event.data, path.split('.')).key()?;
    let ty = match field.ty.without_null() {
        Type::Named(name) => match registry.types.get(name)? {
            Definition::Record(_) => return None,
            Definition::Enum(_) => "enum".to_owned(),
            Definition::Fixed(fixed) => format!("fixed({})", fixed.size),
        },
        Type::Logical(Logical::Decimal { precision, scale }) => format!("decimal({precision},{scale})"),
        Type::Logical(logical) => logical.name().to_owned(),
        ty => ty.branch_name().to_owned(),
    };
    Some(KeyFact { path: path.clone(), ty })
}

/// Walks an event's data for its fields of personal data.
struct Pii<'a> {
    registry: &'a Registry,
    /// The records around the present place: a recursive type is not entered again.
    around: BTreeSet<&'a Name>,
    /// How often each record was entered.
    entered: BTreeMap<&'a Name, usize>,
    found: BTreeMap<String, String>,
}

impl<'a> Pii<'a> {
    /// In how many places of one event a record is looked into. Records that use each other many times have
    /// exponentially many paths.
    const MOST_PLACES: usize = 64;

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
        let too_much = *entered == Self::MOST_PLACES || self.around.len() == MAX_NESTING;
        if too_much || !self.around.insert(name) {
            return;
        }
        *entered += 1;
        self.fields(&record.fields, path);
        self.around.remove(name);
    }
}
