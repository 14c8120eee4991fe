//! Batches: a line of JSON on stdout for each line on stdin, in their order.

use std::borrow::Cow;
use std::io::{self, BufReader, BufWriter, Write as _};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    Outcome,
    bus::event_line::not_json,
    failure::Failure,
    input::{hex, line::Line},
};

/// How many bytes are read, and written, at once.
const BUFFER: usize = 1 << 18;

/// A line that was read: `{"id", "reader", "writer"}`, and `"hex"` for data; other members are nobody's
/// concern.
///
/// Values keep the text that they were written with: an id is echoed as it came, and a schema is read by its
/// own reader.
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

/// What is said to a line.
pub(crate) trait Answer: Serialize {
    /// The answer to a line of which nothing can be made.
    fn error(reason: String) -> Self;

    /// Whether there is nothing to say against the line.
    fn is_good(&self) -> bool;
}

/// Answers each line of stdin. Lines of which nothing can be made are answered too, and the rest go on.
///
/// What was asked is answered before more is waited for, and no more than a line is held.
pub(crate) fn answer<A: Answer>(
    mut judge: impl FnMut(&Question<'_>) -> Result<A, String>,
) -> Result<Outcome, Failure> {
    let mut input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let mut output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let mut outcome = Outcome::Clean;
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
        let answer = question.and_then(|question| judge(&question)).unwrap_or_else(A::error);
        if !answer.is_good() {
            outcome = Outcome::Findings;
        }
        let answered = Answered { id, line: id.is_none().then_some(number), answer };
        serde_json::to_writer(&mut output, &answered).map_err(io::Error::from)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(outcome)
}

#[derive(Serialize)]
struct Answered<'a, A> {
    id: Option<&'a RawValue>,
    /// Counted from 1; for a line that has no id to be known by.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(flatten)]
    answer: A,
}

impl<'a> Question<'a> {
    fn parse(line: &'a [u8]) -> Result<Self, String> {
        // An array would be taken for the members in their order.
        if !line.trim_ascii_start().starts_with(b"{") {
            serde_json::from_slice::<&RawValue>(line).map_err(|error| not_json(&error))?;
            return Err("a line is one JSON object".to_owned());
        }
        serde_json::from_slice(line).map_err(|error| not_json(&error))
    }

    /// The text of the reader's schema.
    pub(crate) fn reader(&self) -> Result<&'a str, String> {
        text(self.reader, "reader")
    }

    /// The text of the writer's schema.
    pub(crate) fn writer(&self) -> Result<&'a str, String> {
        text(self.writer, "writer")
    }

    /// The datum.
    pub(crate) fn datum(&self) -> Result<Vec<u8>, String> {
        let hex: Cow<'_, str> = serde_json::from_str(text(self.hex, "hex")?)
            .map_err(|_| "the member `hex` is no text".to_owned())?;
        hex::from_hex(&hex).map_err(|reason| format!("the member `hex`: {reason}"))
    }
}

fn text<'a>(value: Option<&'a RawValue>, name: &str) -> Result<&'a str, String> {
    value.map(RawValue::get).ok_or_else(|| format!("the member `{name}` is missing"))
}
