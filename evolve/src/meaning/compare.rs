use std::collections::HashSet;

use signalbook_diagnostics::Rule;
use signalbook_model::{Direction, FixedLogical, Json, Logical, Name, Primitive};
use signalbook_resolve::compat::{
    BranchChooser, Enum, Field, FieldMatch, Graph, Id, Node, Record, write_symbols,
};

use crate::Change;
use crate::explain::pair_finding::Pointers;
use crate::meaning::logical;
use crate::pointers::Location;
use crate::rules;
use crate::sides::Sides;

/// The largest length of a default in a message, in bytes.
const LONGEST: usize = 40;

/// Finds changes of meaning in everything that one version reads of the other.
pub(crate) struct Meaning<'a> {
    sides: Sides<'a>,
    reader: &'a Graph<'a>,
    writer: &'a Graph<'a>,
    chooser: BranchChooser<'a>,
    /// The pairs that have not been compared. The last is next.
    open: Vec<Pair<'a>>,
    seen: HashSet<(Id, Id)>,
    changes: Vec<Change>,
}

#[derive(Clone, Copy)]
struct Pair<'a> {
    reader: Id,
    writer: Id,
    /// Whether the reader's type is a branch that was chosen by promotion.
    is_branch: bool,
    subject: Subject<'a>,
}

/// The field that contains a type: the names of its record and of the field, in the new version.
#[derive(Clone, Copy, Default)]
struct Subject<'a> {
    record: Option<&'a Name>,
    field: Option<&'a str>,
}

impl Subject<'_> {
    /// Returns the name in messages.
    fn label(self) -> String {
        self.field.map_or("the value".to_owned(), |field| format!("`{field}`"))
    }
}

impl<'a> Meaning<'a> {
    pub(crate) fn new(sides: Sides<'a>) -> Self {
        let (reader, writer) = (sides.reader().graph, sides.writer().graph);
        let chooser = BranchChooser::new(reader, writer);
        let (open, seen, changes) = (Vec::new(), HashSet::new(), Vec::new());
        Self { sides, reader, writer, chooser, open, seen, changes }
    }

    pub(crate) fn changes(mut self) -> Vec<Change> {
        let (reader, writer) = (self.reader.root, self.writer.root);
        self.open.push(Pair { reader, writer, is_branch: false, subject: Subject::default() });
        while let Some(pair) = self.open.pop() {
            if self.seen.insert((pair.reader, pair.writer)) {
                let first = self.open.len();
                self.compare(pair);
                self.open[first..].reverse();
            }
        }
        self.changes
    }

    fn compare(&mut self, pair: Pair<'a>) {
        let (reader, writer) = (self.reader, self.writer);
        match (reader.node(pair.reader), writer.node(pair.writer)) {
            (Node::Primitive(new), Node::Primitive(old)) => self.primitives(pair, *new, *old),
            (Node::Array(items), Node::Array(written)) => self.visit(pair, *items, *written),
            (Node::Map(values), Node::Map(written)) => self.visit(pair, *values, *written),
            (Node::Record(record), Node::Record(written)) => self.records(pair, record, written),
            (Node::Enum(read), Node::Enum(written)) => self.enums(pair, read, written),
            (Node::Fixed(read), Node::Fixed(written)) => {
                let (new, old) = self.sides.ordered(read.logical, written.logical);
                if let Some(rule) = logical::compare_fixed(new, old) {
                    let label = |logical: Option<_>| {
                        logical.map_or("fixed".to_owned(), |logical: FixedLogical| logical.to_string())
                    };
                    self.changed(pair, rule, &label(new), &label(old));
                }
            }
            (_, Node::Union(branches)) => {
                for branch in writer.branches(*branches) {
                    self.visit(pair, pair.reader, *branch);
                }
            }
            (Node::Union(_), _) => {
                if let Some(choice) = self.chooser.choose(pair.reader, pair.writer) {
                    self.open.push(Pair { reader: choice.branch, is_branch: choice.is_promotion, ..pair });
                }
            }
            // These types are incompatible, which `check` reports.
            (
                Node::Primitive(_)
                | Node::Array(_)
                | Node::Map(_)
                | Node::Record(_)
                | Node::Enum(_)
                | Node::Fixed(_)
                | Node::Undefined(_),
                _,
            ) => {}
        }
    }

