use std::error::Error;

use signalbook_model::{Schema, SchemaError, SchemaProblem};

/// Which schema of a pair it is. A reader schema must be valid. A writer schema may have defaults that are
/// not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Reader,
    Writer,
}

impl Side {
    /// Parses a schema. Also returns its irregularities, which are not errors.
    ///
    /// # Errors
    /// Returns a message if `text` is not a schema, or not a valid reader schema.
    pub(crate) fn parse(self, text: &str) -> Result<(Schema, Vec<SchemaError>), String> {
        let (schema, irregularities) = Schema::parse_lenient(text).map_err(|error| self.refuse(&error))?;
        let is_wrong = |error: &&SchemaError| matches!(error.problem, SchemaProblem::Default(_));
        match (self, irregularities.iter().find(is_wrong)) {
            (Self::Reader, Some(wrong)) => Err(self.refuse(wrong)),
            (Self::Reader, None) | (Self::Writer, _) => Ok((schema, irregularities)),
        }
    }

    fn refuse(self, error: &SchemaError) -> String {
        let side = match self {
            Self::Reader => "reader",
            Self::Writer => "writer",
        };
        format!("the {side} schema: {}", with_causes(error))
    }
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
