//! Schemas with values of them, made up from bytes.

use proptest::prelude::*;
use signalbook_model::Schema;
use signalbook_model::sample::{self, Choices};
use signalbook_resolve::Value;

use crate::samples::value;

/// A schema and one of its values.
pub(crate) fn data() -> impl Strategy<Value = (Schema, Value)> {
    prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| {
        let mut choices = Choices::new(&bytes);
        let schema = sample::schema(&mut choices);
        let value = value(&mut choices, &schema, &schema.root, 6);
        (schema, value)
    })
}
