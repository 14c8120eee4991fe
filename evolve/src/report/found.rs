use std::collections::HashMap;
use std::collections::hash_map::Entry;

use signalbook_diagnostics::{Avro, Evidence, Finding, Fix, Pointers, Rule, Witness};
use signalbook_model::{Direction, Path};

use crate::Candidate;

/// What was found between a new version and an old one.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) rule: &'static Rule,
    pub(crate) path: Path,
    pub(crate) title: String,
    pub(crate) directions: Vec<Direction>,
    pub(crate) pointers: Option<Pointers>,
    pub(crate) fact: Option<&'static str>,
    pub(crate) avro: Option<Avro>,
    pub(crate) witness: Option<Witness>,
    pub(crate) notes: Vec<String>,
    pub(crate) help: Vec<String>,
    pub(crate) fixes: Vec<Fix>,
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
            avro: None,
            witness: None,
            notes: Vec::new(),
            help: Vec::new(),
            fixes: Vec::new(),
        }
    }
}

/// What was found in one event, each once for all the old versions that it is about.
#[derive(Debug, Default)]
pub(crate) struct Grouped {
    found: Vec<(Found, Vec<u32>, Vec<Avro>)>,
    known: HashMap<(&'static str, Path, String), usize>,
}

impl Grouped {
    /// Adds what was found beside the accepted version `old`, if it is about a version; the first of a kind says it for
    /// all.
    pub(crate) fn add(&mut self, found: Found, old: Option<u32>) {
        match self.known.entry((found.rule.id, found.path.clone(), found.title.clone())) {
            Entry::Vacant(entry) => {
                entry.insert(self.found.len());
                let avro = found.avro.iter().cloned().collect();
                self.found.push((found, old.into_iter().collect(), avro));
            }
            Entry::Occupied(entry) => {
                let (first, minors, avro) = &mut self.found[*entry.get()];
                add(minors, old);
                add(avro, found.avro);
                add(&mut first.directions, found.directions);
                first.witness = first.witness.take().or(found.witness);
            }
        }
    }

    /// Whether one version cannot read another.
    pub(crate) fn breaks_the_wire(&self) -> bool {
        self.found.iter().any(|(found, ..)| crate::rules::WIRE.contains(&found.rule))
    }

    /// Whether something was found there.
    pub(crate) fn is_about(&self, path: &Path) -> bool {
        self.found.iter().any(|(found, ..)| found.path == *path)
    }

    /// The findings on `candidate`.
    pub(crate) fn into_findings(self, candidate: &Candidate<'_>) -> impl Iterator<Item = Finding> {
        self.found.into_iter().map(move |(found, mut old, avro)| {
            old.sort_unstable();
            let mut directions = found.directions;
            directions.sort_unstable();
            let evidence = Evidence {
                event: candidate.event_type.clone(),
                new: candidate.new.as_ref().map(|version| version.minor),
                impact: impact(found.rule, &directions, &candidate.new_label(), &candidate.labels(&old)),
                old,
                directions: directions.iter().map(|direction| direction.name()).collect(),
                pointers: found.pointers,
                fact: found.fact,
                avro,
                witness: found.witness,
                fixes: found.fixes,
                steps: None,
            };
            let mut finding = Finding::new(found.rule, found.title).on(found.path);
            finding.notes = found.notes;
            finding.help = found.help;
            finding.evidence = Some(Box::new(evidence));
            finding
        })
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, more: impl IntoIterator<Item = T>) {
    for item in more {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}

/// For whom a finding matters, in a line; empty for one about the registry.
fn impact(rule: &Rule, directions: &[Direction], new: &str, old: &str) -> String {
    let cannot = crate::rules::WIRE.contains(&rule);
    match directions {
        [Direction::Backward] if cannot => format!("consumers on {new} cannot read what {old} wrote"),
        [Direction::Forward] if cannot => format!("consumers on {old} cannot read what {new} writes"),
        [_, _] if cannot => format!("{new} and {old} cannot read each other's events"),
        [Direction::Backward] => format!("consumers on {new} read something else than {old} wrote"),
        [Direction::Forward] => format!("consumers on {old} read something else than {new} writes"),
        [_, _] => format!("{new} and {old} read each other's events as something else"),
        _ => String::new(),
    }
}
