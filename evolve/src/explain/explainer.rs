use signalbook_diagnostics::{Fix, Rule};
use signalbook_model::{Direction, Json, Name, Path, Primitive, plain_default};
use signalbook_resolve::compat::{Enum, Graph, Id, Node, Problem, Record, bytes, write_symbols};

use crate::IncompatibilityKind;
use crate::explain::pair_finding::{PairFinding, Pointers, Reported, path};
use crate::explain::type_label::type_label;
use crate::root_cause::{Edge, RootCause, RootCauses, Visit};
use crate::rules;
use crate::sides::Sides;
use crate::witness::empty_default::empty_default;
use crate::witness::incompatibility_witness::IncompatibilityWitnesses;

/// The largest number of root causes that are explained.
const MOST_FINDINGS: usize = 1000;

/// Returns the root causes of why one version cannot read the other, in the order of the reader's schema,
/// each with its witness. The list ends after [`MOST_FINDINGS`] entries, to limit the work on malicious
/// schemas.
pub(crate) fn explain(sides: Sides<'_>) -> Vec<PairFinding> {
    let (reader, writer) = (sides.reader().graph, sides.writer().graph);
    let causes = RootCauses::find(reader, writer);
    let witnesses = IncompatibilityWitnesses::new(sides);
    let finding = |cause: &RootCause<'_>| {
        let trail = causes.trail(cause);
        let end = trail[trail.len() - 1];
        let explainer = Explainer { sides, reader, writer, trail: &trail, end, problem: cause.problem };
        let mut finding = explainer.finding();
        match witnesses.witness(&trail, cause) {
            Ok(witness) => finding.witness = Some(witness),
            Err(reason) => finding.notes.push(reason.note().to_owned()),
        }
        finding
    };
    let mut findings: Vec<PairFinding> = causes.causes.iter().take(MOST_FINDINGS).map(finding).collect();
    let left = causes.causes.len() - findings.len();
    if let Some(last) = findings.last_mut().filter(|_| left > 0) {
        last.notes.push(format!("{left} more incompatibilities are not listed"));
    }
    findings
}

/// Explains a root cause in words.
struct Explainer<'a> {
    sides: Sides<'a>,
    reader: &'a Graph<'a>,
    writer: &'a Graph<'a>,
    /// The visits from the roots to the root cause, both included.
    trail: &'a [Visit],
    /// The last visit of the trail.
    end: Visit,
    problem: Problem<'a>,
}

impl<'a> Explainer<'a> {
    fn finding(&self) -> PairFinding {
        match self.problem {
            Problem::NewField { field, index } => match self.sides.direction {
                Direction::Backward => self.added_field(field, index),
                Direction::Forward => self.removed_field(field, index),
            },
            Problem::Names { reader, writer } => self.names(reader, writer),
            Problem::Sizes { reader, writer } => self.sizes(reader, writer),
            Problem::Symbols { reader, writer } => self.symbols(reader, writer),
            Problem::Ambiguous { field, writer, .. } => self.ambiguous(field, writer),
            // `Types`, `Branch` and `NewEnumField`.
            _ => self.types(),
        }
    }

    fn new_finding(
        &self,
        rule: &'static Rule,
        path: impl Into<Option<Path>>,
        title: String,
        help: impl Into<String>,
    ) -> PairFinding {
        PairFinding {
            rule,
            path: path.into(),
            title,
            direction: self.sides.direction,
            pointers: self.pointers(),
            reported: self.reported(),
            witness: None,
            notes: Vec::new(),
            help: vec![help.into()],
            fixes: Vec::new(),
        }
    }

