use signalbook_diagnostics::Fix;
use signalbook_model::{Direction, Json, Name, Path, Primitive};
use signalbook_resolve::compat::{Graph, Id, Node, Problem, Record, write_symbols};

use crate::explain::pair_finding::{Draft, PairFinding, Pointers, Reported, path};
use crate::explain::pointers::PointerIndex;
use crate::explain::root_cause::{Edge, RootCause, RootCauses, Visit};
use crate::explain::type_label::type_label;
use crate::rules;
use crate::witness::empty_default::empty_default;
use crate::witness::incompatibility_witness::{IncompatibilityWitnesses, Sides};
use crate::{IncompatibilityKind, Witness};

/// The largest number of root causes that are explained.
const MOST_FINDINGS: usize = 1000;

/// Explains in words why one version cannot read the other.
pub(crate) struct Explainer<'a> {
    new: &'a PointerIndex<'a>,
    old: &'a PointerIndex<'a>,
    direction: Direction,
    causes: RootCauses<'a>,
}

impl<'a> Explainer<'a> {
    pub(crate) fn new(new: &'a PointerIndex<'a>, old: &'a PointerIndex<'a>, direction: Direction) -> Self {
        let causes = match direction {
            Direction::Backward => RootCauses::find(new.graph(), old.graph()),
            Direction::Forward => RootCauses::find(old.graph(), new.graph()),
        };
        Self { new, old, direction, causes }
    }

