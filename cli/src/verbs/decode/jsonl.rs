//! The data of `decode --jsonl`, one for each line.

use serde::Serialize;
use signalbook_data::{avro_json, decode};
use signalbook_model::{Json, Schema};
use signalbook_resolve::Plan;

use crate::input::{
    jsonl_mode::{Answer, Question},
    schema::Side,
};

/// The answer to a line.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Line {
    Value { avro_json: Json },
    Error { error: String },
}

/// Resolves data of a writer schema to a reader schema. Keeps the plan of the last pair of schemas, because
/// consecutive lines often have the same pair.
#[derive(Debug, Default)]
pub(super) struct Resolver {
    last: Option<Pair>,
    /// The datum, encoded with the reader schema.
    resolved: Vec<u8>,
}

#[derive(Debug)]
struct Pair {
    /// The JSON text of the writer schema and of the reader schema.
    texts: [String; 2],
    reader: Schema,
    plan: Plan,
}

impl Resolver {
    /// Reads the datum of a line.
    ///
    /// # Errors
    /// Returns the reason if the datum cannot be read.
    pub(super) fn read(&mut self, question: &Question<'_>) -> Result<Line, String> {
        let texts = [question.writer()?, question.reader()?];
        let datum = question.datum()?;
        let pair = match self.last.take() {
            Some(pair) if pair.texts == texts => pair,
            Some(_) | None => Pair::new(texts)?,
        };
        let pair = self.last.insert(pair);
        self.resolved.clear();
        pair.plan.transcode(&datum, &mut self.resolved).map_err(|error| error.to_string())?;
        let value = decode(&pair.reader, &self.resolved).map_err(|error| error.to_string())?;
        let avro_json = avro_json::write(&pair.reader, &value).map_err(|error| error.to_string())?;
        Ok(Line::Value { avro_json })
    }
}

impl Pair {
    fn new(texts: [&str; 2]) -> Result<Self, String> {
        let (reader, _) = Side::Reader.parse(texts[1])?;
        let (writer, _) = Side::Writer.parse(texts[0])?;
        let plan = Plan::new(&writer, &reader).map_err(|error| error.to_string())?;
        Ok(Self { texts: texts.map(str::to_owned), reader, plan })
    }
}

impl Answer for Line {
    fn error(reason: String) -> Self {
        Self::Error { error: reason }
    }

    fn is_good(&self) -> bool {
        match self {
            Self::Value { .. } => true,
            Self::Error { .. } => false,
        }
    }
}