    fn primitives(&mut self, pair: Pair<'a>, reader: Primitive, writer: Primitive) {
        if !reader.reads(writer) {
            return;
        }
        let (read, written) = (self.reader.logical(pair.reader), self.writer.logical(pair.writer));
        if writer == Primitive::String && reader == Primitive::Bytes && read.is_some() {
            self.reads(pair, &rules::TEXT_READ_AS_DECIMAL, "decimal", "string");
            return;
        }
        if writer == Primitive::Bytes && reader == Primitive::String && written.is_some() {
            self.reads(pair, &rules::TEXT_READ_AS_DECIMAL, "string", "decimal");
            return;
        }
        let (new, old) = self.sides.ordered(read, written);
        let (new_type, old_type) = self.sides.ordered(reader, writer);
        let label = |logical: Option<_>, ty: Primitive| {
            logical.map_or(ty.name().to_owned(), |logical: Logical| logical.to_string())
        };
        if let Some(rule) = logical::compare(new, old) {
            self.changed(pair, rule, &label(new, new_type), &label(old, old_type));
        }
        match (reader, writer) {
            (Primitive::String, Primitive::Bytes) => {
                self.reads(pair, &rules::BYTES_READ_AS_STRING, "string", "bytes");
            }
            (Primitive::Float, Primitive::Int | Primitive::Long) | (Primitive::Double, Primitive::Long) => {
                let rule = if pair.is_branch { &rules::LOSSY_UNION_BRANCH } else { &rules::LOSSY_PROMOTION };
                self.reads(pair, rule, reader.name(), writer.name());
            }
            _ => {}
        }
    }

    fn records(&mut self, pair: Pair<'a>, record: &'a Record<'a>, written: &'a Record<'a>) {
        let (reader, writer) = (self.reader, self.writer);
        let (fields, written_fields) = (reader.fields(record), writer.fields(written));
        let around = Some(self.sides.ordered(record.names.full, written.names.full).0);
        let mut expected = 0;
        let mut added = Vec::new();
        let mut unread = vec![true; written_fields.len()];
        for (index, field) in fields.iter().enumerate() {
            match writer.match_field(written, field, expected) {
                FieldMatch::Field(found) => {
                    expected = found + 1;
                    unread[found] = false;
                    let other = &written_fields[found];
                    let (name, _) = self.sides.ordered(field.name, other.name);
                    let subject = Subject { record: around, field: Some(name) };
                    self.defaults(Pair { subject, ..pair }, (index, field), (found, other));
                    let (reader, writer) = (field.ty, other.ty);
                    self.open.push(Pair { reader, writer, is_branch: false, subject });
                }
                FieldMatch::Missing => added.push(index),
                // The schemas do not define which field is read.
                FieldMatch::Ambiguous(..) => {}
            }
        }
        for index in added {
            let Some(other) = written_fields.get(index).filter(|_| unread[index]) else { continue };
            let field = &fields[index];
            if field.default.is_some() && reader.is_same_type(field.ty, writer, other.ty) {
                let (name, _) = self.sides.ordered(field.name, other.name);
                let subject = Subject { record: around, field: Some(name) };
                self.renamed(Pair { subject, ..pair }, index, field, other);
            }
        }
    }

    /// Adds an apparent rename: `field` does not match the writer's `other`, but has the same index and type.
    fn renamed(&mut self, pair: Pair<'a>, index: usize, field: &Field<'_>, other: &Field<'_>) {
        let (new, old) = self.sides.ordered(field, other);
        let (rule, effect) = if new.accepts(old) {
            (&rules::RENAME_UNKNOWN_TO_OLD_READERS, "old readers do not know the alias and use their default")
        } else {
            (&rules::FIELD_RENAMED_WITHOUT_ALIAS, "readers see the default instead of the written value")
        };
        let title = format!("`{}` became `{}`: {effect}", old.name, new.name);
        let locations = Self::fields(pair, index, index);
        self.push(rule, pair.subject, locations, title);
        let is_lost = rule.id == rules::FIELD_RENAMED_WITHOUT_ALIAS.id;
        if let Some(change) = self.changes.last_mut().filter(|_| is_lost) {
            change.alias = Some(old.name.to_owned());
        }
    }

