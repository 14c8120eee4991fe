use std::collections::{BTreeMap, HashMap, HashSet};

use signalbook_model::{Definition, Field, Name, Schema, Type};

use super::PlanError;

/// What the reader's aliases make of the writer's names, before the reference's reader looks at them (`applyAliases` in
/// Apache Avro for Java 1.12).
pub(super) struct Renamed<'s> {
    definitions: BTreeMap<&'s Name, Given<'s>>,
}

/// What a definition of the writer's is called.
struct Given<'s> {
    name: &'s Name,
    /// The places of a record's fields, by what they are called.
    fields: HashMap<&'s str, usize>,
}

impl<'s> Renamed<'s> {
    /// Applies the aliases of `reader`.
    ///
    /// # Errors
    /// Two fields of one of the writer's records, or two branches of one of its unions, get one name.
    pub(super) fn new(writer: &'s Schema, reader: &'s Schema) -> Result<Self, PlanError> {
        let aliases = Aliases::of(reader);
        let mut renamed = Self::as_written(writer);
        if aliases.is_empty() {
            return Ok(renamed);
        }
        // The reference applies the aliases twice, so that two fields that change names keep theirs; but not where there
        // seems nothing to rename.
        let reader = comparable(reader);
        for _ in 0..2 {
            if renamed.schema(writer).is_some_and(|writer| comparable(&writer) == reader) {
                break;
            }
            renamed.apply(&aliases)?;
            renamed.check_unions(writer)?;
        }
        Ok(renamed)
    }

    fn as_written(writer: &'s Schema) -> Self {
        let given = writer.definitions.iter().map(|(name, definition)| {
            let fields = match definition {
                Definition::Record(record) => &*record.fields,
                Definition::Enum(_) | Definition::Fixed(_) => &[],
            };
            let fields = fields.iter().map(|field| field.name.as_str()).zip(0..).collect();
            (name, Given { name, fields })
        });
        Self { definitions: given.collect() }
    }

    /// What the writer's definition `name` is called.
    pub(super) fn name<'n>(&self, name: &'n Name) -> &'n Name
    where
        's: 'n,
    {
        self.definitions.get(name).map_or(name, |given| given.name)
    }

    /// The place of the field of the writer's record that is called `field`.
    pub(super) fn field(&self, record: &Name, field: &str) -> Option<usize> {
        self.definitions.get(record)?.fields.get(field).copied()
    }

    /// Applies the aliases once.
    fn apply(&mut self, aliases: &Aliases<'s>) -> Result<(), PlanError> {
        for (written, given) in &mut self.definitions {
            given.name = aliases.definitions.get(given.name.as_str()).copied().unwrap_or(given.name);
            let Some(table) = aliases.fields.get(given.name.as_str()) else { continue };
            let names = &aliases.tables[*table];
            let mut called: Vec<_> = given.fields.iter().collect();
            called.sort_unstable();
            let mut fields = HashMap::new();
            for (old, place) in called {
                let new = names.get(old).copied().unwrap_or(old);
                if fields.insert(new, *place).is_some() {
                    return Err(PlanError::Ambiguous { record: (*written).clone(), field: new.to_owned() });
                }
            }
            given.fields = fields;
        }
        Ok(())
    }

    /// Whether the branches of each union still have names of their own.
    fn check_unions(&self, writer: &Schema) -> Result<(), PlanError> {
        let fields = writer.definitions.values().flat_map(|definition| match definition {
            Definition::Record(record) => &*record.fields,
            Definition::Enum(_) | Definition::Fixed(_) => &[],
        });
        let mut open: Vec<&Type> = fields.map(|field| &field.ty).chain([&writer.root]).collect();
        while let Some(ty) = open.pop() {
            if let Type::Union(branches) = ty {
                let mut seen = HashSet::new();
                for branch in branches {
                    if let Type::Named(name) = branch.plain()
                        && !seen.insert(self.name(name))
                    {
                        return Err(PlanError::SameBranch { name: self.name(name).clone() });
                    }
                }
            }
            open.extend(ty.parts());
        }
        Ok(())
    }

    /// The writer's schema under these names, unless they make two different definitions one.
    fn schema(&self, writer: &Schema) -> Option<Schema> {
        let mut renamed = Schema { root: self.ty(&writer.root), definitions: BTreeMap::new() };
        for (written, given) in &self.definitions {
            let mut definition = writer.definitions.get(*written)?.clone();
            if let Definition::Record(record) = &mut definition {
                for (name, place) in &given.fields {
                    let field = record.fields.get_mut(*place)?;
                    (*name).clone_into(&mut field.name);
                    field.ty = self.ty(&field.ty);
                }
            }
            match renamed.definitions.get(given.name) {
                Some(other) if *other != definition => return None,
                Some(_) | None => renamed.definitions.insert(given.name.clone(), definition),
            };
        }
        Some(renamed)
    }

    fn ty(&self, ty: &Type) -> Type {
        match ty {
            Type::Named(name) => Type::Named(self.name(name).clone()),
            Type::Array(items) => Type::array(self.ty(items)),
            Type::Map(values) => Type::map(self.ty(values)),
            Type::Union(branches) => Type::Union(branches.iter().map(|branch| self.ty(branch)).collect()),
            Type::Annotated(annotated) => {
                let mut annotated = annotated.clone();
                annotated.ty = self.ty(&annotated.ty);
                Type::Annotated(annotated)
            }
            Type::Primitive(_) | Type::Logical(_) => ty.clone(),
        }
    }
}