    fn added_field(&self, field: &str, index: usize) -> PairFinding {
        let title = format!("`{}` is new and has no default", self.data_path(Some(field)));
        let finding =
            |help| self.new_finding(&rules::FIELD_ADDED_WITHOUT_DEFAULT, self.member(field), title, help);
        if let Some(old) = self.taken_place(index) {
            let mut finding = finding(format!("if this is a new name of `{old}`, give it the alias `{old}`"));
            finding.help.push("otherwise make it optional, or give it a default".to_owned());
            finding.fix(|of| Fix::AddAlias { of, alias: old.to_owned() });
            return finding;
        }
        let ty = self.field_type(index);
        if ty.is_some_and(|ty| is_nullable(self.reader, ty)) {
            let mut finding = finding("a nullable field also needs a default: use `null`".to_owned());
            finding.fix(|field| Fix::AddDefault { field, value: Json::Null });
            return finding;
        }
        let mut finding = finding("make it optional, or give it a default".to_owned());
        if ty.is_some_and(|ty| self.reader.has_fallback(ty)) {
            finding.notes.push("the default of an enum is not a default for fields of that type".to_owned());
        }
        finding.fix(|field| Fix::MakeOptional { field });
        if let Some((ty, value)) = ty.and_then(|ty| Some((ty, empty_default(self.reader, ty)?))) {
            let value = plain_default(self.reader.definitions, &self.reader.ty(ty), &value);
            finding.fix(|field| Fix::AddDefault { field, value });
        }
        finding
    }

    fn removed_field(&self, field: &str, index: usize) -> PairFinding {
        let at = self.data_path(Some(field));
        let title = format!("`{at}` was removed, but the old version has no default for it");
        let help = "remove a field only when all versions in use have a default for it";
        let rule = &rules::FIELD_REMOVED_WITHOUT_DEFAULT;
        let mut finding = self.new_finding(rule, self.member(field), title, help);
        if let Some(ty) = self.field_type(index) {
            finding.fix(|field| Fix::RestoreField { field, ty: self.reader.ty(ty), pii: None });
        }
        finding
    }

    /// Returns the type of a field of the reader's record.
    fn field_type(&self, index: usize) -> Option<Id> {
        match self.reader.node(self.end.reader) {
            Node::Record(record) => Some(self.reader.fields(record)[index].ty),
            _ => None,
        }
    }

