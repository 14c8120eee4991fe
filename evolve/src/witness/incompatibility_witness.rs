use std::fmt::Write as _;

use signalbook_data::{Value, encode};
use signalbook_model::Direction;
use signalbook_resolve::compat::Problem;
use signalbook_resolve::{Plan, PlanError};

use crate::root_cause::{Edge, RootCause, Visit};
use crate::sides::Sides;
use crate::witness::sample::Samples;

/// Why an incompatibility has no witness.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NoWitness {
    /// Every event that shows it is infinite or too large.
    TooLarge,
    /// The two types are in branches that are not chosen, so no data is read with them.
    NeverMet,
    /// The schemas are the same, so resolution does not compare them.
    SameSchema,
}

impl NoWitness {
    /// Returns the note of a finding.
    pub(crate) fn note(self) -> &'static str {
        match self {
            Self::TooLarge => "no witness: every event that shows it is infinite or too large",
            Self::NeverMet => {
                "no witness: resolution never compares the two records, but Java's checker does and throws"
            }
            Self::SameSchema => {
                "no witness: data of the same schema are read unchanged, but Java's checker compares the \
                 aliases and throws"
            }
        }
    }
}

/// The smallest event that one version writes and the other cannot read or reads with another meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Witness {
    /// The event, as JSON.
    pub json: String,
    /// Its bytes, in hexadecimal digits.
    pub hex: String,
    /// The result of reading it: an error or a value.
    pub outcome: String,
    /// `Backward` if the new version reads it.
    pub direction: Direction,
}

/// Makes witnesses of incompatibilities, by resolution of generated events.
pub(crate) struct IncompatibilityWitnesses<'a> {
    sides: Sides<'a>,
    samples: Samples<'a>,
    plan: Result<Plan, PlanError>,
    is_same_schema: bool,
}

impl<'a> IncompatibilityWitnesses<'a> {
    pub(crate) fn new(sides: Sides<'a>) -> Self {
        let (reader, writer) = (sides.reader(), sides.writer());
        let plan = Plan::new(writer.schema, reader.schema);
        let is_same_schema = writer.schema.without_docs() == reader.schema.without_docs();
        Self { sides, samples: Samples::new(writer.graph), plan, is_same_schema }
    }

    /// Returns the smallest event of the writer that reaches `cause`, and why the reader rejects it.
    ///
    /// # Errors
    /// Returns the reason if there is no witness.
    pub(crate) fn witness(&self, trail: &[Visit], cause: &RootCause<'_>) -> Result<Witness, NoWitness> {
        if self.is_same_schema {
            return Err(NoWitness::SameSchema);
        }
        if trail[1..].iter().any(|visit| visit.edge == Edge::Root) {
            return Err(NoWitness::NeverMet);
        }
        let value = self.value(trail, cause).ok_or(NoWitness::TooLarge)?;
        let writer = self.sides.writer().schema;
        let datum = encode(writer, &value).map_err(|_| NoWitness::TooLarge)?;
        let outcome = match &self.plan {
            Err(error) => error.to_string(),
            Ok(plan) => match plan.transcode(&datum, &mut Vec::new()) {
                Ok(()) => return Err(NoWitness::NeverMet),
                Err(error) => error.to_string(),
            },
        };
        let json = self.sides.value_text(writer, &value).map_err(|_| NoWitness::TooLarge)?;
        Ok(Witness { json, hex: hex(&datum), outcome, direction: self.sides.direction })
    }

    /// Returns the smallest value of the writer that reaches the end of the trail and `cause`.
    fn value(&self, trail: &[Visit], cause: &RootCause<'_>) -> Option<Value> {
        let end = match cause.problem {
            Problem::Symbols { reader, writer } => {
                let missing = reader.missing(writer).next()?;
                Value::Enum(writer.symbols.iter().position(|symbol| symbol == missing)?)
            }
            _ => self.samples.value(trail.last()?.writer)?,
        };
        let segments: Vec<_> = trail.iter().filter_map(|visit| visit.edge.in_writer()).collect();
        self.samples.around(&segments, &end)
    }
}

/// Returns the bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // a `String` takes every text
        hex
    })
}
