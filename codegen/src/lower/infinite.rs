//! Finds records that always contain another value of themselves. Such a record has no finite value.

use std::collections::HashMap;

use signalbook_diagnostics::Finding;
use signalbook_model::{Name, Path};

use super::drafts::{Drafts, FieldDraft};
use super::expansion::{Expansion, Expansions};
use crate::checked_registry::{Shape, TypeKind};
use crate::rules;

/// Reports every cycle of records without a finite value.
///
/// The records with a finite value are found by iterating over the types, in alternating directions, until no
/// record is added.
pub(super) fn find(drafts: &Drafts<'_>, expansions: &Expansions, findings: &mut Vec<Finding>) {
    let index: HashMap<&Name, usize> =
        drafts.types.iter().enumerate().map(|(at, draft)| (&draft.def.name, at)).collect();
    let mut finite: Vec<bool> =
        drafts.types.iter().map(|draft| !matches!(draft.def.kind, TypeKind::Record(_))).collect();
    let mut order: Vec<usize> = (0..finite.len()).collect();
    loop {
        let before = finite.iter().filter(|finite| **finite).count();
        for &at in &order {
            let mut shapes = drafts.shapes(&drafts.types[at].fields).into_iter();
            finite[at] |= shapes.all(|shape| infinite_part(shape, expansions, &index, &finite).is_none());
        }
        if finite.iter().filter(|finite| **finite).count() == before {
            break;
        }
        order.reverse();
    }
    let mut seen = finite.clone();
    for start in 0..seen.len() {
        let mut chain: Vec<(usize, &FieldDraft<'_>)> = Vec::new();
        let mut at = start;
        while !seen[at] {
            seen[at] = true;
            let next = drafts.types[at].fields.iter().find_map(|field| {
                let field = &drafts.fields[*field];
                Some((field, infinite_part(&field.field.shape, expansions, &index, &finite)?))
            });
            let Some((field, next)) = next else { break };
            chain.push((at, field));
            at = next;
        }
        if let Some(ring) = chain.iter().position(|(record, _)| *record == at) {
            findings.push(report(&chain[ring..], drafts));
        }
    }
}

/// Returns the record in `shape` that has no finite value.
fn infinite_part(
    shape: &Shape,
    expansions: &Expansions,
    index: &HashMap<&Name, usize>,
    finite: &[bool],
) -> Option<usize> {
    match shape {
        Shape::Builtin(_) | Shape::List(_) | Shape::Map(_) | Shape::Optional(_) => None,
        Shape::Union(branches) => {
            let parts: Option<Vec<_>> =
                branches.iter().map(|branch| infinite_part(branch, expansions, index, finite)).collect();
            parts?.into_iter().next()
        }
        Shape::Type(name) | Shape::Scalar(name) => match expansions.by_name.get(name) {
            Some(Expansion::Shape(shape)) => infinite_part(shape, expansions, index, finite),
            Some(Expansion::NoWireForm | Expansion::Broken) => None,
            None => index.get(name).copied().filter(|at| !finite[*at]),
        },
    }
}

fn report(ring: &[(usize, &FieldDraft<'_>)], drafts: &Drafts<'_>) -> Finding {
    let (record, field) = ring[0];
    let name = &drafts.types[record].def.name;
    let finding = Finding::new(&rules::INFINITE_TYPE, format!("`{}` has no finite value", name.simple()))
        .on(Path::Member { ty: name.clone(), member: field.field.name.clone() })
        .at(field.type_span, format!("always contains another `{}`", name.simple()));
    ring[1..]
        .iter()
        .fold(finding, |finding, (_, via)| finding.and(via.type_span, "through this"))
        .help(format!("make `{}` optional, or a list or map", field.field.name))
}
