//! The rules that settings may change and waivers may suspend, one table.

mod deprecations;
mod docs;
mod duplicates;
mod keys;
mod names;
mod personal;
mod size;
mod tense;
mod unused;

use std::collections::HashSet;

use signalbook_diagnostics::Level::{Allow, Deny, Warn};
use signalbook_diagnostics::{Finding, Policy, Rule};
use signalbook_model::Path;

use crate::contract::{Contract, Field, Record, TypeKind};

/// A rule, and the function that finds where it is broken.
pub(crate) struct Lint {
    pub(crate) rule: Rule,
    run: fn(&Contract, &mut Reporter<'_>),
    /// Whether it would raise false alarms on a contract that errors left incomplete.
    whole: bool,
}

/// Where a lint puts what it finds.
pub(crate) struct Reporter<'a> {
    rule: &'static Rule,
    findings: &'a mut Vec<Finding>,
}

impl Reporter<'_> {
    /// A finding of the rule, to be completed and [added](Self::add).
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
        "An event type is `{reverse DNS}.{subdomain}.{subject}.{action}.v{n}`, in lower case, as OEP-41 has it: people and tools find their way by it.")
        .explained(r#"[events."placed.v1"]"#,
            "name subdomain, subject, action and major version: `order.placed.v1` in the namespace `com.example.shop`") },
    Lint { whole: false, run: names::major_version, rule: Rule::lint("missing-major-version", Warn,
        "An event type ends in its major version, `v1`: an incompatible change needs a place to go.")
        .explained(r#"[events."order.placed"]"#,
            "end it in its major version: `order.placed.v1`; where others know it without one, waive this") },
    Lint { whole: false, run: names::prefix, rule: Rule::lint("event-prefix", Deny,
        "Every event type starts with the setting `event_prefix`.")
        .explained(r#"event_prefix = "org.example"    # signalbook.toml
namespace    = "com.example.shop""#,
            "declare the event in a namespace of the prefix, or change the setting") },
    Lint { whole: false, run: names::avro, rule: Rule::lint("illegal-avro-name", Warn,
        "Names on the wire are legal in Avro: letters, digits and `_`, no digit first. Some implementations refuse others, and with them the whole event.")
        .explained(r#"fields = { "time-of-day" = "string" }"#,
            "write `_` for `-`; a name that is known to others already is waived") },
    Lint { whole: false, run: tense::past, rule: Rule::lint("past-tense-action", Warn,
        "An event says what happened, so its action is in the past tense: `created`, `sent`.")
        .explained(r#"[events."order.place.v1"]"#,
            "name what happened: `order.placed.v1`") },
    Lint { whole: false, run: keys::missing, rule: Rule::lint("event-without-key", Warn,
        "An event names its key: events without one arrive in no certain order.")
        .explained(r#"[events."order.placed.v1"]
data = { order = "Order" }    # and no `key`"#,
            r#"name the path of what its order depends on: `key = "order.id"`"#) },
    Lint { whole: true, run: keys::unresolved, rule: Rule::lint("key-unresolved", Deny,
        "A key path leads to a scalar that is always there; a path that leads nowhere is no key.")
        .explained(r#"key  = "order.idd"
data = { order = "Order" }"#,
            "name a path of fields that ends at a scalar and passes nothing optional") },
    Lint { whole: false, run: docs::missing, rule: Rule::lint("missing-doc", Warn,
        "Events, types and scalars say what they are: the registry is what others read.")
        .explained(r#"[types.Order]
fields = { id = "string" }    # and no `doc`"#,
            r#"say in a sentence what it is: `doc = "What a customer ordered."`"#) },
    Lint { whole: false, run: docs::missing_on_fields, rule: Rule::lint("missing-field-doc", Allow,
        "Fields say what they hold.")
        .explained(r#"id = "string""#,
            r#"say what it holds: `id = { type = "string", doc = "The number on the receipt." }`"#) },
    Lint { whole: false, run: personal::unclassified, rule: Rule::lint("pii-without-class", Warn,
        "A field that by its name holds personal data has a class (`pii = \"email\"`), so that it is redacted in logs.")
        .explained(r#"email = "string""#,
            r#"give it a class: `email = { type = "string", pii = "email" }`"#) },
    Lint { whole: false, run: duplicates::constants, rule: Rule::lint("duplicate-event-name", Deny,
        "Each event has a constant name of its own; only the major versions of one event share it.")
        .explained(r#"[events."order.placed.v1"]
name = "ORDER_PLACED"
[events."order.placed.again.v1"]
name = "ORDER_PLACED""#,
            "give one of them another `name`") },
    Lint { whole: false, run: duplicates::aliases, rule: Rule::lint("duplicate-alias", Deny,
        "An alias stands for one thing: no other field of the record, and no other type of the namespace, has it as name or alias.")
        .explained(r#"id     = "string"
number = { type = "string", aliases = ["id"] }"#,
            "remove the alias: nobody could say which field an old value belongs to") },
    Lint { whole: true, run: unused::types, rule: Rule::lint("unused-type", Warn,
        "A type that no event reaches travels nowhere.")
        .explained("[types.Coupon]    # in no event",
            "use it, or remove it") },
    Lint { whole: true, run: unused::scalars, rule: Rule::lint("unused-scalar", Warn,
        "A scalar that nothing uses is left over.")
        .explained("[scalars.Sku]    # in no field",
            "use it, or remove it") },
    Lint { whole: true, run: deprecations::replacements, rule: Rule::lint("replacement-unresolved", Deny,
        "The replacement of what is deprecated exists.")
        .explained(r#"deprecated = { replacement = "order.placed.v2" }    # there is no v2"#,
            "declare the replacement, or correct its name") },
    Lint { whole: true, run: size::too_large, rule: Rule::lint("event-too-large", Warn,
        "An event is at most 64 KiB, as OEP-41 has it. Said only where the types bound its size.")
        .explained("[types.Picture]
fixed = 70000",
            "send where the data is, not the data") },
];

/// Runs every lint that has something to go by, and whose findings `policy` does not drop.
pub(crate) fn run(contract: &Contract, whole: bool, policy: &Policy, findings: &mut Vec<Finding>) {
    let counts = |lint: &&Lint| (whole || !lint.whole) && policy.level(&lint.rule) != Allow;
    for lint in LINTS.iter().filter(counts) {
        (lint.run)(contract, &mut Reporter { rule: &lint.rule, findings });
    }
}

/// Every field where it is declared, with its path.
fn fields(contract: &Contract) -> impl Iterator<Item = (Path, &Field)> {
    let records = contract.types.iter().filter_map(|ty| match &ty.kind {
        TypeKind::Record(record) => Some((&ty.name, record)),
        TypeKind::Enum(_) | TypeKind::Fixed(_) | TypeKind::Union(_) => None,
    });
    let members = records.flat_map(|(ty, record)| {
        let path = |field: &Field| Path::Member { ty: ty.clone(), member: field.name.clone() };
        own_fields(record, contract).map(move |field| (path(field), field))
    });
    let data = contract.events.iter().flat_map(|event| {
        let path = |field: &Field| Path::Data { event: event.name.clone(), field: field.name.clone() };
        event.data.iter().map(move |field| (path(field), field))
    });
    members.chain(data)
}

/// The fields of a record that do not come from its base.
fn own_fields<'a>(record: &'a Record, contract: &Contract) -> impl Iterator<Item = &'a Field> + use<'a> {
    let base = record.base.as_ref().and_then(|base| contract.type_def(base)).map(|base| &base.kind);
    let inherited: HashSet<_> = match base {
        Some(TypeKind::Record(base)) => base.fields.iter().map(|field| field.span).collect(),
        Some(TypeKind::Enum(_) | TypeKind::Fixed(_) | TypeKind::Union(_)) | None => HashSet::new(),
    };
    record.fields.iter().filter(move |field| !inherited.contains(&field.span))
}
