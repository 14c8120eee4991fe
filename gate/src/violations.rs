use std::collections::HashMap;

use signalbook_diagnostics::{Evidence, Family, Finding, Fix, Locate, Note, Part, Rule, Wording};
use signalbook_evolve::{Change, PairFinding, Pointers, Reported, Witness};
use signalbook_model::{Direction, Json, Path};

use crate::Candidate;
use crate::facts::class_of;
use crate::migration::Migration;
use crate::registry_names::RegistryNames;

/// One violation of a rule between a new version and accepted ones.
#[derive(Clone, Debug)]
pub(crate) struct Violation {
    pub(crate) rule: &'static Rule,
    pub(crate) path: Path,
    pub(crate) title: String,
    /// The accepted minor versions.
    pub(crate) minors: Vec<u32>,
    pub(crate) directions: Vec<Direction>,
    pub(crate) pointers: Option<Pointers>,
    /// The name of the fact, if the violation is about a fact.
    pub(crate) fact: Option<&'static str>,
    pub(crate) reported: Vec<Reported>,
    /// The witness, and the accepted minor version that writes or reads it.
    pub(crate) witness: Option<(Witness, u32)>,
    pub(crate) notes: Vec<String>,
    pub(crate) help: Vec<String>,
    pub(crate) fixes: Vec<Fix>,
}

/// The violations in one event. Equal violations against several accepted versions are one.
pub(crate) struct Violations<'a> {
    pub(crate) names: RegistryNames<'a>,
    list: Vec<Violation>,
    /// The indexes of the violations, by what makes them equal.
    known: HashMap<(&'static str, Path, String), usize>,
    /// The migration to the new version. It is shown with the first incompatibility.
    pub(crate) migration: Option<Migration>,
}

impl Violation {
    /// A violation that is solved as the page of the rule says.
    pub(crate) fn new(rule: &'static Rule, path: Path, title: impl Into<String>) -> Self {
        Self {
            rule,
            path,
            title: title.into(),
            minors: Vec::new(),
            directions: Vec::new(),
            pointers: None,
            fact: None,
            reported: Vec::new(),
            witness: None,
            notes: Vec::new(),
            help: vec![rule.fix.to_owned()],
            fixes: Vec::new(),
        }
    }
}

impl<'a> Violations<'a> {
    pub(crate) fn new(names: RegistryNames<'a>) -> Self {
        Self { names, list: Vec::new(), known: HashMap::new(), migration: None }
    }

    /// Adds a violation against the accepted version `old`. Equal violations keep the texts of the first.
    pub(crate) fn add(&mut self, mut violation: Violation, old: Option<u32>) {
        let key = (violation.rule.id, violation.path.clone(), violation.title.clone());
        let index = *self.known.entry(key).or_insert(self.list.len());
        let Some(known) = self.list.get_mut(index) else {
            violation.minors.extend(old);
            self.list.push(violation);
            return;
        };
        add(&mut known.minors, old);
        add(&mut known.reported, violation.reported);
        add(&mut known.directions, violation.directions);
        known.witness = known.witness.take().or(violation.witness);
    }

    /// Adds an incompatibility with the accepted version `old`.
    pub(crate) fn add_incompatibility(&mut self, finding: PairFinding, old: u32) {
        let path = finding.path.map_or_else(|| self.names.root(), |path| self.names.path(path));
        let violation = Violation {
            directions: vec![finding.direction],
            pointers: Some(finding.pointers),
            reported: vec![finding.reported],
            witness: finding.witness.map(|witness| (witness, old)),
            notes: finding.notes,
            help: finding.help,
            fixes: finding.fixes.into_iter().map(|fix| self.names.fix(fix)).collect(),
            ..Violation::new(finding.rule, path, finding.title)
        };
        self.add(violation, Some(old));
    }

    /// Adds a change of meaning since the accepted version `old`.
    pub(crate) fn add_change(&mut self, change: Change, witness: Option<Witness>, old: u32) {
        let path = match (change.record, change.field) {
            (Some(ty), Some(member)) => self.names.path(Path::Member { ty, member }),
            (Some(ty), None) => self.names.path(Path::Type(ty)),
            (None, _) => self.names.root(),
        };
        let alias = change.alias.map(|alias| Fix::AddAlias { of: path.clone(), alias });
        let violation = Violation {
            directions: change.directions,
            pointers: Some(change.pointers),
            witness: witness.map(|witness| (witness, old)),
            fixes: alias.into_iter().collect(),
            ..Violation::new(change.rule, path, change.title)
        };
        self.add(violation, Some(old));
    }

    /// Whether a rule of the family is violated.
    pub(crate) fn has(&self, family: Family) -> bool {
        self.list.iter().any(|violation| violation.rule.family == family)
    }

    /// Whether a rule is violated at the path.
    pub(crate) fn is_about(&self, path: &Path) -> bool {
        self.list.iter().any(|violation| violation.path == *path)
    }

    /// Returns the findings with their locations, and with their fixes as suggestions.
    pub(crate) fn into_findings(
        self,
        candidate: &Candidate<'_>,
        locate: &dyn Locate,
        wording: &dyn Wording,
    ) -> Vec<Finding> {
        let mut migration = self.migration;
        let finding = |violation: Violation| {
            // The steps are for the whole event, so they are shown once.
            let migration = if violation.rule.family == Family::Wire { migration.take() } else { None };
            let mut finding = violation.into_finding(candidate, migration, locate);
            add_suggestions(&mut finding, wording);
            finding
        };
        self.list.into_iter().map(finding).collect()
    }
}

