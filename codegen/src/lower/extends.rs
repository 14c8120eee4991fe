//! Bases: the fields that a record takes over.

use std::collections::{HashMap, HashSet};

use signalbook_diagnostics::Finding;
use signalbook_model::{Name, Path};

use super::draft::{Drafts, TypeDraft};
use crate::rules;

/// More bases than any record needs, one above the other.
const MAX_BASES: usize = 64;

/// Puts the base's fields before each record's own; one that is declared again stands in its own place.
pub(super) fn flatten(drafts: &mut Drafts<'_>, findings: &mut Vec<Finding>) {
    let index: HashMap<Name, usize> =
        drafts.types.iter().enumerate().map(|(at, draft)| (draft.def.name.clone(), at)).collect();
    let name = |field: &usize| drafts.fields[*field].field.name.as_str();
    let flat = |at| {
        let mut fields: Vec<usize> = Vec::new();
        for record in lineage(at, &drafts.types, &index, findings).into_iter().rev() {
            let own = &drafts.types[record].fields;
            let names: HashSet<_> = own.iter().map(name).collect();
            fields.retain(|field| !names.contains(name(field)));
            fields.extend(own);
        }
        fields
    };
    let flat: Vec<_> = (0..drafts.types.len()).map(flat).collect();
    for (draft, fields) in drafts.types.iter_mut().zip(flat) {
        draft.fields = fields;
    }
}

/// The record, its base, the base's base, and so on.
fn lineage(
    record: usize,
    types: &[TypeDraft],
    index: &HashMap<Name, usize>,
    findings: &mut Vec<Finding>,
) -> Vec<usize> {
    let mut lineage = vec![record];
    let mut current = record;
    while let Some(base) = &types[current].base
        && let Some(&next) = index.get(&base.value)
    {
        if lineage.contains(&next) {
            if next == record && lineage.iter().min() == Some(&record) {
                findings.push(cycle(&lineage, types));
            }
            break;
        }
        if lineage.len() > MAX_BASES {
            let draft = &types[record];
            findings.push(
                Finding::new(
                    &rules::OVERSIZED_TYPE,
                    format!("`{}` has too many bases", draft.def.name.simple()),
                )
                .at(draft.def.span, format!("more than {MAX_BASES}, one above the other"))
                .help("join some of them"),
            );
            break;
        }
        lineage.push(next);
        current = next;
    }
    lineage
}

fn cycle(lineage: &[usize], types: &[TypeDraft]) -> Finding {
    let record = &types[lineage[0]];
    let title = format!("`{}` extends itself", record.def.name.simple());
    let mut finding = Finding::new(&rules::EXTENDS_CYCLE, title).on(Path::Type(record.def.name.clone()));
    if let Some(base) = &record.base {
        finding = finding.at(base.span, "leads back to it");
    }
    for via in &lineage[1..] {
        finding = finding.and(types[*via].def.span, "by way of this");
    }
    finding.help("put the fields that they share into a record of their own, and extend that")
}
