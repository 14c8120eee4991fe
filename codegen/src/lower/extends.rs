//! Adds the fields of bases to records.

use std::collections::{HashMap, HashSet};

use signalbook_diagnostics::Finding;
use signalbook_model::{Name, Path};

use super::drafts::{Drafts, TypeDraft};
use crate::rules;

/// The maximum number of bases of a record, with the bases of bases.
const MAX_BASES: usize = 64;

/// Puts the fields of the base before the fields of each record. A field that the record declares again is
/// only at the record's own place.
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

/// Returns the record, its base, the base of the base, and so on.
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
                .at(draft.def.span, format!("more than {MAX_BASES} bases, with the bases of bases"))
                .help("merge some of them"),
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
        finding = finding.at(base.span, "leads back to the record");
    }
    for via in &lineage[1..] {
        finding = finding.and(types[*via].def.span, "through this");
    }
    finding.help("move the shared fields to another record, and extend that record")
}
