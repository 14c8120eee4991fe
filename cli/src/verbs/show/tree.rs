use std::{collections::BTreeSet, fmt};

use signalbook_codegen::tool::type_text;
use signalbook_model::{Definition, Field, Name, Registry, Type};

use crate::terminal::{BOLD, DIM};

/// The fields of an event or a record and of the records in them, in wire order.
pub(super) struct Tree<'a> {
    rows: Vec<Row<'a>>,
    named: BTreeSet<&'a Name>,
}

struct Row<'a> {
    depth: usize,
    field: &'a Field,
    /// Whether the fields of its record are already shown above.
    shown_above: bool,
}

impl<'a> Tree<'a> {
    pub(super) fn of(registry: &'a Registry, fields: &'a [Field]) -> Self {
        let mut tree = Self { rows: Vec::new(), named: BTreeSet::new() };
        tree.add(registry, fields, 1);
        tree
    }

    /// The fields of the record `name`. Fields of the record itself are not followed.
    pub(super) fn of_record(registry: &'a Registry, name: &'a Name, fields: &'a [Field]) -> Self {
        let mut tree = Self { rows: Vec::new(), named: BTreeSet::from([name]) };
        tree.add(registry, fields, 1);
        tree
    }

    /// Whether a field at any depth has the type `name`.
    pub(super) fn mentions(&self, name: &Name) -> bool {
        self.named.contains(name)
    }

    fn add(&mut self, registry: &'a Registry, fields: &'a [Field], depth: usize) {
        for field in fields {
            let at = self.rows.len();
            self.rows.push(Row { depth, field, shown_above: false });
            for name in names(&field.ty) {
                let first = self.named.insert(name);
                if let Some(Definition::Record(record)) = registry.types.get(name) {
                    if first {
                        self.add(registry, &record.fields, depth + 1);
                    } else {
                        self.rows[at].shown_above = true;
                    }
                }
            }
        }
    }
}

/// The paths of the fields with personal data, and their classes. A recursive type is followed once.
pub(super) fn personal_data<'a>(registry: &'a Registry, fields: &'a [Field]) -> Vec<(String, &'a str)> {
    fn walk<'a>(
        registry: &'a Registry,
        fields: &'a [Field],
        parent: &str,
        within: &mut Vec<&'a Name>,
        found: &mut Vec<(String, &'a str)>,
    ) {
        for field in fields {
            let path = format!("{parent}{}", field.name);
            for name in names(&field.ty) {
                if let Some(Definition::Record(record)) = registry.types.get(name)
                    && !within.contains(&name)
                {
                    within.push(name);
                    walk(registry, &record.fields, &format!("{path}."), within, found);
                    within.pop();
                }
            }
            found.extend(field.pii.as_deref().map(|class| (path, class)));
        }
    }
    let mut found = Vec::new();
    walk(registry, fields, "", &mut Vec::new(), &mut found);
    found
}

impl fmt::Display for Tree<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types: Vec<_> = self.rows.iter().map(|row| type_text(&row.field.ty)).collect();
        let indented = |row: &Row<'_>| 2 * row.depth + row.field.name.chars().count();
        let name_width = self.rows.iter().map(indented).max().unwrap_or_default();
        let type_width = types.iter().map(|text| text.chars().count()).max().unwrap_or_default();
        for (row, ty) in self.rows.iter().zip(&types) {
            let indent = 2 * row.depth;
            let name_width = name_width - indent;
            write!(f, "{:indent$}{BOLD}{:<name_width$}{BOLD:#}  ", "", row.field.name)?;
            let remarks = row.remarks();
            if remarks.is_empty() {
                writeln!(f, "{ty}")?;
            } else {
                writeln!(f, "{ty:<type_width$}  {DIM}{remarks}{DIM:#}")?;
            }
        }
        Ok(())
    }
}

impl Row<'_> {
    fn remarks(&self) -> String {
        let doc = self.field.doc.as_deref().and_then(|doc| doc.lines().next()).map(str::to_owned);
        let personal = self.field.pii.as_ref().map(|class| format!("personal data: {class}"));
        let above = self.shown_above.then(|| "as above".to_owned());
        let remarks: Vec<_> = [above, personal, doc].into_iter().flatten().collect();
        remarks.join("; ")
    }
}

/// The named types in a type.
fn names(ty: &Type) -> Vec<&Name> {
    match ty {
        Type::Primitive(_) | Type::Logical(_) => Vec::new(),
        Type::Array(inner) | Type::Map(inner) => names(inner),
        Type::Union(branches) => branches.iter().flat_map(names).collect(),
        Type::Named(name) => vec![name],
        Type::Annotated(annotated) => names(&annotated.ty),
    }
}
