#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Avro,
    /// The form of a default in a schema: a value of a union is bare.
    Default,
}