/// The schema without what the reference does not compare.
fn comparable(schema: &Schema) -> Schema {
    let mut schema = schema.without_docs();
    for definition in schema.definitions.values_mut() {
        match definition {
            Definition::Record(record) => {
                record.aliases.clear();
                record.error = false;
                record.fields.iter_mut().for_each(|field| field.aliases.clear());
            }
            Definition::Enum(definition) => {
                definition.aliases.clear();
                definition.fallback = None;
            }
            Definition::Fixed(definition) => definition.aliases.clear(),
        }
    }
    schema
}

/// The aliases of a reader's schema, those that come later in place of earlier ones.
#[derive(Default)]
struct Aliases<'s> {
    definitions: HashMap<String, &'s Name>,
    /// By the names and the aliases of the reader's records: which table has the aliases of their fields. Where the alias of
    /// one record is the name of another, they share one, as in the reference.
    fields: HashMap<String, usize>,
    tables: Vec<HashMap<&'s str, &'s str>>,
}

/// What is still to be done with a reader's schema.
enum Open<'s> {
    Type(&'s Type),
    /// A field's aliases, and its type.
    Field(&'s Name, &'s Field),
    /// A record, after its fields.
    After(&'s Name, &'s [String]),
}

impl<'s> Aliases<'s> {
    fn of(reader: &'s Schema) -> Self {
        let mut aliases = Self::default();
        let mut seen = HashSet::new();
        let mut open = vec![Open::Type(&reader.root)];
        while let Some(next) = open.pop() {
            match next {
                Open::Type(Type::Named(name)) => {
                    let Some(definition) = reader.definitions.get(name) else { continue };
                    let own = definition.aliases();
                    aliases.definitions.extend(own.iter().map(|alias| (full(alias, name), name)));
                    if let Definition::Record(record) = definition
                        && seen.insert(name)
                    {
                        open.push(Open::After(name, own));
                        open.extend(record.fields.iter().rev().map(|field| Open::Field(name, field)));
                    }
                }
                Open::Type(ty) => open.extend(ty.parts().iter().rev().map(Open::Type)),
                Open::Field(record, field) => {
                    if !field.aliases.is_empty() {
                        let renamed = field.aliases.iter().map(|alias| (alias.as_str(), field.name.as_str()));
                        aliases.table(record).extend(renamed);
                    }
                    open.push(Open::Type(&field.ty));
                }
                Open::After(record, own) => {
                    if let Some(table) = aliases.fields.get(record.as_str()).copied() {
                        aliases.fields.extend(own.iter().map(|alias| (full(alias, record), table)));
                    }
                }
            }
        }
        aliases
    }

    fn is_empty(&self) -> bool {
        self.definitions.is_empty() && self.tables.is_empty()
    }

    /// The aliases of the fields of a record.
    fn table(&mut self, record: &Name) -> &mut HashMap<&'s str, &'s str> {
        let next = self.tables.len();
        let table = *self.fields.entry(record.as_str().to_owned()).or_insert(next);
        if table == next {
            self.tables.push(HashMap::new());
        }
        &mut self.tables[table]
    }
}

/// The full name that `alias` of the definition `own` is.
fn full(alias: &str, own: &Name) -> String {
    match alias.rsplit_once('.') {
        Some(("", simple)) => simple.to_owned(),
        Some(_) => alias.to_owned(),
        None => Name::in_namespace(own.namespace(), alias).as_str().to_owned(),
    }
}
