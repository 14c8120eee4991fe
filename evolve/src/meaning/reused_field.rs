use std::collections::BTreeMap;

use signalbook_diagnostics::Rule;
use signalbook_model::{DefinitionMatches, Name};
use signalbook_resolve::compat::{Field, Graph, Record};

use crate::explain::type_label::logical_type_label;
use crate::rules;

/// A field that was removed, and that the new version has again with another type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReusedField {
    /// The rule that it violates.
    pub rule: &'static Rule,
    /// The name of its record in the new version.
    pub record: Name,
    /// Its name.
    pub field: String,
    /// The index of the last version that had it before it was removed.
    pub version: usize,
    /// Its type in the new version, for messages.
    pub new: String,
    /// Its type in the earlier version, for messages.
    pub old: String,
}

/// Returns the fields of `new` that the `earlier` versions, the oldest first, had with another type and then
/// removed.
///
/// A comparison of two versions does not find them. Each earlier version has the matches of its definitions
/// with those of `new`.
pub fn reused_fields(new: &Graph<'_>, earlier: &[(Graph<'_>, DefinitionMatches<'_>)]) -> Vec<ReusedField> {
    let mut reused = Vec::new();
    if earlier.len() < 2 {
        return reused;
    }
    let records = earlier.iter().map(|(old, matches)| {
        let records = old.records().map(|record| (record.names.full, record));
        (old, records.collect::<BTreeMap<_, _>>(), matches)
    });
    let earlier: Vec<_> = records.collect();
    for record in new.records() {
        let mut versions = Vec::new();
        for (version, (old, records, matches)) in earlier.iter().enumerate() {
            let same = matches.old_of(record.names.full).and_then(|name| records.get(name));
            versions.extend(same.map(|record| (version, *old, *record)));
        }
        for field in new.fields(record) {
            if let Some((version, (graph, was))) = before_a_gap(&versions, field)
                && !new.is_same_type(field.ty, graph, was.ty)
            {
                reused.push(ReusedField {
                    rule: &rules::FIELD_REUSED,
                    record: record.names.full.clone(),
                    field: field.name.to_owned(),
                    version,
                    new: logical_type_label(new, field.ty),
                    old: logical_type_label(graph, was.ty),
                });
            }
        }
    }
    reused
}

/// Returns the last version with `field` that is before a version without it.
fn before_a_gap<'a>(
    versions: &[(usize, &'a Graph<'a>, &'a Record<'a>)],
    field: &Field<'_>,
) -> Option<(usize, (&'a Graph<'a>, &'a Field<'a>))> {
    let had = |(_, graph, record): &(usize, &'a Graph<'a>, &'a Record<'a>)| {
        graph.fields(record).iter().find(|old| old.name == field.name)
    };
    let gap = versions.iter().rposition(|version| had(version).is_none())?;
    versions[..gap].iter().rev().find_map(|version| had(version).map(|old| (version.0, (version.1, old))))
}
