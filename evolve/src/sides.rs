use signalbook_data::{Mismatch, Value, plain};
use signalbook_model::{DefaultForm, Direction, Json, Schema, Type, plain_default};

use crate::Graph;
use crate::pointers::PointerIndex;

/// The versions of a pair, one of which reads the data of the other.
#[derive(Clone, Copy)]
pub(crate) struct Sides<'a> {
    pub(crate) new: &'a PointerIndex<'a>,
    pub(crate) old: &'a PointerIndex<'a>,
    /// `Backward` if the new version is the reader.
    pub(crate) direction: Direction,
    /// The form of values in messages: that of a registry, or that of an Avro schema.
    pub(crate) form: DefaultForm,
}

impl<'a> Sides<'a> {
    /// Returns a value of `schema` as text for messages.
    pub(crate) fn value_text(self, schema: &Schema, value: &Value) -> Result<String, Mismatch> {
        let json = match self.form {
            DefaultForm::Registry => plain::write(schema, value),
            _ => plain::write(&schema.without_logical_types(), value),
        };
        json.map(|json| json.to_line())
    }

    /// Returns a default of the type `ty` of `graph` as text for messages.
    pub(crate) fn default_text(self, graph: &Graph<'_>, ty: &Type, default: &Json) -> String {
        match self.form {
            DefaultForm::Registry => plain_default(graph.definitions, ty, default).to_line(),
            _ => default.to_line(),
        }
    }

    pub(crate) fn reader(self) -> &'a PointerIndex<'a> {
        self.ordered(self.new, self.old).0
    }

    pub(crate) fn writer(self) -> &'a PointerIndex<'a> {
        self.ordered(self.new, self.old).1
    }

    /// Returns the arguments as (new version, old version), and (new version, old version) as (reader,
    /// writer).
    pub(crate) fn ordered<T>(self, reader: T, writer: T) -> (T, T) {
        match self.direction {
            Direction::Backward => (reader, writer),
            Direction::Forward => (writer, reader),
        }
    }

    /// Returns the names in messages of the reader's version and of the writer's.
    pub(crate) fn labels(self) -> (&'static str, &'static str) {
        self.ordered("new", "old")
    }
}