impl Violation {
    fn into_finding(
        mut self,
        candidate: &Candidate<'_>,
        migration: Option<Migration>,
        locate: &dyn Locate,
    ) -> Finding {
        self.minors.sort_unstable();
        self.directions.sort_unstable();
        let mut finding = self.located(candidate, locate);
        let new = candidate.new.map(|_| candidate.minor());
        finding.help.clone_from(&self.help);
        let mut evidence =
            Evidence::about(candidate.event_type.clone(), new, std::mem::take(&mut self.minors));
        evidence.notes = self.evidence_notes(candidate);
        evidence.data = self.data(candidate, migration.as_ref());
        evidence.directions = self.directions;
        evidence.fixes = self.fixes.into_iter().map(|fix| keep_personal(fix, candidate)).collect();
        evidence.steps = migration.map(|migration| migration.steps).unwrap_or_default();
        finding.evidence = Some(Box::new(evidence));
        finding
    }

    /// The finding with its locations: in the registry, and in the accepted version. The label of the
    /// registry location is the impact. Without a location in the registry, the impact is a note.
    fn located(&self, candidate: &Candidate<'_>, locate: &dyn Locate) -> Finding {
        let impact = self.impact(&candidate.new_label(), &candidate.labels(&self.minors));
        let mut finding = Finding::new(self.rule, self.title.clone()).on(self.path.clone());
        finding.notes.clone_from(&self.notes);
        let event = candidate.event_type;
        let fact = self.fact.and_then(|fact| locate.fact(event, fact));
        let registry = fact.or_else(|| locate.registry(&self.path));
        let path = Some(&self.path);
        let part = match (&self.pointers, self.fact) {
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

    fn evidence_notes(&self, candidate: &Candidate<'_>) -> Vec<Note> {
        let mut notes = Vec::new();
        if let Some(Pointers { new, old }) = &self.pointers {
            let (new, old) = (shown_pointer(new), shown_pointer(old));
            let text = if new == old { new } else { format!("{new}, in the old version {old}") };
            notes.push(Note { label: "schema", text });
        }
        if !self.reported.is_empty() {
            let reported = self.reported.iter();
            let reported: Vec<_> = reported
                .map(|Reported { kind, pointer, .. }| format!("{kind} at {}", shown_pointer(pointer)))
                .collect();
            notes.push(Note { label: "avro", text: reported.join(", ") });
        }
        if let Some((witness, old)) = &self.witness {
            let [written_by, read_by] = writer_and_reader(witness, candidate.minor(), *old);
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
    fn data(&self, candidate: &Candidate<'_>, migration: Option<&Migration>) -> Vec<(&'static str, Json)> {
        let pointers = self.pointers.as_ref();
        let pointers = pointers.map(|Pointers { new, old }| {
            Json::object([("new", Json::string(new)), ("old", Json::string(old))])
        });
        let reported = self.reported.iter().map(|Reported { kind, pointer, .. }| {
            Json::object([("type", Json::string(kind.name())), ("pointer", Json::string(pointer))])
        });
        let witness = self.witness.as_ref().map(|(witness, old)| {
            let [written_by, read_by] = writer_and_reader(witness, candidate.minor(), *old);
            Json::object([
                ("json", Json::string(&witness.json)),
                ("hex", Json::string(&witness.hex)),
                ("written_by", Json::Integer(written_by.into())),
                ("read_by", Json::Integer(read_by.into())),
                ("outcome", Json::string(&witness.outcome)),
            ])
        });
        vec![
            ("pointers", pointers.unwrap_or(Json::Null)),
            ("avro", Json::Array(reported.collect())),
            ("witness", witness.unwrap_or(Json::Null)),
            ("migration", migration.map_or(Json::Null, Migration::data)),
        ]
    }

    /// Says who is affected, in one line. Empty if the finding is not about data.
    fn impact(&self, new: &str, old: &str) -> String {
        let cannot = self.rule.family == Family::Wire;
        match self.directions.as_slice() {
            [Direction::Backward] if cannot => format!("consumers on {new} cannot read what {old} wrote"),
            [Direction::Forward] if cannot => format!("consumers on {old} cannot read what {new} writes"),
            [_, _] if cannot => format!("{new} and {old} cannot read each other's events"),
            [Direction::Backward] => format!("consumers on {new} read other values than {old} wrote"),
            [Direction::Forward] => format!("consumers on {old} read other values than {new} writes"),
            [_, _] => format!("{new} and {old} read wrong values from each other's events"),
            _ => String::new(),
        }
    }
}

/// Adds the class of personal data that a field had when it was removed.
fn keep_personal(mut fix: Fix, candidate: &Candidate<'_>) -> Fix {
    if let Fix::RestoreField {
        field: Path::Member { member, .. } | Path::Data { field: member, .. },
        pii,
        ..
    } = &mut fix
    {
        *pii = candidate.accepted.last().and_then(|version| class_of(version.facts.as_ref()?, member));
    }
    fix
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

/// Returns the minor versions that write and read a witness between the new version and the accepted one.
fn writer_and_reader(witness: &Witness, new: u32, old: u32) -> [u32; 2] {
    match witness.direction {
        Direction::Backward => [old, new],
        Direction::Forward => [new, old],
    }
}
