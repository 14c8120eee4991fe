use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{SchemaError, SchemaNames, SchemaProblem, defaults, read_logical};
use crate::{
    Annotated, Attributes, Definition, Enum, Field, Fixed, Json, MAX_NESTING, Name, Order, Primitive, Record,
    Schema, Type, is_legal_avro_part,
};

/// Reads a schema from `json`, which may use the types of `others`. Also returns the errors that do not
/// prevent reading data with the schema.
pub(super) fn schema(json: Json, others: Vec<Json>) -> Result<(Schema, Vec<SchemaError>)> {
    let mut reader = Reader::default();
    for other in others {
        reader.ty(other, "")?;
    }
    // Irregularities of the others are not those of this schema.
    let defaults_of_others = std::mem::take(&mut reader.defaults);
    let unknown_to_others = std::mem::take(&mut reader.unknown);
    reader.irregularities.clear();
    let has_others = !reader.definitions.is_empty();
    let root = reader.ty(json, "")?;
    let Reader { definitions, defaults, mut irregularities, unknown, .. } = reader;
    for (is_own, (name, error)) in unknown
        .into_iter()
        .map(|own| (true, own))
        .chain(unknown_to_others.into_iter().map(|other| (false, other)))
    {
        match definitions.contains_key(&name) {
            true if is_own => irregularities.push(error),
            true => {}
            false => return Err(error),
        }
    }
    let mut schema = Schema { root, definitions };
    defaults::check(&mut schema, defaults_of_others, &mut Vec::new());
    defaults::check(&mut schema, defaults, &mut irregularities);
    if has_others {
        retain_used(&mut schema);
    }
    Ok((schema, irregularities))
}

/// Returns the names in `json`.
pub(super) fn names(json: Json) -> Result<SchemaNames> {
    let mut reader = Reader::default();
    reader.ty(json, "")?;
    let defined: BTreeSet<Name> = reader.definitions.into_keys().collect();
    let missing = reader.unknown.into_iter().map(|(name, _)| name).filter(|name| !defined.contains(name));
    Ok(SchemaNames { missing: missing.collect(), defined })
}

/// Returns the full name of the definition `json`.
pub(super) fn root_name(json: &Json) -> Option<Name> {
    let Json::Object(members) = json else { return None };
    let text = |key: &str| members.iter().find(|(member, _)| member == key)?.1.as_str();
    let is_definition = matches!(text("type"), Some("record" | "error" | "enum" | "fixed"));
    is_definition.then(|| full_name(text("name").unwrap_or_default(), text("namespace").unwrap_or_default()))
}

/// Removes the definitions that the schema does not use.
fn retain_used(schema: &mut Schema) {
    let mut used = BTreeSet::new();
    let mut open = vec![&schema.root];
    while let Some(ty) = open.pop() {
        open.extend(ty.parts());
        if let Type::Named(name) = ty
            && used.insert(name.clone())
            && let Some(Definition::Record(record)) = schema.definitions.get(name)
        {
            open.extend(record.fields.iter().map(|field| &field.ty));
        }
    }
    schema.definitions.retain(|name, _| used.contains(name));
}

/// Returns the first of `names` that occurs a second time.
pub(super) fn first_duplicate<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    const FEW: usize = 16; // for so few names, comparing all pairs is faster than hashing
    if names.clone().nth(FEW).is_none() {
        let seen_before =
            |(index, name): &(usize, &str)| names.clone().take(*index).any(|seen| seen == *name);
        return names.clone().enumerate().find(seen_before).map(|(_, name)| name);
    }
    let mut seen = HashSet::new();
    names.into_iter().find(|name| !seen.insert(*name))
}

#[derive(Default)]
struct Reader {
    /// Finished definitions.
    definitions: BTreeMap<Name, Definition>,
    /// The names of the finished definitions and of the records that are being read.
    names: HashSet<Name>,
    /// The JSON pointer of the current value.
    pointer: Vec<Segment>,
    /// The number of types that enclose the current value.
    depth: usize,
    /// The defaults, which are checked after all types are known.
    defaults: Vec<defaults::Pending>,
    /// The names that were used before their definition, or without one, each with its error.
    unknown: Vec<(Name, SchemaError)>,
    irregularities: Vec<SchemaError>,
}

enum Segment {
    Member(&'static str),
    Item(usize),
}

type Result<T, E = SchemaError> = std::result::Result<T, E>;

impl Reader {
    fn ty(&mut self, json: Json, namespace: &str) -> Result<Type> {
        if self.depth == MAX_NESTING {
            return Err(self.error(SchemaProblem::TooDeep));
        }
        self.depth += 1;
        let ty = match json {
            Json::String(name) => Ok(self.reference(&name, namespace)),
            Json::Array(branches) => self.union(branches, namespace),
            Json::Object(members) => self.object(Members(members), namespace),
            Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Float(_) => {
                Err(self.expected("a type: a name, an object or a list of branches", &json))
            }
        };
        self.depth -= 1;
        ty
    }

