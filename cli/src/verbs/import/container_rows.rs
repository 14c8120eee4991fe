//! Makes messages of the rows of a container file.

use std::{collections::HashMap, rc::Rc};

use signalbook::backend::Message;
use signalbook_data::{container::Datum, decode};
use signalbook_model::{Name, Schema};
use signalbook_resolve::Plan;

use crate::{
    bus::{
        export_row::{EventRow, message_row},
        json_line::Given,
        line_sealer::Sealer,
    },
    failure::Failure,
    registry::Loaded,
};

/// The kind of rows in a file.
pub(super) enum Rows<'a> {
    /// Event rows of `export`.
    Events(Events<'a>),
    /// Message rows of `export`.
    Messages,
    /// The data of one event.
    Data(Box<Data<'a>>),
}

impl<'a> Rows<'a> {
    /// Finds the kind of the rows from their schema.
    ///
    /// # Errors
    /// Returns a failure if the rows need an event type, or cannot be read as the event.
    pub(super) fn of(schema: &Schema, sealer: &'a Sealer<'a>) -> Result<Self, Failure> {
        if let Some(data) = EventRow::data_schema(schema) {
            return Ok(Self::Events(Events { data, registry: sealer.registry, known: HashMap::new() }));
        }
        if *schema == message_row::schema() {
            return Ok(Self::Messages);
        }
        let event = sealer.event.ok_or_else(|| {
            Failure::new("its rows were not written by `export`")
                .help("pass the event type of the rows with --event")
        })?;
        Ok(Self::Data(Box::new(Data::new(schema, event, sealer)?)))
    }

    /// Makes the message of a row, or returns the reason why it has none.
    pub(super) fn message(&mut self, row: Datum<'_>) -> Result<Message, String> {
        match self {
            Self::Events(events) => events.message(row.bytes),
            Self::Messages => message_row::message(row.value).ok_or_else(|| "not a message".to_owned()),
            Self::Data(data) => data.message(row.bytes),
        }
    }
}

pub(super) struct Events<'a> {
    /// The schema of the data in the file.
    data: Schema,
    registry: &'a Loaded,
    /// Whether `data` is the schema of a version of an event.
    known: HashMap<(String, u32), Result<(), String>>,
}

impl Events<'_> {
    fn message(&mut self, row: &[u8]) -> Result<Message, String> {
        let (row, payload) = EventRow::read(row)?;
        let version = (row.metadata.event_type.to_string(), row.metadata.minorversion);
        let Self { data, registry, known } = self;
        let (event_type, minor) = &version;
        if let Some(known) = known.get(&version) {
            known.clone()?;
        } else {
            let is_known = is_of(data, registry, event_type, *minor);
            known.insert(version, is_known.clone());
            is_known?;
        }
        Ok(row.message(payload.to_vec()))
    }
}

/// Checks that data of the schema `data` are data of version `minor` of an event without a change.
fn is_of(data: &Schema, registry: &Loaded, event_type: &str, minor: u32) -> Result<(), String> {
    let schema = registry.schema(event_type, minor)?;
    match Plan::typed(data, &schema) {
        Ok(plan) if plan.is_identity() => Ok(()),
        Ok(_) | Err(_) => Err(format!(
            "the schema of the file differs from minor version {minor} of `{event_type}` in the registry"
        )),
    }
}

pub(super) struct Data<'a> {
    event: &'a Name,
    minor: u32,
    schema: Rc<Schema>,
    /// From the schema of the file to `schema`.
    plan: Plan,
    sealer: &'a Sealer<'a>,
}

impl<'a> Data<'a> {
    fn new(file: &Schema, event: &'a Name, sealer: &'a Sealer<'a>) -> Result<Self, Failure> {
        let minor = sealer.registry.event(event.as_str()).map_err(Failure::new)?.minor;
        let schema = sealer.registry.schema(event.as_str(), minor).map_err(Failure::new)?;
        let plan = Plan::typed(file, &schema).map_err(|error| {
            Failure::new(format!("its rows cannot be read as `{event}`")).caused_by(error)
        })?;
        Ok(Self { event, minor, schema, plan, sealer })
    }

    fn message(&self, datum: &[u8]) -> Result<Message, String> {
        let mut resolved = Vec::new();
        self.plan.transcode(datum, &mut resolved).map_err(|error| error.to_string())?;
        let value = decode(&self.schema, &resolved).map_err(|error| error.to_string())?;
        let message =
            self.sealer.message(Given::default(), self.event.as_str(), self.minor, &self.schema, &value);
        message.map_err(|refusal| refusal.message)
    }
}
