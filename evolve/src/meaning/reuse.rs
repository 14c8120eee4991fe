use signalbook_resolve::compat::{Field, Graph, Node, Record};

use crate::Candidate;
use crate::explain::pointers::Places;
use crate::explain::registry_names::Origins;
use crate::explain::type_label::type_label;
use crate::meaning::logical;
use crate::report::found::Found;
use crate::rules::meaning as rules;
use signalbook_model::Direction;

/// Fields that some version had, a later one lacked, and the new one has again with another type; each with the minor of
/// the version that had it first.
///
/// No two neighbours show it, so it is looked for in the whole history. Records are followed by their simple name.
pub(crate) fn find(candidate: &Candidate<'_>, new: &Places<'_>, origins: &Origins<'_>) -> Vec<(Found, u32)> {
    let mut reused = Vec::new();
    if candidate.accepted.len() < 2 {
        return reused;
    }
    let history: Vec<(u32, Graph<'_>)> =
        candidate.accepted.iter().map(|version| (version.minor, Graph::new(version.schema))).collect();
    let graph = new.graph();
    for record in graph.records() {
        let mut versions = Vec::new();
        for (minor, old) in &history {
            let same = old.records().find(|old| old.names.full.simple() == record.names.full.simple());
            versions.extend(same.map(|record| (*minor, old, record)));
        }
        for field in graph.fields(record) {
            if let Some((minor, was)) = before_a_gap(&versions, field)
                && !graph.is_same_type(field.ty, was.0, was.1.ty)
            {
                let path = origins.path(record.names.full, Some(field.name));
                let (now, then) = (label(graph, field), label(was.0, was.1));
                let title =
                    format!("`{}` is back as {now}, and was {then} before it was removed", field.name);
                let mut found = Found::new(&rules::FIELD_REUSED, path, title);
                found.directions.push(Direction::Backward);
                found.help.push(rules::FIELD_REUSED.fix.to_owned());
                reused.push((found, minor));
            }
        }
    }
    reused
}

/// The last version that had `field` before one that lacked it.
fn before_a_gap<'a>(
    versions: &[(u32, &'a Graph<'a>, &'a Record<'a>)],
    field: &Field<'_>,
) -> Option<(u32, (&'a Graph<'a>, &'a Field<'a>))> {
    let had = |(_, graph, record): &(u32, &'a Graph<'a>, &'a Record<'a>)| {
        graph.fields(record).iter().find(|old| old.name == field.name)
    };
    let gap = versions.iter().rposition(|version| had(version).is_none())?;
    versions[..gap].iter().rev().find_map(|version| had(version).map(|old| (version.0, (version.1, old))))
}

fn label(graph: &Graph<'_>, field: &Field<'_>) -> String {
    match graph.node(field.ty) {
        Node::Fixed(fixed) => match fixed.logical {
            Some(logical) => format!("`{}`", logical::label_fixed(logical)),
            None => type_label(graph, field.ty),
        },
        _ => match graph.logical(field.ty) {
            Some(logical) => format!("`{}`", logical::label(logical)),
            None => type_label(graph, field.ty),
        },
    }
}