    fn reference(&mut self, written: &str, namespace: &str) -> Type {
        if let Some(primitive) = Primitive::named(written).map(Type::Primitive) {
            return primitive;
        }
        let name = full_name(written, namespace);
        if self.names.contains(&name) {
            return Type::Named(name);
        }
        // A type without a namespace has only this name, so a reference in a namespace must use it.
        let bare = Name::new(written);
        if self.names.contains(&bare) {
            return Type::Named(bare);
        }
        // It may be defined later.
        let error = self.error(SchemaProblem::UnknownType(name.clone()));
        self.unknown.push((name.clone(), error));
        Type::Named(name)
    }

    fn union(&mut self, branches: Vec<Json>, namespace: &str) -> Result<Type> {
        let mut types = Vec::with_capacity(branches.len());
        for (index, branch) in branches.into_iter().enumerate() {
            types.push(self.at(Segment::Item(index), |reader| match reader.ty(branch, namespace)? {
                ty if matches!(ty.plain(), Type::Union(_)) => Err(reader.error(SchemaProblem::NestedUnion)),
                ty => Ok(ty),
            })?);
        }
        self.distinct("branch", types.iter().map(Type::branch_name))?;
        Ok(Type::Union(types))
    }

    fn object(&mut self, mut members: Members, namespace: &str) -> Result<Type> {
        let written = match members.take("type") {
            Some(Json::String(written)) => written,
            Some(nested @ (Json::Object(_) | Json::Array(_))) => {
                let ty = self.at(Segment::Member("type"), |reader| reader.ty(nested, namespace))?;
                return Ok(annotate(ty, members.into_attributes()));
            }
            Some(other) => {
                return self.at(Segment::Member("type"), |reader| Err(reader.expected("a type", &other)));
            }
            None => return Err(self.missing("type", "a type")),
        };
        match written.as_str() {
            "record" => self.record(members, namespace, false),
            "error" => self.record(members, namespace, true),
            "enum" => self.enumeration(members, namespace),
            "fixed" => self.fixed(members, namespace),
            "array" => {
                let items = self.inner(&mut members, "items", "an array", namespace)?;
                Ok(annotate(Type::array(items), members.into_attributes()))
            }
            "map" => {
                let values = self.inner(&mut members, "values", "a map", namespace)?;
                Ok(annotate(Type::map(values), members.into_attributes()))
            }
            _ => {
                let ty =
                    self.at(Segment::Member("type"), |reader| Ok(reader.reference(&written, namespace)))?;
                Ok(annotate(ty, members.into_attributes()))
            }
        }
    }

    fn inner(
        &mut self,
        members: &mut Members,
        attribute: &'static str,
        of: &'static str,
        namespace: &str,
    ) -> Result<Type> {
        let json = members.take(attribute).ok_or_else(|| self.missing(attribute, of))?;
        self.at(Segment::Member(attribute), |reader| reader.ty(json, namespace))
    }

    fn record(&mut self, mut members: Members, namespace: &str, error: bool) -> Result<Type> {
        let name = self.define(&mut members, "a record", namespace)?;
        let defaults = self.defaults.len();
        let doc = self.optional_text(&mut members, "doc");
        let aliases = self.aliases(&mut members, is_legal_name)?;
        let written = self.list(&mut members, "fields", "a record")?;
        let mut fields = Vec::with_capacity(written.len());
        self.pointer.push(Segment::Member("fields"));
        for (index, field) in written.into_iter().enumerate() {
            fields.push(self.at(Segment::Item(index), |reader| reader.field(field, &name, index))?);
        }
        self.distinct("field", fields.iter().map(|field| field.name.as_str()))?;
        self.pointer.pop();
        let attributes = members.into_attributes();
        let record = Record { doc, aliases, fields, error, attributes };
        if !self.finish(&name, Definition::Record(record))? {
            self.defaults.truncate(defaults);
        }
        Ok(Type::Named(name))
    }