    fn defaults(
        &mut self,
        pair: Pair<'a>,
        (index, field): (usize, &Field<'_>),
        (found, other): (usize, &Field<'_>),
    ) {
        if self.sides.direction == Direction::Forward {
            return; // reported once, for the backward direction
        }
        if let (Node::Primitive(read), Node::Primitive(written)) =
            (self.reader.node(field.ty), self.writer.node(other.ty))
            && !read.reads(*written)
        {
            return; // incompatible types
        }
        let (rule, title) = match (field.default, other.default) {
            (Some(new), Some(old)) if !same_value(new, old) => {
                let text =
                    |graph: &Graph<'_>, ty, default| self.sides.default_text(graph, &graph.ty(ty), default);
                let (new, old) = (text(self.reader, field.ty, new), text(self.writer, other.ty, old));
                let how = if new.len().max(old.len()) > LONGEST {
                    "changed".to_owned()
                } else {
                    format!("was `{old}` and is `{new}`")
                };
                let effect = "events without the field are read differently";
                (&rules::DEFAULT_CHANGED, format!("the default of `{}` {how}: {effect}", field.name))
            }
            (None, Some(_)) => {
                let how = "no longer has a default: events without the field cannot be read";
                (&rules::DEFAULT_REMOVED, format!("`{}` {how}", field.name))
            }
            (Some(_), Some(_)) | (_, None) => return,
        };
        self.push(rule, pair.subject, Self::fields(pair, index, found), title);
    }

    fn enums(&mut self, pair: Pair<'a>, read: &Enum<'_>, written: &Enum<'_>) {
        if let Some(fallback) = read.fallback
            && read.missing(written).next().is_some()
        {
            let (by, of) = self.sides.labels();
            let mut title = format!("readers of the {by} version see `{fallback}` instead of ");
            let _ = write_symbols(&mut title, read.missing(written)); // a `String` takes every text
            title.push_str(" of the ");
            title.push_str(of);
            title.push_str(" version");
            self.found(pair, &rules::SYMBOL_REPLACED, title);
        }
        if let (Direction::Backward, Some(old)) = (self.sides.direction, written.fallback)
            && read.fallback != Some(old)
        {
            let title = match read.fallback {
                Some(new) => format!("the default of the enum was `{old}` and is `{new}`"),
                None => format!("the default `{old}` of the enum was removed"),
            };
            self.found(pair, &rules::ENUM_DEFAULT_CHANGED, title);
        }
    }

    fn visit(&mut self, pair: Pair<'a>, reader: Id, writer: Id) {
        self.open.push(Pair { reader, writer, is_branch: false, ..pair });
    }

    /// Adds a change of a type from `old` to `new`.
    fn changed(&mut self, pair: Pair<'a>, rule: &'static Rule, new: &str, old: &str) {
        let subject = pair.subject.label();
        self.found(pair, rule, format!("{subject} was `{old}` and is `{new}`"));
    }

    /// Adds a change of meaning: one side reads `written` as `read`.
    fn reads(&mut self, pair: Pair<'a>, rule: &'static Rule, read: &str, written: &str) {
        let subject = pair.subject.label();
        let (by, of) = self.sides.labels();
        self.found(
            pair,
            rule,
            format!(
                "readers of the {by} version read {subject} of the {of} version as `{read}` instead of \
                     `{written}`"
            ),
        );
    }

    fn found(&mut self, pair: Pair<'a>, rule: &'static Rule, title: String) {
        self.push(rule, pair.subject, (pair.reader.into(), pair.writer.into()), title);
    }

    fn push(
        &mut self,
        rule: &'static Rule,
        subject: Subject<'a>,
        locations: (Location, Location),
        title: String,
    ) {
        let (new, old) = self.sides.ordered(locations.0, locations.1);
        self.changes.push(Change {
            rule,
            directions: vec![self.sides.direction],
            record: subject.record.cloned(),
            field: subject.field.map(str::to_owned),
            pointers: Pointers { new: self.sides.new.pointer(new), old: self.sides.old.pointer(old) },
            title,
            alias: None,
            locations: [new, old],
        });
    }

    /// Returns the locations of a field of the reader's record and of a field of the writer's.
    fn fields(pair: Pair<'a>, index: usize, other: usize) -> (Location, Location) {
        let location = |id, field| Location { id, field: Some(field) };
        (location(pair.reader, index), location(pair.writer, other))
    }
}

/// Whether two defaults are equal. An integer equals the float to which it is promoted.
fn same_value(new: &Json, old: &Json) -> bool {
    match (new, old) {
        #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "promotion does the same")]
        (Json::Integer(integer), Json::Float(float)) | (Json::Float(float), Json::Integer(integer)) => {
            *integer as f64 == *float
        }
        (new, old) => new == old,
    }
}
