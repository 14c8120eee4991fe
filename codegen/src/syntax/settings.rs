//! The settings file, `signalbook.toml`.

use signalbook_diagnostics::{Date, Finding, Level, Pattern, Waiver};
use signalbook_model::{Mode, TypeNames};
use syn::parse::Parser;
use syn::{Attribute, Path};

use super::Spanned;
#[cfg(feature = "json-schema")]
use super::json_schema::{Choice, Map};
use super::reader::{Table, Value, Word};
use crate::rules;
use crate::rust_type::stable_type;
use crate::settings::{Addition, DateTimeWire, Outputs, RustSettings, SchemaDocs, Settings, UuidWire};

/// The settings of a registry.
#[derive(Debug, Default)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct SettingsDocument {
    /// The settings for the whole registry.
    #[cfg_attr(feature = "json-schema", schemars(default))]
    pub(crate) settings: Settings,
    /// The compatibility mode of certain events, by event type or pattern with `*`. The longest match counts.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Map<Choice<Mode>>"))]
    pub(crate) compatibility: Vec<(Spanned<String>, Mode)>,
    /// The levels of rules, by id.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Map<Choice<Level>>"))]
    pub(crate) lint: Vec<(Spanned<String>, Level)>,
    /// The waivers: findings that are accepted.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Vec<super::json_schema::Waiver>"))]
    pub(crate) waivers: Vec<Waiver>,
    /// Settings for the generated Rust code.
    #[cfg_attr(feature = "json-schema", schemars(default))]
    pub(crate) rust: RustSettings,
    /// The default outputs of `signalbook generate`. Paths are relative to the registry.
    #[cfg_attr(feature = "json-schema", schemars(default))]
    pub(crate) outputs: Outputs,
}

impl Word for Mode {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("BACKWARD", Self::Backward),
        ("BACKWARD_TRANSITIVE", Self::BackwardTransitive),
        ("FORWARD", Self::Forward),
        ("FORWARD_TRANSITIVE", Self::ForwardTransitive),
        ("FULL", Self::Full),
        ("FULL_TRANSITIVE", Self::FullTransitive),
        ("NONE", Self::None),
    ];
}

impl Word for DateTimeWire {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("text", Self::Text),
        ("timestamp-millis", Self::TimestampMillis),
        ("timestamp-micros", Self::TimestampMicros),
        ("timestamp-nanos", Self::TimestampNanos),
    ];
}

impl Word for UuidWire {
    const WORDS: &'static [(&'static str, Self)] =
        &[("text", Self::Text), ("logical", Self::Logical), ("fixed", Self::Fixed)];
}

impl Word for TypeNames {
    const WORDS: &'static [(&'static str, Self)] = &[("bare", Self::Bare), ("qualified", Self::Qualified)];
}

impl Word for SchemaDocs {
    const WORDS: &'static [(&'static str, Self)] = &[("none", Self::None), ("all", Self::All)];
}

impl Word for Level {
    const WORDS: &'static [(&'static str, Self)] =
        &[("allow", Self::Allow), ("warn", Self::Warn), ("deny", Self::Deny)];
}

impl SettingsDocument {
    /// Returns all settings.
    pub(crate) fn settings(&self) -> Settings {
        let exceptions = self.compatibility.iter().map(|(on, mode)| (Pattern::new(on.value.as_str()), *mode));
        Settings {
            exceptions: exceptions.collect(),
            rust: self.rust.clone(),
            outputs: self.outputs.clone(),
            ..self.settings.clone()
        }
    }

