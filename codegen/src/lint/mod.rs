//! The lints: rules whose level settings can change and whose findings can be waived.

mod docs;
mod duplicate_names;
mod encoded_size;
mod keys;
mod names;
mod personal;
mod replacements;
mod tense;
mod unused;

use std::collections::HashSet;

use signalbook_diagnostics::Level::{Allow, Deny, Warn};
use signalbook_diagnostics::{Finding, Policy, Rule};
use signalbook_model::Path;

use crate::checked_registry::{CheckedRegistry, Field, Record, TypeKind};

/// A rule, and the function that finds its violations.
pub(crate) struct Lint {
    pub(crate) rule: Rule,
    run: fn(&CheckedRegistry, &mut Reporter<'_>),
    /// If true, the lint runs only if there are no errors: an incomplete registry would cause false findings.
    whole: bool,
}

/// Collects the findings of one lint.
pub(crate) struct Reporter<'a> {
    rule: &'static Rule,
    findings: &'a mut Vec<Finding>,
}

impl Reporter<'_> {
    /// Begins a finding of the rule. The caller completes and [adds](Self::add) it.
    fn finding(&self, title: impl Into<String>) -> Finding {
        Finding::new(self.rule, title)
    }

    fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

/// Every lint.
#[rustfmt::skip]
pub(crate) static LINTS: &[Lint] = &[
    Lint { whole: false, run: names::grammar, rule: Rule::lint("event-name-grammar", Warn,
        "An event type is `{reverse DNS}.{subdomain}.{subject}.{action}.v{n}`, in lower case, as OEP-41 \
         requires. People and tools rely on this form.")
        .explained(r#"[events."placed.v1"]"#,
            "write subdomain, subject, action and major version: `order.placed.v1` in the namespace \
             `com.example.shop`") },
    Lint { whole: false, run: names::major_version, rule: Rule::lint("missing-major-version", Warn,
        "An event type must end with its major version, `v1`. An incompatible change needs a new one.")
        .explained(r#"[events."order.placed"]"#,
            "add the major version: `order.placed.v1`; if other services already use the event type, add a \
             waiver") },
    Lint { whole: false, run: names::prefix, rule: Rule::lint("event-prefix", Deny,
        "Every event type must start with the setting `event_prefix`.")
        .explained(r#"event_prefix = "org.example"    # signalbook.toml
namespace    = "com.example.shop""#,
            "declare the event in a namespace that starts with the prefix, or change the setting") },
    Lint { whole: false, run: names::avro, rule: Rule::lint("illegal-avro-name", Warn,
        "Names on the wire must be legal in Avro: letters, digits and `_`, and no digit first. Some \
         implementations reject a schema with other names.")
        .explained(r#"fields = { "time-of-day" = "string" }"#,
            "write `_` in place of `-`; if other services already use the name, add a waiver") },
    Lint { whole: false, run: tense::past, rule: Rule::lint("past-tense-action", Warn,
        "The action in an event type must be in the past tense, because an event is something that happened: \
         `created`, `sent`.")
        .explained(r#"[events."order.place.v1"]"#,
            "name what happened: `order.placed.v1`") },
    Lint { whole: false, run: keys::missing, rule: Rule::lint("event-without-key", Warn,
        "An event should have a key. Events without a key can arrive in any order.")
        .explained(r#"[events."order.placed.v1"]
data = { order = "Order" }    # there is no `key`"#,
            r#"set the key to the field that orders the events: `key = "order.id"`"#) },
    Lint { whole: true, run: keys::unresolved, rule: Rule::lint("key-unresolved", Deny,
        "A key path must lead to a scalar that is never null.")
        .explained(r#"key  = "order.idd"
data = { order = "Order" }"#,
            "write a path that ends at a scalar and contains no optional field") },
    Lint { whole: false, run: docs::missing, rule: Rule::lint("missing-doc", Warn,
        "Events, types and scalars should have a `doc`, because the registry is the documentation for other \
         teams.")
        .explained(r#"[types.Order]
fields = { id = "string" }    # there is no `doc`"#,
            r#"describe it in a sentence: `doc = "What a customer ordered."`"#) },
    Lint { whole: false, run: docs::missing_on_fields, rule: Rule::lint("missing-field-doc", Allow,
        "Fields should have a `doc`.")
        .explained(r#"id = "string""#,
            r#"describe its value: `id = { type = "string", doc = "The number on the receipt." }`"#) },
    Lint { whole: false, run: personal::unclassified, rule: Rule::lint("pii-without-class", Warn,
        "A field whose name suggests personal data should have a class (`pii = \"email\"`), so that logs do \
         not show its value.")
        .explained(r#"email = "string""#,
            r#"give it a class: `email = { type = "string", pii = "email" }`"#) },
    Lint { whole: false, run: duplicate_names::constants, rule: Rule::lint("duplicate-event-name", Deny,
        "Each event must have a different constant name. Only the major versions of one event share it.")
        .explained(r#"[events."order.placed.v1"]
name = "ORDER_PLACED"
[events."order.placed.again.v1"]
name = "ORDER_PLACED""#,
            "set a different `name` for one of them") },
    Lint { whole: false, run: duplicate_names::aliases, rule: Rule::lint("duplicate-alias", Deny,
        "An alias must be unique: no other field of the record, or type of the namespace, can have it as \
         name or alias.")
        .explained(r#"id     = "string"
number = { type = "string", aliases = ["id"] }"#,
            "remove the alias, because a reader could not tell which field it belongs to") },
    Lint { whole: true, run: unused::types, rule: Rule::lint("unused-type", Warn,
        "A type should be used by an event.")
        .explained("[types.Coupon]    # no event uses it",
            "use it, or remove it") },
    Lint { whole: true, run: unused::scalars, rule: Rule::lint("unused-scalar", Warn,
        "A scalar should be used by an event.")
        .explained("[scalars.Sku]    # no field uses it",
            "use it, or remove it") },
    Lint { whole: true, run: replacements::replacements, rule: Rule::lint("replacement-unresolved", Deny,
        "The replacement of a deprecated event or field must exist.")
        .explained(r#"deprecated = { replacement = "order.placed.v2" }    # there is no v2"#,
            "declare the replacement, or correct its name") },
    Lint { whole: true, run: encoded_size::too_large, rule: Rule::lint("event-too-large", Warn,
        "An event must be at most 64 KiB, as OEP-41 requires. Only checked if the types limit the size.")
        .explained("[types.Picture]
fixed = 70000",
            "send a reference to the data, not the data") },
];

/// Runs every lint that `policy` does not allow. If `whole` is false, skips the lints that need a complete
/// registry.
pub(crate) fn run(checked: &CheckedRegistry, whole: bool, policy: &Policy, findings: &mut Vec<Finding>) {
    let counts = |lint: &&Lint| (whole || !lint.whole) && policy.level(&lint.rule) != Allow;
    for lint in LINTS.iter().filter(counts) {
        (lint.run)(checked, &mut Reporter { rule: &lint.rule, findings });
    }
}

/// Returns every declared field with its path. Inherited fields are not repeated.
fn fields(checked: &CheckedRegistry) -> impl Iterator<Item = (Path, &Field)> {
    let records = checked.types.iter().filter_map(|ty| match &ty.kind {
        TypeKind::Record(record) => Some((&ty.name, record)),
        TypeKind::Enum(_) | TypeKind::Fixed(_) | TypeKind::Union(_) => None,
    });
    let members = records.flat_map(|(ty, record)| {
        let path = |field: &Field| Path::Member { ty: ty.clone(), member: field.name.clone() };
        own_fields(record, checked).map(move |field| (path(field), field))
    });
    let data = checked.events.iter().flat_map(|event| {
        let path = |field: &Field| Path::Data { event: event.name.clone(), field: field.name.clone() };
        event.data.iter().map(move |field| (path(field), field))
    });
    members.chain(data)
}

/// Returns the fields of a record that do not come from its base.
fn own_fields<'a>(
    record: &'a Record,
    checked: &CheckedRegistry,
) -> impl Iterator<Item = &'a Field> + use<'a> {
    let base = record.base.as_ref().and_then(|base| checked.type_def(base)).map(|base| &base.kind);
    let inherited: HashSet<_> = match base {
        Some(TypeKind::Record(base)) => base.fields.iter().map(|field| field.span).collect(),
        Some(TypeKind::Enum(_) | TypeKind::Fixed(_) | TypeKind::Union(_)) | None => HashSet::new(),
    };
    record.fields.iter().filter(move |field| !inherited.contains(&field.span))
}
