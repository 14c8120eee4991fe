/// A JSON value: a default, or a custom attribute.
///
/// Objects keep the order in which they were written; numbers keep whether they were written as integers.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number without fraction and exponent.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// Text.
    String(String),
    /// Values in order.
    Array(Vec<Json>),
    /// Members in the order written.
    Object(Vec<(String, Json)>),
}
