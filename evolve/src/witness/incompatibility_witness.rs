use std::collections::BTreeMap;
use std::fmt::Write as _;

use signalbook_data::{Value, encode, plain};
use signalbook_model::Direction;
use signalbook_resolve::compat::{Graph, Node, Problem};
use signalbook_resolve::{Plan, PlanError};

use crate::explain::root_cause::{Edge, RootCause, Visit};
use crate::version_pair::Sides;
use crate::witness::sample::{LARGEST, Samples};

/// Why an incompatibility has no witness.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NoWitness {
    /// Every event that shows it is infinite or too large.
    TooLarge,
    /// The two types are in branches that are not chosen, so no data is read with them.
    NeverMet,
}

impl NoWitness {
    /// Returns the note of a finding.
    pub(crate) fn note(self) -> &'static str {
        match self {
            Self::TooLarge => "no witness: every event that shows it is infinite or too large",
            Self::NeverMet => {
                "no witness: resolution never compares the two records, but Java's checker does and throws"
            }
        }
    }
}

/// The smallest event that one version writes and the other cannot read or reads with another meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    along: Along<'a>,
    plan: Result<Plan, PlanError>,
}

impl<'a> IncompatibilityWitnesses<'a> {
    pub(crate) fn new(sides: Sides<'a>) -> Self {
        let (reader, writer) = (sides.reader(), sides.writer());
        let plan = Plan::new(writer.schema, reader.schema);
        Self { sides, along: Along { graph: writer.graph, samples: Samples::new(writer.graph) }, plan }
    }

    /// Returns the smallest event of the writer that reaches `cause`, and why the reader rejects it.
    ///
    /// # Errors
    /// Returns an error if there is no such event, or it is too large.
    pub(crate) fn witness(&self, trail: &[Visit], cause: &RootCause<'_>) -> Result<Witness, NoWitness> {
        if trail[1..].iter().any(|visit| visit.edge == Edge::Root) {
            return Err(NoWitness::NeverMet);
        }
        let value = self.along.value(trail, cause).ok_or(NoWitness::TooLarge)?;
        let writer = self.sides.writer().schema;
        let datum = encode(writer, &value).map_err(|_| NoWitness::TooLarge)?;
        let outcome = match &self.plan {
            Err(error) => error.to_string(),
            Ok(plan) => match plan.transcode(&datum, &mut Vec::new()) {
                Ok(()) => return Err(NoWitness::NeverMet),
                Err(error) => error.to_string(),
            },
        };
        let json = plain::write(writer, &value).map_err(|_| NoWitness::TooLarge)?.to_text();
        Ok(Witness { json, hex: hex(&datum), outcome, direction: self.sides.direction })
    }
}

/// Makes values of a writer schema that reach the end of a trail.
struct Along<'a> {
    graph: &'a Graph<'a>,
    samples: Samples<'a>,
}

impl Along<'_> {
    /// Returns the smallest value of the writer's type at the start of `trail` that reaches its end and
    /// `cause`.
    fn value(&self, trail: &[Visit], cause: &RootCause<'_>) -> Option<Value> {
        let (visit, next) = match trail {
            [] => return None,
            [last] => return self.end(*last, cause),
            [visit, next, ..] => (visit, next),
        };
        if trail.len() > signalbook_data::MAX_DEPTH / 4 {
            return None;
        }
        let below = self.value(&trail[1..], cause)?;
        Some(match (next.edge, self.graph.node(visit.writer)) {
            (Edge::Items, _) => Value::Array(vec![below]),
            (Edge::Values, _) => Value::Map(BTreeMap::from([(String::new(), below)])),
            (Edge::Field { writer, .. }, Node::Record(record)) => {
                let fields = self.graph.fields(record);
                let beside = |place| place != writer;
                let mut sizes = fields.iter().enumerate().filter(|(place, _)| beside(*place));
                sizes
                    .try_fold(0_usize, |sum, (_, field)| sum.checked_add(self.samples.size(field.ty)?))
                    .filter(|size| *size <= LARGEST)?;
                let values = fields.iter().enumerate().map(|(place, field)| {
                    if beside(place) { self.samples.value(field.ty) } else { Some(Value::Null) }
                });
                let mut values = values.collect::<Option<Vec<_>>>()?;
                *values.get_mut(writer)? = below;
                Value::Record(values)
            }
            (Edge::WriterBranch(place), _) => Value::Union(place, Box::new(below)),
            (Edge::Root | Edge::ReaderBranch(_) | Edge::Field { .. }, _) => below,
        })
    }

    fn end(&self, visit: Visit, cause: &RootCause<'_>) -> Option<Value> {
        if let Problem::Symbols { reader, writer } = cause.problem {
            let missing = reader.missing(writer).next()?;
            return writer.symbols.iter().position(|symbol| symbol == missing).map(Value::Enum);
        }
        self.samples.value(visit.writer)
    }
}

/// Returns the bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // a `String` takes every text
        hex
    })
}
