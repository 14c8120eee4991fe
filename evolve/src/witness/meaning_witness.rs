use std::collections::BTreeMap;

use signalbook_data::{Value, decode, encode};
use signalbook_diagnostics::Rule;
use signalbook_model::{FixedLogical, Logical, Primitive};
use signalbook_resolve::Plan;
use signalbook_resolve::compat::{Graph, Id, Node};

use crate::pointers::{Location, Segment};
use crate::rules;
use crate::sides::Sides;
use crate::witness::incompatibility_witness::{Witness, hex};
use crate::witness::sample::Samples;

/// The smallest positive integer that a `float` cannot hold, and the value that it is rounded to.
const FLOAT: [i32; 2] = [16_777_217, 16_777_216];
/// As [`FLOAT`], for a `double`.
const DOUBLE: [i64; 2] = [9_007_199_254_740_993, 9_007_199_254_740_992];

/// The epoch of instants.
const INSTANT: &str = "after 1970-01-01T00:00Z";
/// The epoch of local times.
const LOCAL: &str = "after 1970-01-01T00:00 local time";

/// Makes witnesses of changes of meaning.
pub(crate) struct MeaningWitnesses<'a> {
    sides: Sides<'a>,
    reader: &'a Graph<'a>,
    writer: &'a Graph<'a>,
    samples: Samples<'a>,
    plan: Option<Plan>,
}

/// A value of the writer whose meaning changes.
struct ChangedValue {
    value: Value,
    /// Another value that must be read as the same value, which shows that information is lost.
    twin: Option<Value>,
    /// The meaning for the writer and for the reader, if both have the same JSON.
    meant: Option<[String; 2]>,
}

impl<'a> MeaningWitnesses<'a> {
    pub(crate) fn new(sides: Sides<'a>) -> Self {
        let (reader, writer) = (sides.reader(), sides.writer());
        let plan = Plan::new(writer.schema, reader.schema).ok();
        let samples = Samples::new(writer.graph);
        Self { sides, reader: reader.graph, writer: writer.graph, samples, plan }
    }

    /// Returns the smallest event that shows the violation of `rule` at these locations, or `None` if it
    /// takes a third version to show it.
    pub(crate) fn witness(&self, rule: &Rule, reader: Location, writer: Location) -> Option<Witness> {
        let mut segments = self.sides.writer().segments(writer.id);
        segments.extend(writer.field.map(Segment::Field));
        let read = self.sides.reader().type_at(reader)?;
        let written = self.sides.writer().type_at(writer)?;
        let ChangedValue { value, twin, meant } = self.changed_value(rule, read, written)?;
        let event = self.samples.around(&segments, &value)?;
        let (reader, writer) = (self.sides.reader().schema, self.sides.writer().schema);
        let datum = encode(writer, &event).ok()?;
        let outcome = match self.read(&datum) {
            Ok(read) => {
                if let Some(twin) = twin {
                    let twin = encode(writer, &self.samples.around(&segments, &twin)?).ok()?;
                    self.read(&twin).ok().filter(|twin| *twin == read)?;
                }
                let json = self.sides.value_text(reader, &read).ok()?;
                meant.map_or(json.clone(), |[was, is]| format!("{json}: {is} instead of {was}"))
            }
            Err(error) => error?,
        };
        let json = self.sides.value_text(writer, &event).ok()?;
        Some(Witness { json, hex: hex(&datum), outcome, direction: self.sides.direction })
    }

    /// Reads a datum with the reader schema. The error is the reason, if it is known.
    fn read(&self, datum: &[u8]) -> Result<Value, Option<String>> {
        let mut bytes = Vec::new();
        let plan = self.plan.as_ref().ok_or(None)?;
        plan.transcode(datum, &mut bytes).map_err(|error| Some(error.to_string()))?;
        decode(self.sides.reader().schema, &bytes).map_err(|error| Some(error.to_string()))
    }

    fn changed_value(&self, rule: &Rule, read: Id, written: Id) -> Option<ChangedValue> {
        let alone = |value| Some(ChangedValue { value, twin: None, meant: None });
        let is = |other: &Rule| rule == other;
        if is(&rules::FIELD_RENAMED_WITHOUT_ALIAS) || is(&rules::RENAME_UNKNOWN_TO_OLD_READERS) {
            let twin = Some(self.samples.value(written)?);
            return Some(ChangedValue { value: self.distinct_value(written)?, twin, meant: None });
        }
        if is(&rules::LOSSY_PROMOTION) || is(&rules::LOSSY_UNION_BRANCH) {
            let [value, twin] = match (self.reader.node(read), self.writer.node(written)) {
                (Node::Primitive(Primitive::Double), _) => DOUBLE.map(Value::Long),
                (_, Node::Primitive(Primitive::Long)) => FLOAT.map(|number| Value::Long(number.into())),
                _ => FLOAT.map(Value::Int),
            };
            return Some(ChangedValue { value, twin: Some(twin), meant: None });
        }
        if is(&rules::BYTES_READ_AS_STRING) {
            return alone(Value::Bytes(vec![0xff]));
        }
        if let (Node::Enum(read), Node::Enum(written)) = (self.reader.node(read), self.writer.node(written))
            && is(&rules::SYMBOL_REPLACED)
        {
            let missing = read.missing(written).next()?;
            return alone(Value::Enum(written.symbols.iter().position(|symbol| symbol == missing)?));
        }
        let value = self.distinct_value(written)?;
        let meant = [meaning(self.writer, written, &value)?, meaning(self.reader, read, &value)?];
        (meant[0] != meant[1]).then_some(ChangedValue { value, twin: None, meant: Some(meant) })
    }

