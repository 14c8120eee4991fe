use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use signalbook_diagnostics::{Level, Rule, Severity};
use signalbook_evolve::{Change, Incompatibility, PairFinding, changes, check, incompatibilities};
use signalbook_model::{Direction, Schema, SchemaProblem};

use crate::input::{jsonl_mode::Answer, schema::Side};

/// The result for a reader schema and a writer schema.
#[derive(Debug, Serialize)]
pub(super) struct CompatReport {
    /// `None` if a schema is not valid.
    #[serde(serialize_with = "or_error")]
    pub(super) verdict: Option<Verdict>,
    /// The incompatibilities that the reference reports.
    #[serde(serialize_with = "as_java_names_them")]
    pub(super) incompatibilities: Vec<Incompatibility>,
    /// The findings of Signalbook.
    pub(super) findings: Vec<CompatFinding>,
    /// Why there is no verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Compatible,
    Incompatible,
}

/// A finding about the pair. It does not change the verdict.
#[derive(Debug, Serialize)]
pub(super) struct CompatFinding {
    pub(super) rule: &'static str,
    #[serde(serialize_with = "in_a_word")]
    pub(super) severity: Severity,
    pub(super) title: String,
    /// The JSON pointer into the reader schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reader: Option<String>,
    /// The JSON pointer into the writer schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) writer: Option<String>,
    /// The incompatibility that the reference reports for this root cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) avro: Option<Avro>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) witness: Option<Witness>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) help: Vec<String>,
}

/// An incompatibility as the reference names it.
#[derive(Debug, Serialize)]
pub(super) struct Avro {
    r#type: &'static str,
    pointer: String,
}

/// The smallest event of the writer that the reader cannot read.
#[derive(Debug, Serialize)]
pub(super) struct Witness {
    pub(super) json: Box<RawValue>,
    pub(super) hex: String,
    /// The error of the reader.
    pub(super) error: String,
}

impl fmt::Display for Avro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => write!(f, "{} at the root", self.r#type),
            pointer => write!(f, "{} at `{pointer}`", self.r#type),
        }
    }
}

impl CompatReport {
    /// Compares two schemas, given as JSON text.
    ///
    /// # Errors
    /// Returns a message if a schema is not valid.
    pub(super) fn of(reader: &str, writer: &str) -> Result<Self, String> {
        let mut findings = Vec::new();
        let reader = parse(reader, Side::Reader, &mut findings)?;
        let writer = parse(writer, Side::Writer, &mut findings)?;
        let compatibility = check(&reader, &writer);
        if !compatibility.is_compatible() {
            findings.extend(incompatibilities(&reader, &writer).into_iter().map(CompatFinding::from));
        }
        let seen = changes(&reader, &writer);
        findings.extend(
            seen.into_iter()
                .filter(|change| change.directions.contains(&Direction::Backward))
                .map(CompatFinding::from),
        );
        let verdict = if compatibility.is_compatible() { Verdict::Compatible } else { Verdict::Incompatible };
        let verdict = Some(verdict);
        Ok(Self { verdict, incompatibilities: compatibility.incompatibilities, findings, error: None })
    }
}

impl Answer for CompatReport {
    fn error(reason: String) -> Self {
        Self { verdict: None, incompatibilities: Vec::new(), findings: Vec::new(), error: Some(reason) }
    }

    fn is_good(&self) -> bool {
        self.verdict == Some(Verdict::Compatible)
    }
}

/// Parses a schema, and adds its irregularities to the findings.
fn parse(text: &str, side: Side, findings: &mut Vec<CompatFinding>) -> Result<Schema, String> {
    let (schema, irregularities) = side.parse(text)?;
    for irregularity in irregularities {
        let rule = match irregularity.problem {
            SchemaProblem::Default(_) | SchemaProblem::DefaultOfLaterBranch(_) => "wrong-default",
            SchemaProblem::Expected { .. } => "legacy-schema",
            _ => "illegal-avro-name",
        };
        let title = irregularity.problem.to_string();
        let (reader, writer) = match side {
            Side::Reader => (Some(irregularity.pointer), None),
            Side::Writer => (None, Some(irregularity.pointer)),
        };
        findings.push(CompatFinding { reader, writer, ..CompatFinding::new(rule, Severity::Warning, title) });
    }
    Ok(schema)
}

impl CompatFinding {
    fn new(rule: &'static str, severity: Severity, title: String) -> Self {
        let (reader, writer, avro, witness) = (None, None, None, None);
        Self { rule, severity, title, reader, writer, avro, witness, notes: Vec::new(), help: Vec::new() }
    }
}

impl From<Change> for CompatFinding {
    fn from(change: Change) -> Self {
        let Rule { id, level, .. } = *change.rule;
        let (reader, writer) = (Some(change.pointers.new), Some(change.pointers.old));
        Self { reader, writer, ..Self::new(id, severity_of(level), change.title) }
    }
}

impl From<PairFinding> for CompatFinding {
    fn from(finding: PairFinding) -> Self {
        let witness = finding.witness.and_then(|witness| {
            let json = RawValue::from_string(witness.json).ok()?;
            Some(Witness { json, hex: witness.hex, error: witness.outcome })
        });
        Self {
            reader: Some(finding.pointers.new),
            writer: Some(finding.pointers.old),
            avro: Some(Avro { r#type: finding.reported.kind.name(), pointer: finding.reported.pointer }),
            witness,
            notes: finding.notes,
            help: finding.help,
            ..Self::new(finding.rule.id, severity_of(finding.rule.level), finding.title)
        }
    }
}

fn severity_of(level: Level) -> Severity {
    match level {
        Level::Allow | Level::Warn => Severity::Warning,
        Level::Deny => Severity::Error,
    }
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "as serde passes it")]
fn or_error<S: Serializer>(verdict: &Option<Verdict>, serializer: S) -> Result<S::Ok, S::Error> {
    match verdict {
        Some(verdict) => verdict.serialize(serializer),
        None => serializer.serialize_str("error"),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde passes it")]
fn in_a_word<S: Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    })
}

fn as_java_names_them<S: Serializer>(reasons: &[Incompatibility], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Reason<'a> {
        r#type: &'static str,
        pointer: &'a str,
        message: &'a str,
    }
    serializer.collect_seq(reasons.iter().map(|Incompatibility { kind, pointer, message, .. }| Reason {
        r#type: kind.name(),
        pointer,
        message,
    }))
}