    /// Returns the root causes in the order of the reader's schema, each with its witness. The list ends
    /// after [`MOST_FINDINGS`] entries, to limit the work on malicious schemas.
    pub(crate) fn findings(&self, sides: Sides<'_>) -> Vec<PairFinding> {
        let witnesses = IncompatibilityWitnesses::new(sides, self.causes.writer);
        let finding = |cause: &RootCause<'a>| {
            let trail = self.causes.trail(cause);
            let (mut draft, mut witness) = (self.draft(cause, &trail), None);
            match witnesses.witness(&trail, cause) {
                Ok(found) => witness = Some(found),
                Err(reason) => draft.notes.push(reason.note().to_owned()),
            }
            self.finding(draft, witness, cause, &trail)
        };
        let mut findings: Vec<PairFinding> =
            self.causes.causes.iter().take(MOST_FINDINGS).map(finding).collect();
        let left = self.causes.causes.len() - findings.len();
        if let Some(last) = findings.last_mut().filter(|_| left > 0) {
            last.notes.push(format!("{left} more incompatibilities are not listed"));
        }
        findings
    }

    fn finding(
        &self,
        draft: Draft,
        witness: Option<Witness>,
        cause: &RootCause<'a>,
        trail: &[Visit],
    ) -> PairFinding {
        let Draft { rule, path, title, notes, help, fixes } = draft;
        PairFinding {
            rule,
            path,
            title,
            direction: self.direction,
            pointers: self.pointers(trail[trail.len() - 1], &cause.problem),
            reported: self.reported(trail, &cause.problem),
            witness,
            notes,
            help,
            fixes,
        }
    }

    fn draft(&self, cause: &RootCause<'a>, trail: &[Visit]) -> Draft {
        let visit = trail[trail.len() - 1];
        match cause.problem {
            Problem::NewField { field, index } => self.field(trail, visit, field, index),
            Problem::Types { .. } | Problem::Branch { .. } | Problem::NewEnumField { .. } => {
                self.types(trail, visit)
            }
            Problem::Names { reader, writer } => self.names(trail, reader, writer),
            Problem::Sizes { reader, writer } => self.sizes(trail, visit, reader, writer),
            Problem::Symbols { reader, writer } => {
                let missing: Vec<&str> = reader.missing(writer).collect();
                self.symbols(reader.names.full, writer.names.full, &missing, reader.symbols)
            }
            Problem::Ambiguous { field, writer, .. } => self.ambiguous(trail, visit, field, writer),
        }
    }

    fn field(&self, trail: &[Visit], visit: Visit, field: &str, index: usize) -> Draft {
        let at = self.data_path(trail, Some(field));
        let path = self.member(visit, field);
        match self.direction {
            Direction::Backward => {
                let title = format!("`{at}` is new and has no default");
                let mut draft = Draft::new(&rules::FIELD_ADDED_WITHOUT_DEFAULT, path, title);
                if let Some(old) = self.taken_place(visit, index) {
                    draft.help.push(format!("if this is a new name of `{old}`, give it the alias `{old}`"));
                    draft.help.push("otherwise make it optional, or give it a default".to_owned());
                    draft.fix(|of| Fix::AddAlias { of, alias: old.to_owned() });
                    return draft;
                }
                let graph = self.causes.reader;
                let Node::Record(record) = graph.node(visit.reader) else { return draft };
                let ty = graph.fields(record)[index].ty;
                if is_nullable(graph, ty) {
                    draft.help.push("a nullable field also needs a default: use `null`".to_owned());
                    draft.fix(|field| Fix::AddDefault { field, value: Json::Null });
                    return draft;
                }
                draft.help.push("make it optional, or give it a default".to_owned());
                if graph.has_fallback(ty) {
                    draft.notes.push(
                        "the default of an enum is not a default for fields of that \
                                      type"
                            .to_owned(),
                    );
                }
                draft.fix(|field| Fix::MakeOptional { field });
                if let Some(value) = empty_default(graph, ty) {
                    draft.fix(|field| Fix::AddDefault { field, value });
                }
                draft
            }
            Direction::Forward => {
                let title = format!("`{at}` was removed, but the old version has no default for it");
                let mut draft = Draft::new(&rules::FIELD_REMOVED_WITHOUT_DEFAULT, path, title);
                draft
                    .help
                    .push("remove a field only when all versions in use have a default for it".to_owned());
                let graph = self.causes.reader;
                if let Node::Record(record) = graph.node(visit.reader) {
                    let ty = graph.ty(graph.fields(record)[index].ty);
                    draft.fix(|field| Fix::RestoreField { field, ty });
                }
                draft
            }
        }
    }

    /// Returns the old field at the same index, if it has the same type and no new field reads it.
    fn taken_place(&self, visit: Visit, index: usize) -> Option<&'a str> {
        let (reader, writer) = (self.causes.reader, self.causes.writer);
        let (Node::Record(record), Node::Record(written)) =
            (reader.node(visit.reader), writer.node(visit.writer))
        else {
            return None;
        };
        let (fields, other) = (reader.fields(record), writer.fields(written).get(index)?);
        let is_read = fields
            .iter()
            .any(|field| field.name == other.name || field.aliases.contains(&other.name.to_owned()));
        (!is_read && reader.is_same_type(fields[index].ty, writer, other.ty)).then_some(other.name)
    }

    fn types(&self, trail: &[Visit], visit: Visit) -> Draft {
        let at = self.subject(trail);
        let path = self.field_path(trail);
        let (new, old) = self.ordered(
            type_label(self.causes.reader, visit.reader),
            type_label(self.causes.writer, visit.writer),
        );
        // `ReaderBranch` edges do not count: the type of the writer is not in a union then.
        let is_branch = matches!(visit.edge, Edge::WriterBranch(_));
        match self.direction {
            Direction::Backward if is_branch => {
                let title = format!("{at} can no longer be {old}");
                let mut draft = Draft::new(&rules::UNION_BRANCH_REMOVED, path, title);
                draft.help.push(format!("keep {old} as a branch"));
                draft
            }
            Direction::Forward if is_branch => {
                let title = format!("{at} can now be {new}, but the old version has no branch for it");
                let mut draft = Draft::new(&rules::UNION_BRANCH_ADDED, path, title);
                draft.help.push("add a new field for it".to_owned());
                draft
            }
            Direction::Backward | Direction::Forward => {
                let title = format!("{at} was {old} and is {new}");
                let mut draft = Draft::new(&rules::TYPE_CHANGED, path, title);
                draft.help.push(format!("keep {old}, and add a field with the new type"));
                draft
            }
        }
    }

    fn names(&self, trail: &[Visit], reader: &Name, writer: &Name) -> Draft {
        let (new, old) = self.ordered(reader, writer);
        let path = path(new, None);
        let of = if trail.len() > 1 {
            format!("the type of {}", self.subject(trail))
        } else {
            "the event's record".to_owned()
        };
        let title = format!("{of} was called `{}` and is called `{}`", old.simple(), new.simple());
        let mut draft = Draft::new(&rules::NAME_CHANGED, path, title);
        match self.direction {
            Direction::Backward => {
                let same = old.namespace() == new.namespace();
                let alias = if same { old.simple() } else { old.as_str() };
                draft.help.push(format!("keep the name, or give the type the alias `{alias}`"));
                draft.fix(|of| Fix::AddAlias { of, alias: alias.to_owned() });
            }
            Direction::Forward => {
                draft.help.push(
                    "keep the name: readers of the old version do not know the new one, and an alias helps \
                     only new readers"
                        .to_owned(),
                );
            }
        }
        draft
    }

    fn sizes(&self, trail: &[Visit], visit: Visit, reader: usize, writer: usize) -> Draft {
        let (new, old) = self.ordered(reader, writer);
        let path = match self.new.graph().node(self.ordered(visit.reader, visit.writer).0) {
            Node::Fixed(fixed) => Some(path(fixed.names.full, None)),
            _ => self.field_path(trail),
        };
        let title = format!("{} was {old} bytes long and is {new}", self.subject(trail));
        let mut draft = Draft::new(&rules::FIXED_SIZE_CHANGED, path, title);
        draft.help.push(format!(
            "keep the size of {old} bytes, and add a field of a new type with {new} \
                                 bytes"
        ));
        draft
    }

    fn symbols(&self, reader: &Name, writer: &Name, missing: &[&str], known: &[String]) -> Draft {
        let (new, _) = self.ordered(reader, writer);
        let mut names = String::new();
        let _ = write_symbols(&mut names, missing.iter().copied()); // a `String` takes every text
        let ty = new.clone();
        let simple = new.simple();
        match self.direction {
            Direction::Backward => {
                let title = format!("`{simple}` no longer has {names}, and has no default");
                let path = Path::Type(ty.clone());
                let mut draft = Draft::new(&rules::ENUM_SYMBOL_REMOVED, path, title);
                draft.help.push("put the symbols back, or give the enum a default (`fallback`)".to_owned());
                let symbols = missing.iter().map(|symbol| (*symbol).to_owned()).collect();
                draft.fixes.push(Fix::AddSymbols { of: ty.clone(), symbols });
                if let Some(symbol) = known.first() {
                    draft.fixes.push(Fix::AddFallback { of: ty, symbol: symbol.clone() });
                }
                draft
            }
            Direction::Forward => {
                let title = format!(
                    "`{simple}` now has {names}, but the old version has no default for unknown symbols"
                );
                let path = match missing {
                    [symbol] => Path::Member { ty, member: (*symbol).to_owned() },
                    _ => Path::Type(ty),
                };
                let mut draft = Draft::new(&rules::ENUM_SYMBOL_ADDED, path, title);
                draft.help.push(
                    "give the enum a default (`fallback`) in one version, and add the symbol when all \
                     consumers use that version"
                        .to_owned(),
                );
                draft
            }
        }
    }

    fn ambiguous(&self, trail: &[Visit], visit: Visit, field: &str, [first, second]: [&str; 2]) -> Draft {
        let at = self.data_path(trail, Some(field));
        let (_, written) = match self.direction {
            Direction::Backward => ("new", "old"),
            Direction::Forward => ("old", "new"),
        };
        let (title, help) = if first == second {
            (format!("`{at}` has its own name as an alias"), "remove the alias".to_owned())
        } else {
            (
                format!(
                    "the name and aliases of `{at}` match both `{first}` and `{second}` of the {written} \
                     version"
                ),
                "keep one match: remove the alias for the other field".to_owned(),
            )
        };
        let mut draft = Draft::new(&rules::AMBIGUOUS_ALIAS, self.member(visit, field), title);
        draft.help.push(help);
        draft
    }

    /// Returns the path of a field of a visited record, with the names of the new version.
    fn member(&self, visit: Visit, field: &str) -> Option<Path> {
        let (new, _) = self.ordered(visit.reader, visit.writer);
        match self.new.graph().node(new) {
            Node::Record(record) => Some(path(record.names.full, Some(field))),
            _ => None,
        }
    }

    /// Returns the path of the innermost field on the trail.
    fn field_path(&self, trail: &[Visit]) -> Option<Path> {
        for (before, visit) in trail.iter().zip(&trail[1..]).rev() {
            if let Some((record, field)) = self.step(*before, visit.edge) {
                return Some(path(record.names.full, Some(field)));
            }
        }
        None
    }

    /// Returns the name in messages of the data at the end of the trail.
    fn subject(&self, trail: &[Visit]) -> String {
        match self.data_path(trail, None) {
            path if path.is_empty() => "the event".to_owned(),
            path => format!("`{path}`"),
        }
    }

    /// Returns the path through the data: `order.lines[].sku`.
    fn data_path(&self, trail: &[Visit], last: Option<&str>) -> String {
        let mut path = String::new();
        let field = |path: &mut String, name: &str| {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        };
        for (before, visit) in trail.iter().zip(&trail[1..]) {
            match visit.edge {
                Edge::Items => path.push_str("[]"),
                Edge::Values => path.push_str("{}"),
                Edge::Field { .. } => {
                    if let Some((_, name)) = self.step(*before, visit.edge) {
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
    fn step(&self, before: Visit, edge: Edge) -> Option<(&'a Record<'a>, &'a str)> {
        let Edge::Field { reader, writer } = edge else { return None };
        let (record, _) = self.ordered(before.reader, before.writer);
        let (index, _) = self.ordered(reader, writer);
        let graph = self.new.graph();
        match graph.node(record) {
            Node::Record(record) => Some((record, graph.fields(record)[index].name)),
            _ => None,
        }
    }

    fn pointers(&self, visit: Visit, problem: &Problem<'_>) -> Pointers {
        let (reader, writer) = self.ordered_pointers();
        let (mut read, mut written) = (reader.pointer(visit.reader), writer.pointer(visit.writer));
        match problem {
            Problem::Names { .. } | Problem::Sizes { .. } | Problem::Symbols { .. } => {
                problem.point(&mut read);
                problem.point(&mut written);
            }
            // The writer has no matching field, or several: its pointer is that of the record.
            Problem::NewField { .. } | Problem::Ambiguous { .. } => problem.point(&mut read),
            // Both pointers already point to the types.
            Problem::Types { .. } | Problem::NewEnumField { .. } | Problem::Branch { .. } => {}
        }
        let (new, old) = self.ordered(read, written);
        Pointers { new, old }
    }

    /// Returns what the reference reports for the problem. Inside a union, the reference only reports that no
    /// branch matches.
    fn reported(&self, trail: &[Visit], problem: &Problem<'_>) -> Reported {
        let mut pointer = String::new();
        for (before, visit) in trail.iter().zip(&trail[1..]) {
            let no_branch =
                Reported { kind: IncompatibilityKind::MissingUnionBranch, pointer: String::new() };
            match visit.edge {
                Edge::Root => {}
                Edge::Items => pointer.push_str("/items"),
                Edge::Values => pointer.push_str("/values"),
                Edge::Field { reader, .. } => pointer.extend(["/fields/", &reader.to_string(), "/type"]),
                Edge::WriterBranch(index) => {
                    pointer.extend(["/", &index.to_string()]);
                    if matches!(self.causes.reader.node(before.reader), Node::Union(_)) {
                        return Reported { pointer, ..no_branch };
                    }
                }
                Edge::ReaderBranch(_) => return Reported { pointer, ..no_branch },
            }
        }
        if let (Problem::NewField { index, .. }, Some(visit)) = (problem, trail.last())
            && let Node::Record(record) = self.causes.reader.node(visit.reader)
            && self.causes.reader.has_fallback(self.causes.reader.fields(record)[*index].ty)
        {
            // The reference uses the enum's default as the field's, and compares the enum with the writer's
            // record.
            return Reported {
                kind: IncompatibilityKind::TypeMismatch,
                pointer: format!("{pointer}/fields/{index}/type"),
            };
        }
        if let (Problem::Types { .. }, Some(visit)) = (problem, trail.last())
            && self
                .causes
                .reader
                .node(visit.reader)
                .is_other_definition(self.causes.writer.node(visit.writer))
        {
            pointer.push_str("/name");
            return Reported { kind: IncompatibilityKind::NameMismatch, pointer };
        }
        problem.point(&mut pointer);
        Reported { kind: problem.kind(), pointer }
    }

    /// Returns the arguments as (new version, old version).
    fn ordered<T>(&self, reader: T, writer: T) -> (T, T) {
        match self.direction {
            Direction::Backward => (reader, writer),
            Direction::Forward => (writer, reader),
        }
    }

    /// Returns the pointers of the reader, then those of the writer.
    fn ordered_pointers(&self) -> (&'a PointerIndex<'a>, &'a PointerIndex<'a>) {
        self.ordered(self.new, self.old)
    }
}

fn is_nullable(graph: &Graph<'_>, id: Id) -> bool {
    let Node::Union(branches) = graph.node(id) else { return false };
    let first = graph.branches(*branches).first();
    first.is_some_and(|first| matches!(graph.node(*first), Node::Primitive(Primitive::Null)))
}