    pub(super) fn read(mut root: Table<'_>) -> Self {
        let mut document = Self::default();
        if let Some(table) = sub_table(&mut root, "settings", "`settings`") {
            read_settings(table, &mut document.settings);
        }
        if let Some(table) = sub_table(&mut root, "compatibility", "`compatibility`") {
            let exception = |(on, value): (_, Value<'_>)| Some((on, value.word::<Mode>()?.value));
            document.compatibility = table.entries().filter_map(exception).collect();
        }
        if let Some(table) = sub_table(&mut root, "lint", "`lint`") {
            let level = |(name, value): (_, Value<'_>)| Some((name, value.word::<Level>()?.value));
            document.lint = table.entries().filter_map(level).collect();
        }
        if let Some(waivers) = root.get("waivers") {
            document.waivers = waivers.items().into_iter().flatten().filter_map(read_waiver).collect();
        }
        if let Some(table) = sub_table(&mut root, "rust", "`rust`") {
            document.rust = read_rust(table);
        }
        if let Some(mut table) = sub_table(&mut root, "outputs", "`outputs`") {
            document.outputs = Outputs { avro: text(&mut table, "avro"), rust: text(&mut table, "rust") };
            table.finish();
        }
        root.finish();
        document
    }
}

fn read_settings(mut table: Table<'_>, settings: &mut Settings) {
    settings.compatibility = word(&mut table, "compatibility");
    settings.datetime = word(&mut table, "datetime");
    settings.uuid = word(&mut table, "uuid");
    settings.type_names = word(&mut table, "type_names");
    settings.schema_docs = word(&mut table, "schema_docs");
    settings.event_doc = text(&mut table, "event_doc");
    settings.event_prefix = text(&mut table, "event_prefix");
    table.finish();
}

fn read_waiver(value: Value<'_>) -> Option<Waiver> {
    let mut table = value.table("a waiver", value.token())?;
    let rule = table.require("rule").and_then(Value::string);
    let on = table.require("on").and_then(Value::string);
    let reason = table.require("reason").and_then(Value::string);
    let until = table.get("until").and_then(date);
    let event = table.string("event").map(|event| Pattern::new(event.value));
    let versions = table.get("versions").map(versions);
    if let Some(reason) = reason.as_ref().filter(|reason| reason.value.trim().is_empty()) {
        let title = "the reason of a waiver must not be empty";
        value.reader.report(Finding::new(&rules::WRONG_VALUE, title).at(reason.span, "this is empty"));
    }
    table.finish();
    let (rule, on, reason) = (rule?, on?, reason?);
    Some(Waiver {
        span: Some(rule.span),
        rule: rule.value,
        on: Pattern::new(on.value),
        event,
        versions,
        reason: reason.value,
        until,
    })
}

/// Reads a list of minor versions. Invalid items are reported and left out.
fn versions(value: Value<'_>) -> Vec<u32> {
    let items = value.items().unwrap_or_default();
    items.into_iter().filter_map(|value| value.unsigned(0)).map(|minor| minor.value).collect()
}

fn date(value: Value<'_>) -> Option<Date> {
    let Some(date) =
        value.raw().as_datetime().filter(|datetime| datetime.time.is_none()).and_then(|it| it.date)
    else {
        return value.wrong("a date, as in `2027-01-01` without quotes");
    };
    Some(Date { year: date.year, month: date.month, day: date.day })
}

fn read_rust(mut table: Table<'_>) -> RustSettings {
    let rust = RustSettings {
        derive: additions(&mut table, "derive", |text| syn::parse_str::<Path>(text).map(drop)),
        attributes: additions(&mut table, "attributes", |text| {
            Attribute::parse_outer.parse_str(text).map(drop)
        }),
        datetime: ty(&mut table, "datetime"),
        uuid: ty(&mut table, "uuid"),
        map: table.rust("map", generic).map(|text| text.value),
    };
    table.finish();
    rust
}

fn additions(
    table: &mut Table<'_>,
    key: &'static str,
    parse: impl Fn(&str) -> syn::Result<()>,
) -> Vec<Addition> {
    let items = table.get(key).and_then(Value::items).unwrap_or_default();
    let addition = |value: Value<'_>| {
        let mut table = value.table("an addition", value.token())?;
        let on = table.require("on").and_then(Value::string);
        let add = table.require("add").and_then(Value::items);
        table.finish();
        let add = add?.into_iter().filter_map(|value| value.rust(&parse)).map(|text| text.value);
        Some(Addition { add: add.collect(), on: on?.value })
    };
    items.into_iter().filter_map(addition).collect()
}

fn sub_table<'a>(root: &mut Table<'a>, key: &'static str, what: &'static str) -> Option<Table<'a>> {
    root.get(key).and_then(|value| value.table(what, value.token()))
}

fn text(table: &mut Table<'_>, key: &'static str) -> Option<String> {
    table.string(key).map(|text| text.value)
}

fn ty(table: &mut Table<'_>, key: &'static str) -> Option<String> {
    table.rust(key, |text| stable_type.parse_str(text)).map(|text| text.value)
}

/// Checks the path of a map type. It must have no arguments, because the generator adds them.
fn generic(text: &str) -> syn::Result<()> {
    let path: Path = syn::parse_str(text)?;
    if path.segments.iter().all(|segment| segment.arguments.is_none()) {
        Ok(())
    } else {
        Err(syn::Error::new_spanned(path, "expected a type without arguments"))
    }
}

fn word<T: Word + Default>(table: &mut Table<'_>, key: &'static str) -> T {
    table.word(key).map(|word| word.value).unwrap_or_default()
}
