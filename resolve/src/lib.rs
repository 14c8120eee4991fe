//! Avro data without types: decode along a schema, encode, and JSON in both directions.