    /// Returns the old field at the same index, if it has the same type and no new field reads it.
    fn taken_place(&self, index: usize) -> Option<&'a str> {
        let (reader, writer) = (self.reader, self.writer);
        let (Node::Record(record), Node::Record(written)) =
            (reader.node(self.end.reader), writer.node(self.end.writer))
        else {
            return None;
        };
        let (fields, other) = (reader.fields(record), writer.fields(written).get(index)?);
        let is_read = fields.iter().any(|field| field.accepts(other));
        (!is_read && reader.is_same_type(fields[index].ty, writer, other.ty)).then_some(other.name)
    }

    fn types(&self) -> PairFinding {
        let at = self.subject();
        let (read, written) =
            (type_label(self.reader, self.end.reader), type_label(self.writer, self.end.writer));
        let (new, old) = self.sides.ordered(read, written);
        // `ReaderBranch` edges do not count: the type of the writer is not in a union then.
        let is_branch = matches!(self.end.edge, Edge::WriterBranch(_));
        let (rule, title, help) = match self.sides.direction {
            Direction::Backward if is_branch => (
                &rules::UNION_BRANCH_REMOVED,
                format!("{at} can no longer be {old}"),
                format!("keep {old} as a branch"),
            ),
            Direction::Forward if is_branch => (
                &rules::UNION_BRANCH_ADDED,
                format!("{at} can now be {new}, but the old version has no branch for it"),
                "add a new field for it".to_owned(),
            ),
            Direction::Backward | Direction::Forward => (
                &rules::TYPE_CHANGED,
                format!("{at} was {old} and is {new}"),
                format!("keep {old}, and add a field with the new type"),
            ),
        };
        self.new_finding(rule, self.field_path(), title, help)
    }

    fn names(&self, reader: &Name, writer: &Name) -> PairFinding {
        let (new, old) = self.sides.ordered(reader, writer);
        let of = if self.trail.len() > 1 {
            format!("the type of {}", self.subject())
        } else {
            "the event's record".to_owned()
        };
        let title = format!("{of} was called `{}` and is called `{}`", old.simple(), new.simple());
        let finding = |help| self.new_finding(&rules::NAME_CHANGED, path(new, None), title, help);
        match self.sides.direction {
            Direction::Backward => {
                let Some(alias) = new.alias_for(old) else {
                    // An alias would get the namespace of the new name.
                    return finding(
                        "keep the name: no alias means a name without a namespace here".to_owned(),
                    );
                };
                let mut finding = finding(format!("keep the name, or give the type the alias `{alias}`"));
                finding.fix(|of| Fix::AddAlias { of, alias: alias.to_owned() });
                finding
            }
            Direction::Forward => finding(
                "keep the name: readers of the old version do not know the new one, and an alias helps only \
                 new readers"
                    .to_owned(),
            ),
        }
    }

    fn sizes(&self, reader: usize, writer: usize) -> PairFinding {
        let (new, old) = self.sides.ordered(reader, writer);
        let path = match self.sides.new.graph.node(self.new_type()) {
            Node::Fixed(fixed) => Some(path(fixed.names.full, None)),
            _ => self.field_path(),
        };
        let title = format!("{} was {} long and is {new}", self.subject(), bytes(old));
        let help =
            format!("keep the size of {}, and add a field of a new type with {}", bytes(old), bytes(new));
        self.new_finding(&rules::FIXED_SIZE_CHANGED, path, title, help)
    }

    fn symbols(&self, reader: &Enum<'_>, writer: &Enum<'_>) -> PairFinding {
        let (ty, _) = self.sides.ordered(reader.names.full, writer.names.full);
        let simple = ty.simple();
        let missing: Vec<&str> = reader.missing(writer).collect();
        let mut names = String::new();
        let _ = write_symbols(&mut names, missing.iter().copied()); // a `String` takes every text
        match self.sides.direction {
            Direction::Backward => {
                let title = format!("`{simple}` no longer has {names}, and has no default");
                let help = "put the symbols back; a default would take their place in old events";
                let mut finding = self.new_finding(&rules::ENUM_SYMBOL_REMOVED, path(ty, None), title, help);
                let symbols = missing.into_iter().map(str::to_owned).collect();
                finding.fixes.push(Fix::AddSymbols { of: ty.clone(), symbols });
                finding
            }
            Direction::Forward => {
                let title = format!(
                    "`{simple}` now has {names}, but the old version has no default for unknown symbols"
                );
                let help = "give the enum a default in one version, and add the symbol when all \
                            consumers use that version";
                let symbol = if let [symbol] = *missing { Some(symbol) } else { None };
                self.new_finding(&rules::ENUM_SYMBOL_ADDED, path(ty, symbol), title, help)
            }
        }
    }

    fn ambiguous(&self, field: &str, [first, second]: [&str; 2]) -> PairFinding {
        let at = self.data_path(Some(field));
        let (_, written) = self.sides.labels();
        let (title, help) = if first == second {
            (format!("`{at}` has its own name as an alias"), "remove the alias")
        } else {
            let title = format!(
                "the name and aliases of `{at}` match both `{first}` and `{second}` of the {written} version"
            );
            (title, "keep one match: remove the alias for the other field")
        };
        self.new_finding(&rules::AMBIGUOUS_ALIAS, self.member(field), title, help)
    }

    /// Returns the new version's type at the end of the trail.
    fn new_type(&self) -> Id {
        self.sides.ordered(self.end.reader, self.end.writer).0
    }

    /// Returns the path of a field of the record at the end of the trail, with the names of the new version.
    fn member(&self, field: &str) -> Option<Path> {
        match self.sides.new.graph.node(self.new_type()) {
            Node::Record(record) => Some(path(record.names.full, Some(field))),
            _ => None,
        }
    }

    /// Returns the path of the innermost field on the trail.
    fn field_path(&self) -> Option<Path> {
        let mut fields = self.edges().rev().filter_map(|(before, visit)| self.field(*before, visit.edge));
        fields.next().map(|(record, field)| path(record.names.full, Some(field)))
    }

    /// Returns the name in messages of the data at the end of the trail.
    fn subject(&self) -> String {
        match self.data_path(None) {
            path if path.is_empty() => "the event".to_owned(),
            path => format!("`{path}`"),
        }
    }

    /// Returns each visit after the first, with the one before it.
    fn edges(&self) -> impl DoubleEndedIterator<Item = (&'a Visit, &'a Visit)> {
        self.trail.iter().zip(&self.trail[1..])
    }

    /// Returns the path through the data: `order.lines[].sku`.
    fn data_path(&self, last: Option<&str>) -> String {
        let mut path = String::new();
        let field = |path: &mut String, name: &str| {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        };
        for (before, visit) in self.edges() {
            match visit.edge {
                Edge::Items => path.push_str("[]"),
                Edge::Values => path.push_str("{}"),
                Edge::Field { .. } => {
                    if let Some((_, name)) = self.field(*before, visit.edge) {
                        field(&mut path, name);
                    }
                }
                Edge::Root | Edge::WriterBranch(_) | Edge::ReaderBranch(_) => {}
            }
        }
        if let Some(name) = last {
            field(&mut path, name);
        }
        path
    }

    /// Returns the new version's record and field for an edge that starts at the visit `before`.
    fn field(&self, before: Visit, edge: Edge) -> Option<(&'a Record<'a>, &'a str)> {
        let Edge::Field { reader, writer } = edge else { return None };
        let (record, _) = self.sides.ordered(before.reader, before.writer);
        let (index, _) = self.sides.ordered(reader, writer);
        let graph = self.sides.new.graph;
        match graph.node(record) {
            Node::Record(record) => Some((record, graph.fields(record)[index].name)),
            _ => None,
        }
    }

    fn pointers(&self) -> Pointers {
        let mut read = self.sides.reader().pointer(self.end.reader);
        let mut written = self.sides.writer().pointer(self.end.writer);
        match self.problem {
            Problem::Names { .. } | Problem::Sizes { .. } | Problem::Symbols { .. } => {
                self.problem.point(&mut read);
                self.problem.point(&mut written);
            }
            // The writer has no matching field, or several: its pointer is that of the record.
            Problem::NewField { .. } | Problem::Ambiguous { .. } => self.problem.point(&mut read),
            // Both pointers already point to the types.
            _ => {}
        }
        let (new, old) = self.sides.ordered(read, written);
        Pointers { new, old }
    }

    /// Returns what the reference reports for the problem. Inside a union, the reference only reports that no
    /// branch matches.
    fn reported(&self) -> Reported {
        let no_branch = IncompatibilityKind::MissingUnionBranch;
        let mut pointer = String::new();
        for (before, visit) in self.edges() {
            match visit.edge {
                Edge::Root => {}
                Edge::Items => pointer.push_str("/items"),
                Edge::Values => pointer.push_str("/values"),
                Edge::Field { reader, .. } => pointer.extend(["/fields/", &reader.to_string(), "/type"]),
                Edge::WriterBranch(index) => {
                    pointer.extend(["/", &index.to_string()]);
                    if matches!(self.reader.node(before.reader), Node::Union(_)) {
                        return Reported { kind: no_branch, pointer };
                    }
                }
                Edge::ReaderBranch(_) => return Reported { kind: no_branch, pointer },
            }
        }
        let kind = match self.problem {
            // The reference uses the enum's default as the field's, and compares the enum with the writer's
            // record.
            Problem::NewField { index, .. }
                if self.field_type(index).is_some_and(|ty| self.reader.has_fallback(ty)) =>
            {
                pointer.extend(["/fields/", &index.to_string(), "/type"]);
                IncompatibilityKind::TypeMismatch
            }
            Problem::Types { .. }
                if self
                    .reader
                    .node(self.end.reader)
                    .is_other_definition(self.writer.node(self.end.writer)) =>
            {
                pointer.push_str("/name");
                IncompatibilityKind::NameMismatch
            }
            problem => {
                problem.point(&mut pointer);
                problem.kind()
            }
        };
        Reported { kind, pointer }
    }
}

fn is_nullable(graph: &Graph<'_>, id: Id) -> bool {
    let Node::Union(branches) = graph.node(id) else { return false };
    let first = graph.branches(*branches).first();
    first.is_some_and(|first| matches!(graph.node(*first), Node::Primitive(Primitive::Null)))
}
