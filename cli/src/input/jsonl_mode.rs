//! Batches: for each line of JSON on stdin, one line of JSON on stdout, in the same order.

use std::borrow::Cow;
use std::io::{self, BufReader, BufWriter, Write as _};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    Exit,
    bus::json_line::not_json,
    failure::Failure,
    input::{hex, line::Line},
};

/// The size of the input and output buffers, in bytes.
const BUFFER: usize = 1 << 18;

/// A line of the input: `{"id", "reader", "writer"}`, and `"hex"` for data. Other members are ignored.
///
/// The members are raw JSON: `id` is printed unchanged, and the schemas have their own parser.
#[derive(Debug, Deserialize)]
pub(crate) struct Question<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    reader: Option<&'a RawValue>,
    #[serde(borrow)]
    writer: Option<&'a RawValue>,
    #[serde(borrow)]
    hex: Option<&'a RawValue>,
}

/// The answer to a line.
pub(crate) trait Answer: Serialize {
    /// Makes the answer to a line that is not valid.
    fn error(reason: String) -> Self;

    /// Whether the answer is positive. If not, the exit code is 100.
    fn is_good(&self) -> bool;
}

/// Answers each line of stdin. A line that is not valid is answered too, and reading continues.
///
/// Answers are flushed before waiting for more input. At most one line is in memory.
pub(crate) fn answer<A: Answer>(
    mut ask: impl FnMut(&Question<'_>) -> Result<A, String>,
) -> Result<Exit, Failure> {
    let mut input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let mut output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let mut exit = Exit::Clean;
    let mut text = Vec::new();
    for number in 1_u64.. {
        if !input.buffer().contains(&b'\n') {
            output.flush()?;
        }
        let line = Line::read(&mut input, &mut text)
            .map_err(|error| Failure::new("cannot read the lines on stdin").caused_by(error))?;
        let Some(line) = line else { break };
        let question = if line.too_long { Err(Line::TOO_LONG.to_owned()) } else { Question::parse(&text) };
        let id = question.as_ref().ok().and_then(|question| question.id);
        let answer = question.and_then(|question| ask(&question)).unwrap_or_else(A::error);
        if !answer.is_good() {
            exit = Exit::Findings;
        }
        let answered = Answered { id, line: id.is_none().then_some(number), answer };
        serde_json::to_writer(&mut output, &answered).map_err(io::Error::from)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(exit)
}

#[derive(Serialize)]
struct Answered<'a, A> {
    id: Option<&'a RawValue>,
    /// The number of the line, from 1, if it has no id.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(flatten)]
    answer: A,
}

impl<'a> Question<'a> {
    fn parse(line: &'a [u8]) -> Result<Self, String> {
        // serde would read an array as the members in order.
        if !line.trim_ascii_start().starts_with(b"{") {
            serde_json::from_slice::<&RawValue>(line).map_err(|error| not_json(&error))?;
            return Err("a line must be a JSON object".to_owned());
        }
        serde_json::from_slice(line).map_err(|error| not_json(&error))
    }

    /// The JSON text of the reader schema.
    pub(crate) fn reader(&self) -> Result<&'a str, String> {
        text(self.reader, "reader")
    }

    /// The JSON text of the writer schema.
    pub(crate) fn writer(&self) -> Result<&'a str, String> {
        text(self.writer, "writer")
    }

    /// Decodes the datum from hexadecimal.
    pub(crate) fn datum(&self) -> Result<Vec<u8>, String> {
        let hex: Cow<'_, str> = serde_json::from_str(text(self.hex, "hex")?)
            .map_err(|_| "the member `hex` is not a string".to_owned())?;
        hex::from_hex(&hex).map_err(|reason| format!("the member `hex`: {reason}"))
    }
}

fn text<'a>(value: Option<&'a RawValue>, name: &str) -> Result<&'a str, String> {
    value.map(RawValue::get).ok_or_else(|| format!("the member `{name}` is missing"))
}
