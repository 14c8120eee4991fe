//! Makes the checked registry from declarations: resolves names, adds the fields of bases, checks defaults.

mod date_time_text;
mod defaults;
mod drafts;
mod enums;
mod expansion;
mod extends;
mod infinite;
mod names;
mod no_wire_form;
mod registry;
mod scalar_expansions;
mod schema_check;
mod type_expressions;

use std::collections::HashMap;

use signalbook_diagnostics::Finding;
use signalbook_model::Registry;

use crate::checked_registry::{CheckedRegistry, Field, Reference, Shape, TypeDef, TypeKind};
use crate::rules;
use crate::settings::Settings;
use crate::syntax::Document;
use drafts::Drafts;
use names::Names;

/// Returns the registry of `documents`. Declarations with findings are left out.
pub(crate) fn lower(
    documents: &[Document],
    settings: Settings,
    findings: &mut Vec<Finding>,
) -> CheckedRegistry {
    demand_namespaces(documents, findings);
    let names = Names::collect(documents, findings);
    let expansions = scalar_expansions::collect(documents, &names, &settings, findings);
    let mut drafts = drafts::draft(documents, &names, &expansions, findings);
    extends::flatten(&mut drafts, findings);
    infinite::find(&drafts, &expansions, findings);
    no_wire_form::mark(&mut drafts, &expansions, findings);

    defaults::take(&mut drafts);
    let types = drafts.types.iter().map(|draft| (&draft.def, drafts.fields(&draft.fields)));
    let default_type = |shape: &Shape| expansions.default_type(shape);
    let types = registry::definitions(types, &default_type);
    defaults::check(&mut drafts, &types, &default_type, findings);

    let mut checked = assemble(drafts, settings);
    checked.complete = registry::complete(&checked, &|shape| expansions.wire(shape));
    checked.registry = registry::project(&checked);
    if findings.is_empty() {
        schema_check::demand(&checked, findings);
    }
    checked
}

fn demand_namespaces(documents: &[Document], findings: &mut Vec<Finding>) {
    for namespace in documents.iter().filter_map(|document| document.namespace.as_ref()) {
        names::check_dotted("a namespace", namespace, findings);
    }
    for document in documents.iter().filter(|document| document.namespace.is_none()) {
        let scalar = document.scalars.first().map(|scalar| scalar.name.span);
        let ty = document.types.first().map(|ty| ty.name.span);
        let event = document.events.first().map(|event| event.name.span);
        if let Some(first) = [scalar, ty, event].into_iter().flatten().min() {
            findings.push(
                Finding::new(&rules::MISSING_NAMESPACE, "this file has no `namespace`")
                    .at(first, "declared without a namespace")
                    .help("begin the file with a namespace: `namespace = \"com.example.shop\"`"),
            );
        }
    }
}

/// Assembles the registry: adds the fields to every type and event.
fn assemble(drafts: Drafts<'_>, settings: Settings) -> CheckedRegistry {
    let fields = |indices: &[usize]| drafts.fields(indices).into_iter().cloned().collect::<Vec<Field>>();
    let types: Vec<TypeDef> = drafts
        .types
        .iter()
        .map(|draft| {
            let mut def = draft.def.clone();
            if let TypeKind::Record(record) = &mut def.kind {
                record.fields = fields(&draft.fields);
            }
            def
        })
        .collect();
    let events = drafts.events.iter().map(|draft| {
        let mut def = draft.def.clone();
        def.data = fields(&draft.data);
        def
    });
    let scalars = drafts.scalars.iter().enumerate();
    let names = scalars.map(|(at, scalar)| (scalar.name.clone(), Reference::Scalar(at)));
    let names = names.chain(types.iter().enumerate().map(|(at, ty)| (ty.name.clone(), Reference::Type(at))));
    CheckedRegistry {
        registry: Registry::default(),
        complete: Registry::default(),
        settings,
        names: names.collect::<HashMap<_, _>>(),
        // The first of several with the same name counts.
        event_indexes: drafts
            .events
            .iter()
            .enumerate()
            .rev()
            .map(|(at, event)| (event.def.name.clone(), at))
            .collect(),
        events: events.collect(),
        types,
        scalars: drafts.scalars,
    }
}