    fn field(&mut self, json: Json, record: &Name, index: usize) -> Result<Field> {
        let mut members = match json {
            Json::Object(members) => Members(members),
            other => return Err(self.expected("a field: an object", &other)),
        };
        let name = self.text(&mut members, "name")?.ok_or_else(|| self.missing("name", "a field"))?;
        self.legal(&name, is_legal_avro_part);
        let doc = self.optional_text(&mut members, "doc");
        let aliases = self.aliases(&mut members, is_legal_avro_part)?;
        let ty = self.inner(&mut members, "type", "a field", record.namespace())?;
        let order = self.order(&mut members)?;
        let default = members.take("default");
        if default.is_some() {
            self.pointer.push(Segment::Member("default"));
            let pointer = self.written_pointer();
            self.pointer.pop();
            self.defaults.push(defaults::Pending { record: record.clone(), field: index, pointer });
        }
        Ok(Field { name, doc, aliases, ty, default, order, pii: None, attributes: members.into_attributes() })
    }

    fn order(&mut self, members: &mut Members) -> Result<Order> {
        match members.take("order") {
            None => Ok(Order::Ascending),
            Some(written) => match written.as_str() {
                Some("ascending") => Ok(Order::Ascending),
                Some("descending") => Ok(Order::Descending),
                Some("ignore") => Ok(Order::Ignore),
                Some(_) | None => self.at(Segment::Member("order"), |reader| {
                    Err(reader.expected("`ascending`, `descending` or `ignore`", &written))
                }),
            },
        }
    }

    fn enumeration(&mut self, mut members: Members, namespace: &str) -> Result<Type> {
        let name = self.define(&mut members, "an enum", namespace)?;
        let doc = self.optional_text(&mut members, "doc");
        let aliases = self.aliases(&mut members, is_legal_name)?;
        let written = self.list(&mut members, "symbols", "an enum")?;
        let symbols = self.at(Segment::Member("symbols"), |reader| {
            let symbols = reader.texts(written, is_legal_avro_part)?;
            reader.distinct("symbol", symbols.iter().map(String::as_str))?;
            Ok(symbols)
        })?;
        let fallback = self.optional_text(&mut members, "default");
        if let Some(unknown) = fallback.as_ref().filter(|fallback| !symbols.contains(fallback)) {
            let problem = SchemaProblem::UnknownSymbol(unknown.clone());
            return self.at(Segment::Member("default"), |reader| Err(reader.error(problem)));
        }
        let attributes = members.into_attributes();
        let definition = Enum { doc, aliases, symbols, fallback, attributes };
        self.finish(&name, Definition::Enum(definition))?;
        Ok(Type::Named(name))
    }

    fn fixed(&mut self, mut members: Members, namespace: &str) -> Result<Type> {
        let name = self.define(&mut members, "a fixed", namespace)?;
        let doc = self.optional_text(&mut members, "doc");
        let aliases = self.aliases(&mut members, is_legal_name)?;
        let size = match members.take("size").ok_or_else(|| self.missing("size", "a fixed"))? {
            // The maximum size of a Java array, and so of the reference implementation.
            Json::Integer(size @ 0..=0x7fff_ffff) => size.unsigned_abs() as usize,
            other => {
                return self.at(Segment::Member("size"), |reader| {
                    Err(reader.expected("a number of bytes from 0 to 2147483647", &other))
                });
            }
        };
        let mut attributes = members.into_attributes();
        let logical = read_logical::take_fixed(&mut attributes, size);
        let fixed = Fixed { doc, aliases, size, logical, attributes };
        self.finish(&name, Definition::Fixed(fixed))?;
        Ok(Type::Named(name))
    }

    /// Reads the name of a definition from its members, and registers it.
    fn define(&mut self, members: &mut Members, what: &'static str, around: &str) -> Result<Name> {
        let written = self.text(members, "name")?.ok_or_else(|| self.missing("name", what))?;
        let namespace = self.optional_text(members, "namespace");
        let name = full_name(&written, namespace.as_deref().unwrap_or(around));
        let at_name = |problem| move |reader: &mut Self| Err(reader.error(problem));
        if Primitive::named(name.simple()).is_some() {
            return self.at(Segment::Member("name"), at_name(SchemaProblem::ReservedName(name)));
        }
        // The same definition may follow once more.
        if !self.names.insert(name.clone()) && !self.definitions.contains_key(&name) {
            return self.at(Segment::Member("name"), at_name(SchemaProblem::DuplicateName(name)));
        }
        self.legal(name.as_str(), is_legal_name);
        Ok(name)
    }

    /// Adds a definition, and returns whether it is new. It may be equal to an earlier one.
    fn finish(&mut self, name: &Name, definition: Definition) -> Result<bool> {
        let Some(known) = self.definitions.get(name) else {
            self.definitions.insert(name.clone(), definition);
            return Ok(true);
        };
        let is_same = *known == definition;
        self.pointer.push(Segment::Member("name"));
        let error = self.error(SchemaProblem::DuplicateName(name.clone()));
        self.pointer.pop();
        if is_same {
            self.irregularities.push(error);
            Ok(false)
        } else {
            Err(error)
        }
    }

