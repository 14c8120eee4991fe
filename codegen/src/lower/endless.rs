//! Records that always contain another of themselves: no value of theirs has an end.

use std::collections::HashMap;

use signalbook_diagnostics::Finding;
use signalbook_model::{Name, Path};

use super::draft::{Drafts, TypeDraft};
use super::wire::{Expansion, Transparent};
use crate::contract::{Shape, TypeKind};
use crate::rules;

/// Reports every record without a finite value.
///
/// What has one is found by going over the types, forth and back, until nothing is added.
pub(super) fn find(drafts: &Drafts<'_>, transparent: &Transparent, findings: &mut Vec<Finding>) {
    let index: HashMap<&Name, usize> =
        drafts.types.iter().enumerate().map(|(at, draft)| (&draft.def.name, at)).collect();
    let mut finite: Vec<bool> =
        drafts.types.iter().map(|draft| !matches!(draft.def.kind, TypeKind::Record(_))).collect();
    let ends = |shape: &Shape, finite: &[bool]| {
        is_finite(shape, transparent, &|name| index.get(name).is_none_or(|at| finite[*at]))
    };
    let mut order: Vec<usize> = (0..finite.len()).collect();
    loop {
        let before = finite.iter().filter(|finite| **finite).count();
        for &at in &order {
            let fields = &drafts.types[at].fields;
            finite[at] |= fields.iter().all(|field| ends(&drafts.fields[*field].field.shape, &finite));
        }
        if finite.iter().filter(|finite| **finite).count() == before {
            break;
        }
        order.reverse();
    }
    let endless = drafts.types.iter().zip(&finite).filter(|(_, finite)| !**finite);
    findings.extend(endless.filter_map(|(draft, _)| report(draft, drafts, |shape| ends(shape, &finite))));
}

fn is_finite(shape: &Shape, transparent: &Transparent, named: &impl Fn(&Name) -> bool) -> bool {
    match shape {
        Shape::Builtin(_) | Shape::List(_) | Shape::Map(_) | Shape::Optional(_) => true,
        Shape::Union(branches) => branches.iter().any(|branch| is_finite(branch, transparent, named)),
        Shape::Type(name) | Shape::Scalar(name) => match transparent.expansions.get(name) {
            Some(Expansion::Shape(shape)) => is_finite(shape, transparent, named),
            Some(Expansion::Nothing | Expansion::Broken) => true,
            None => named(name),
        },
    }
}

fn report(draft: &TypeDraft, drafts: &Drafts<'_>, ends: impl Fn(&Shape) -> bool) -> Option<Finding> {
    let mut fields = draft.fields.iter().map(|field| &drafts.fields[*field]);
    let field = fields.find(|field| !ends(&field.field.shape))?;
    let name = &draft.def.name;
    Some(
        Finding::new(&rules::ENDLESS_TYPE, format!("a value of `{}` has no end", name.simple()))
            .on(Path::Member { ty: name.clone(), member: field.field.name.clone() })
            .at(field.type_span, "always contains another of the same type")
            .and(draft.def.span, "in this record")
            .help(format!("make `{}` optional, or a list or map", field.field.name)),
    )
}
