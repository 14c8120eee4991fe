#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Avro,
    /// As a field's default stands in a schema: a union's is bare.
    Default,
}