    fn text(&mut self, members: &mut Members, attribute: &'static str) -> Result<Option<String>> {
        match members.take(attribute) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(other) => {
                self.at(Segment::Member(attribute), |reader| Err(reader.expected("a string", &other)))
            }
        }
    }

    /// Reads an optional string that is not needed to read data. A value of another type is reported and
    /// ignored.
    fn optional_text(&mut self, members: &mut Members, attribute: &'static str) -> Option<String> {
        match self.text(members, attribute) {
            Ok(text) => text,
            Err(error) => {
                self.irregularities.push(error);
                None
            }
        }
    }

    fn list(
        &mut self,
        members: &mut Members,
        attribute: &'static str,
        of: &'static str,
    ) -> Result<Vec<Json>> {
        match members.take(attribute) {
            Some(Json::Array(items)) => Ok(items),
            Some(other) => {
                self.at(Segment::Member(attribute), |reader| Err(reader.expected("a list", &other)))
            }
            None => Err(self.missing(attribute, of)),
        }
    }

    fn aliases(&mut self, members: &mut Members, is_legal: fn(&str) -> bool) -> Result<Vec<String>> {
        match members.take("aliases") {
            None => Ok(Vec::new()),
            Some(json) => self.at(Segment::Member("aliases"), |reader| match json {
                Json::Array(items) => reader.texts(items, is_legal),
                other => Err(reader.expected("a list of names", &other)),
            }),
        }
    }

    fn texts(&mut self, items: Vec<Json>, is_legal: fn(&str) -> bool) -> Result<Vec<String>> {
        let texts = items.into_iter().enumerate().map(|(index, item)| {
            self.at(Segment::Item(index), |reader| match item {
                Json::String(text) => {
                    reader.legal(&text, is_legal);
                    Ok(text)
                }
                other => Err(reader.expected("a string", &other)),
            })
        });
        texts.collect()
    }

    /// Reports a name that is not legal.
    fn legal(&mut self, name: &str, is_legal: fn(&str) -> bool) {
        if !is_legal(name) {
            let illegal = self.error(SchemaProblem::IllegalName(name.to_owned()));
            self.irregularities.push(illegal);
        }
    }

    fn distinct<'a>(&self, what: &'static str, names: impl Iterator<Item = &'a str> + Clone) -> Result<()> {
        match first_duplicate(names) {
            Some(name) => Err(self.error(SchemaProblem::Duplicate { what, name: name.to_owned() })),
            None => Ok(()),
        }
    }

    fn at<T>(&mut self, segment: Segment, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.pointer.push(segment);
        let result = read(self);
        self.pointer.pop();
        result
    }

    fn expected(&self, expected: &'static str, found: &Json) -> SchemaError {
        self.error(SchemaProblem::Expected { expected, found: found.kind() })
    }

    fn missing(&self, attribute: &'static str, of: &'static str) -> SchemaError {
        self.error(SchemaProblem::Missing { attribute, of })
    }

    fn error(&self, problem: SchemaProblem) -> SchemaError {
        SchemaError { pointer: self.written_pointer(), problem }
    }

    fn written_pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.pointer {
            pointer.push('/');
            match step {
                Segment::Member(name) => pointer.push_str(name),
                Segment::Item(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }
}

/// The members of an object that have not been read yet.
struct Members(Vec<(String, Json)>);

impl Members {
    fn take(&mut self, key: &str) -> Option<Json> {
        let index = self.0.iter().position(|(member, _)| member == key)?;
        Some(self.0.swap_remove(index).1)
    }

    fn into_attributes(self) -> Attributes {
        self.0.into_iter().collect()
    }
}

/// Returns the full name of `written` in `namespace`. A dotted name is already a full name.
fn full_name(written: &str, namespace: &str) -> Name {
    match written.rsplit_once('.') {
        Some((own, simple)) => Name::in_namespace(own, simple),
        None => Name::in_namespace(namespace, written),
    }
}

fn is_legal_name(dotted: &str) -> bool {
    dotted.split('.').all(is_legal_avro_part)
}

/// Adds `attributes` to `ty`, as a logical type if they form one. Attributes of the outer object have
/// priority.
fn annotate(ty: Type, mut attributes: Attributes) -> Type {
    if attributes.is_empty() {
        return ty;
    }
    let ty = match ty {
        Type::Annotated(mut inner) => {
            inner.attributes.extend(attributes);
            attributes = inner.attributes;
            inner.ty
        }
        ty => ty,
    };
    let ty = read_logical::take(&mut attributes, &ty).map_or(ty, Type::Logical);
    if attributes.is_empty() { ty } else { Type::Annotated(Box::new(Annotated { ty, attributes })) }
}
