//! Finds the types without a wire form: those that contain a scalar with `wire = "none"`.

use std::collections::HashMap;

use signalbook_diagnostics::Finding;
use signalbook_model::{Name, Path};

use super::drafts::{Drafts, FieldDraft};
use super::expansion::Expansion;
use super::expansion::Expansions;
use crate::checked_registry::{Shape, TypeKind};
use crate::rules;

/// Marks the types without a wire form, and reports the events on the bus that use them.
///
/// The types are found by iterating over all types, in alternating directions, until no type is added.
pub(super) fn mark(drafts: &mut Drafts<'_>, expansions: &Expansions, findings: &mut Vec<Finding>) {
    let index: HashMap<Name, usize> =
        drafts.types.iter().enumerate().map(|(at, draft)| (draft.def.name.clone(), at)).collect();
    let mut free = vec![true; drafts.types.len()];
    let mut order: Vec<usize> = (0..free.len()).collect();
    loop {
        let before = free.iter().filter(|free| **free).count();
        for &at in &order {
            let draft = &drafts.types[at];
            let shapes = match &draft.def.kind {
                TypeKind::Union(branches) => branches.iter().collect(),
                TypeKind::Record(_) | TypeKind::Enum(_) | TypeKind::Fixed(_) => drafts.shapes(&draft.fields),
            };
            free[at] &= shapes.into_iter().all(|shape| culprit(shape, expansions, &index, &free).is_none());
        }
        if free.iter().filter(|free| **free).count() == before {
            break;
        }
        order.reverse();
    }
    for (draft, free) in drafts.types.iter_mut().zip(&free) {
        draft.def.has_wire_form = *free;
    }
    for event in drafts.events.iter().filter(|event| event.def.bus) {
        for field in event.data.iter().map(|field| &drafts.fields[*field]) {
            if let Some(name) = culprit(&field.field.shape, expansions, &index, &free) {
                findings.push(report(field, name, &event.def.name, drafts, &index, |shape| {
                    culprit(shape, expansions, &index, &free)
                }));
            }
        }
    }
}

/// Returns the first name in `shape` that has no wire form.
fn culprit<'s>(
    shape: &'s Shape,
    expansions: &'s Expansions,
    index: &HashMap<Name, usize>,
    free: &[bool],
) -> Option<&'s Name> {
    shape.references().into_iter().find_map(|name| match expansions.by_name.get(name) {
        Some(Expansion::NoWireForm) => Some(name),
        Some(Expansion::Shape(shape)) => culprit(shape, expansions, index, free),
        Some(Expansion::Broken) => None,
        None => index.get(name).is_some_and(|at| !free[*at]).then_some(name),
    })
}

fn report<'s>(
    field: &'s FieldDraft<'_>,
    mut name: &'s Name,
    event: &Name,
    drafts: &'s Drafts<'_>,
    index: &HashMap<Name, usize>,
    culprit: impl Fn(&'s Shape) -> Option<&'s Name>,
) -> Finding {
    let title = format!("`{}` has no wire form, but `{event}` is on the bus", field.field.name);
    let mut finding = Finding::new(&rules::NO_WIRE_FORM, title)
        .on(Path::Data { event: event.clone(), field: field.field.name.clone() })
        .at(field.type_span, "leads to a scalar with `wire = \"none\"`");
    let mut seen = Vec::new();
    while let Some(at) = index.get(name).filter(|at| !seen.contains(at)) {
        seen.push(at);
        let fields = drafts.types[*at].fields.iter().map(|field| &drafts.fields[*field]);
        let Some((via, next)) =
            fields.map(|via| (via, culprit(&via.field.shape))).find(|(_, next)| next.is_some())
        else {
            break;
        };
        finding = finding.and(via.field.span, "through this field");
        name = next.unwrap_or(name);
    }
    finding.help("set `bus = false` on the event, or give the scalar a wire type")
}
