use std::collections::HashMap;
use std::collections::hash_map::Entry;

use signalbook_diagnostics::{Evidence, Family, Finding, Fix, Locate, Note, Part, Rule, Wording};
use signalbook_evolve::{Change, PairFinding, Pointers, Reported, Witness};
use signalbook_model::{Direction, Json, Path};

use crate::Candidate;
use crate::registry_names::RegistryNames;
use crate::steps::Migration;

/// One violation of a rule between a new version and an accepted one.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) rule: &'static Rule,
    pub(crate) path: Path,
    pub(crate) title: String,
    pub(crate) directions: Vec<Direction>,
    pub(crate) pointers: Option<Pointers>,
    /// The name of the fact, if the violation is about a fact.
    pub(crate) fact: Option<&'static str>,
    pub(crate) reported: Option<Reported>,
    pub(crate) witness: Option<Shown>,
    pub(crate) notes: Vec<String>,
    pub(crate) help: Vec<String>,
    pub(crate) fixes: Vec<Fix>,
}

/// A witness between two minor versions.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    witness: Witness,
    written_by: u32,
    read_by: u32,
}

/// The violations in one event. Equal violations against several accepted versions are one group.
#[derive(Debug, Default)]
pub(crate) struct Grouped {
    groups: Vec<Group>,
    known: HashMap<(&'static str, Path, String), usize>,
    /// The migration to the new version. It is shown with the first incompatibility.
    pub(crate) migration: Option<Migration>,
}

#[derive(Debug)]
struct Group {
    first: Found,
    minors: Vec<u32>,
    reported: Vec<Reported>,
}

impl Found {
    pub(crate) fn new(rule: &'static Rule, path: Path, title: impl Into<String>) -> Self {
        Self {
            rule,
            path,
            title: title.into(),
            directions: Vec::new(),
            pointers: None,
            fact: None,
            reported: None,
            witness: None,
            notes: Vec::new(),
            help: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// An incompatibility between a new and an old minor version.
    pub(crate) fn of_pair(finding: PairFinding, minors: [u32; 2], names: &RegistryNames<'_>) -> Self {
        let path = finding.path.map_or_else(|| names.root(), |path| names.path(path));
        Self {
            directions: vec![finding.direction],
            pointers: Some(finding.pointers),
            reported: Some(finding.reported),
            witness: finding.witness.map(|witness| Shown::new(witness, minors)),
            notes: finding.notes,
            help: finding.help,
            fixes: finding.fixes.into_iter().map(|fix| names.fix(fix)).collect(),
            ..Self::new(finding.rule, path, finding.title)
        }
    }

    /// A change of meaning between a new and an old minor version.
    pub(crate) fn of_change(
        change: Change,
        witness: Option<Witness>,
        minors: [u32; 2],
        names: &RegistryNames<'_>,
    ) -> Self {
        let path = match (change.record, change.field) {
            (Some(ty), Some(member)) => names.path(Path::Member { ty, member }),
            (Some(ty), None) => names.path(Path::Type(ty)),
            (None, _) => names.root(),
        };
        let alias = change.alias.map(|alias| Fix::AddAlias { of: path.clone(), alias });
        Self {
            directions: change.directions,
            pointers: Some(change.pointers),
            witness: witness.map(|witness| Shown::new(witness, minors)),
            help: vec![change.rule.fix.to_owned()],
            fixes: alias.into_iter().collect(),
            ..Self::new(change.rule, path, change.title)
        }
    }
}

impl Shown {
    fn new(witness: Witness, [new, old]: [u32; 2]) -> Self {
        let (read_by, written_by) = match witness.direction {
            Direction::Backward => (new, old),
            Direction::Forward => (old, new),
        };
        Self { witness, written_by, read_by }
    }
}

impl Grouped {
    /// Adds a violation against the accepted version `old`. A group keeps the texts of its first violation.
    pub(crate) fn add(&mut self, found: Found, old: Option<u32>) {
        match self.known.entry((found.rule.id, found.path.clone(), found.title.clone())) {
            Entry::Vacant(entry) => {
                entry.insert(self.groups.len());
                let reported = found.reported.iter().cloned().collect();
                self.groups.push(Group { first: found, minors: old.into_iter().collect(), reported });
            }
            Entry::Occupied(entry) => {
                let group = &mut self.groups[*entry.get()];
                add(&mut group.minors, old);
                add(&mut group.reported, found.reported);
                add(&mut group.first.directions, found.directions);
                group.first.witness = group.first.witness.take().or(found.witness);
            }
        }
    }

    /// Whether a rule of the family is violated.
    pub(crate) fn has(&self, family: Family) -> bool {
        self.groups.iter().any(|group| group.first.rule.family == family)
    }

    /// Whether a rule is violated at the path.
    pub(crate) fn is_about(&self, path: &Path) -> bool {
        self.groups.iter().any(|group| group.first.path == *path)
    }

    /// Returns the findings with their locations, and with their fixes as suggestions.
    pub(crate) fn into_findings(
        self,
        candidate: &Candidate<'_>,
        locate: &dyn Locate,
        wording: &dyn Wording,
    ) -> Vec<Finding> {
        let mut migration = self.migration;
        let finding = |group: Group| {
            // The steps are for the whole event, so they are shown once.
            let migration = if group.first.rule.family == Family::Wire { migration.take() } else { None };
            let mut finding = group.into_finding(candidate, migration, locate);
            add_suggestions(&mut finding, wording);
            finding
        };
        self.groups.into_iter().map(finding).collect()
    }
}

impl Group {
    fn into_finding(
        mut self,
        candidate: &Candidate<'_>,
        migration: Option<Migration>,
        locate: &dyn Locate,
    ) -> Finding {
        self.minors.sort_unstable();
        self.first.directions.sort_unstable();
        let found = &self.first;
        let impact =
            impact(found.rule, &found.directions, &candidate.new_label(), &candidate.labels(&self.minors));
        let mut finding = Finding::new(found.rule, found.title.clone()).on(found.path.clone());
        finding.notes.clone_from(&found.notes);
        finding.help.clone_from(&found.help);
        finding = self.located(finding, candidate, impact, locate);
        let (notes, data) = (self.notes(), self.data(migration.as_ref()));
        finding.evidence = Some(Box::new(Evidence {
            directions: self.first.directions,
            notes,
            fixes: self.first.fixes,
            steps: migration.map(|migration| migration.steps).unwrap_or_default(),
            data,
            ..Evidence::about(
                candidate.event_type.clone(),
                candidate.new.map(|_| candidate.minor()),
                self.minors,
            )
        }));
        finding
    }

    /// Sets the locations: in the registry, and in the accepted version. The label of the registry location
    /// is the impact. Without a location in the registry, the impact is a note.
    fn located(
        &self,
        mut finding: Finding,
        candidate: &Candidate<'_>,
        impact: String,
        locate: &dyn Locate,
    ) -> Finding {
        let found = &self.first;
        let event = candidate.event_type;
        let fact = found.fact.and_then(|fact| locate.fact(event, fact));
        let registry = fact.or_else(|| locate.registry(&found.path));
        let path = Some(&found.path);
        let part = match (&found.pointers, found.fact) {
            (Some(pointers), _) => Some(Part::Schema { pointer: &pointers.old, path }),
            (None, Some(fact)) => Some(Part::Fact(fact)),
            // A removed event is located at the root of its schema.
            (None, None) => candidate.new.is_none().then_some(Part::Schema { pointer: "", path }),
        };
        let old = part.zip(self.minors.last());
        let old = old.and_then(|(part, minor)| locate.accepted(event, *minor, part));
        if registry.is_none() && !impact.is_empty() {
            finding.notes.insert(0, impact.clone());
        }
        match (registry, old) {
            (Some(span), Some(old)) => finding.and(old, "the accepted version").at(span, impact),
            (Some(span), None) => finding.at(span, impact),
            (None, Some(old)) => finding.at(old, "the accepted version"),
            (None, None) => finding,
        }
    }

    fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if let Some(Pointers { new, old }) = &self.first.pointers {
            let (new, old) = (shown_pointer(new), shown_pointer(old));
            let text = if new == old { new } else { format!("{new}, in the old version {old}") };
            notes.push(Note { label: "schema", text });
        }
        if !self.reported.is_empty() {
            let reported = self.reported.iter();
            let reported: Vec<_> = reported
                .map(|Reported { kind, pointer }| format!("{kind} at {}", shown_pointer(pointer)))
                .collect();
            notes.push(Note { label: "avro", text: reported.join(", ") });
        }
        if let Some(Shown { witness, written_by, read_by }) = &self.first.witness {
            let hex = if witness.hex.is_empty() { "empty" } else { &witness.hex };
            let (json, outcome) = (&witness.json, &witness.outcome);
            let text = format!(
                "{json} (hex {hex}), written by minor {written_by}; minor {read_by} reads: {outcome}"
            );
            notes.push(Note { label: "witness", text });
        }
        notes
    }

    /// The details as JSON.
    fn data(&self, migration: Option<&Migration>) -> Vec<(&'static str, Json)> {
        let pointers = self.first.pointers.as_ref();
        let pointers = pointers.map(|Pointers { new, old }| object([("new", text(new)), ("old", text(old))]));
        let reported = self.reported.iter().map(|Reported { kind, pointer }| {
            object([("type", text(kind.name())), ("pointer", text(pointer))])
        });
        let witness = self.first.witness.as_ref().map(|Shown { witness, written_by, read_by }| {
            object([
                ("json", text(&witness.json)),
                ("hex", text(&witness.hex)),
                ("written_by", Json::Integer((*written_by).into())),
                ("read_by", Json::Integer((*read_by).into())),
                ("outcome", text(&witness.outcome)),
            ])
        });
        vec![
            ("pointers", pointers.unwrap_or(Json::Null)),
            ("avro", Json::Array(reported.collect())),
            ("witness", witness.unwrap_or(Json::Null)),
            ("steps", migration.map_or(Json::Null, Migration::data)),
        ]
    }
}

/// Adds the fixes as suggestions. The help stays for what they do not cover.
pub(crate) fn add_suggestions(finding: &mut Finding, wording: &dyn Wording) {
    let fixes = finding.evidence.iter().flat_map(|evidence| &evidence.fixes);
    let suggestions: Vec<_> = fixes.map(|fix| wording.suggest(fix)).collect();
    // Several suggestions replace the help. A single one may cover only a part of it.
    if suggestions.len() > 1 && suggestions.iter().all(Option::is_some) {
        finding.help.clear();
    }
    finding.suggestions.extend(suggestions.into_iter().flatten());
}

pub(crate) fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.map(|(name, value)| (name.to_owned(), value)).into())
}

pub(crate) fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn shown_pointer(pointer: &str) -> String {
    if pointer.is_empty() { "the root".to_owned() } else { format!("`{pointer}`") }
}

fn add<T: PartialEq>(list: &mut Vec<T>, more: impl IntoIterator<Item = T>) {
    for item in more {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}

/// Says who is affected, in one line. Empty if the finding is not about data.
fn impact(rule: &Rule, directions: &[Direction], new: &str, old: &str) -> String {
    let cannot = rule.family == Family::Wire;
    match directions {
        [Direction::Backward] if cannot => format!("consumers on {new} cannot read what {old} wrote"),
        [Direction::Forward] if cannot => format!("consumers on {old} cannot read what {new} writes"),
        [_, _] if cannot => format!("{new} and {old} cannot read each other's events"),
        [Direction::Backward] => format!("consumers on {new} read other values than {old} wrote"),
        [Direction::Forward] => format!("consumers on {old} read other values than {new} writes"),
        [_, _] => format!("{new} and {old} read wrong values from each other's events"),
        _ => String::new(),
    }
}