    /// Returns a value that differs from the emptiest one.
    fn distinct_value(&self, id: Id) -> Option<Value> {
        Some(match self.writer.node(id) {
            Node::Primitive(primitive) => match primitive {
                Primitive::Null => return None,
                Primitive::Boolean => Value::Boolean(true),
                Primitive::Int => Value::Int(1),
                Primitive::Long => Value::Long(1),
                Primitive::Float => Value::Float(1.0),
                Primitive::Double => Value::Double(1.0),
                Primitive::Bytes if self.writer.logical(id) == Some(Logical::BigDecimal) => {
                    // One byte, which is 1, and the scale 0.
                    Value::Bytes(vec![2, 1, 0])
                }
                Primitive::Bytes => Value::Bytes(vec![1]),
                Primitive::String if self.writer.logical(id) == Some(Logical::Uuid) => {
                    Value::String("00000000-0000-0000-0000-000000000001".to_owned())
                }
                Primitive::String => Value::String("12".to_owned()),
            },
            Node::Array(items) => Value::Array(vec![self.samples.value(*items)?]),
            Node::Map(values) => Value::Map(BTreeMap::from([(String::new(), self.samples.value(*values)?)])),
            Node::Union(branches) => {
                let branches = self.writer.branches(*branches).iter().enumerate();
                let mut values = branches.filter_map(|(index, id)| Some((index, self.distinct_value(*id)?)));
                let (index, value) = values.next()?;
                Value::Union(index, Box::new(value))
            }
            Node::Fixed(fixed) => {
                let mut bytes = vec![0; fixed.size];
                *bytes.last_mut()? = 1;
                Value::Fixed(bytes)
            }
            Node::Enum(written) => Value::Enum(written.symbols.len().checked_sub(1)?),
            Node::Record(_) | Node::Undefined(_) => return None,
        })
    }
}

/// Describes a value in terms of the logical type.
fn meaning(graph: &Graph<'_>, id: Id, value: &Value) -> Option<String> {
    let number = match value {
        Value::Int(number) => i128::from(*number),
        Value::Long(number) => i128::from(*number),
        Value::String(text) => unscaled(text.as_bytes())?,
        Value::Bytes(bytes) | Value::Fixed(bytes) => unscaled(bytes)?,
        _ => return None,
    };
    let logical = match graph.node(id) {
        Node::Fixed(fixed) => {
            return Some(match fixed.logical {
                Some(FixedLogical::Decimal { scale, .. }) => decimal(number, scale)?,
                Some(FixedLogical::Duration) => "a duration".to_owned(),
                Some(FixedLogical::Uuid) => "a UUID".to_owned(),
                None => "plain bytes".to_owned(),
            });
        }
        Node::Primitive(primitive) => match graph.logical(id) {
            Some(logical) => logical,
            None => return Some(format!("a plain `{}`", primitive.name())),
        },
        _ => return None,
    };
    let day = if number == 1 { "day" } else { "days" };
    Some(match logical {
        Logical::Date => format!("{number} {day} after 1970-01-01"),
        Logical::TimeMillis => format!("{number} ms after midnight"),
        Logical::TimeMicros => format!("{number} µs after midnight"),
        Logical::TimestampMillis => format!("{number} ms {INSTANT}"),
        Logical::TimestampMicros => format!("{number} µs {INSTANT}"),
        Logical::TimestampNanos => format!("{number} ns {INSTANT}"),
        Logical::LocalTimestampMillis => format!("{number} ms {LOCAL}"),
        Logical::LocalTimestampMicros => format!("{number} µs {LOCAL}"),
        Logical::LocalTimestampNanos => format!("{number} ns {LOCAL}"),
        Logical::Uuid => "a UUID".to_owned(),
        Logical::Decimal { scale, .. } => decimal(number, scale)?,
        Logical::BigDecimal => "a big decimal".to_owned(),
    })
}

/// Returns the unscaled number of a decimal: two's complement, big endian.
fn unscaled(bytes: &[u8]) -> Option<i128> {
    let first = *bytes.first()?;
    let start = if first < 0x80 { 0 } else { -1 };
    (bytes.len() <= 16).then(|| bytes.iter().fold(start, |number, byte| (number << 8) | i128::from(*byte)))
}

/// Formats a positive decimal: `0.01`.
fn decimal(number: i128, scale: u32) -> Option<String> {
    let scale = usize::try_from(scale).ok().filter(|scale| *scale <= 40)?;
    let digits = format!("{number:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    Some(if scale == 0 { format!("the number {whole}") } else { format!("the number {whole}.{fraction}") })
}
