/// A JSON value: a default, or a custom attribute.
///
/// Objects keep the order of their members. Integers and other numbers are different values. Floats that JSON
/// cannot represent are written as the strings `NaN`, `Infinity` and `-Infinity`.
#[derive(Clone, Debug)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number without fraction and exponent.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object, with its members in the order of the text.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Creates a string.
    pub fn string(text: &str) -> Self {
        Self::String(text.to_owned())
    }

    /// Creates an object.
    pub fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// Returns the string, or `None` if the value is not a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            Self::Null
            | Self::Bool(_)
            | Self::Integer(_)
            | Self::Float(_)
            | Self::Array(_)
            | Self::Object(_) => None,
        }
    }

    /// Returns the number as a double. An integer is rounded to the nearest double, and the strings `NaN`,
    /// `Infinity` and `-Infinity` are accepted. Returns `None` if the value is not a number.
    pub fn to_double(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "the nearest double is what the type can hold")]
            Self::Integer(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            Self::String(text) => match text.as_str() {
                "NaN" => Some(f64::NAN),
                "Infinity" => Some(f64::INFINITY),
                "-Infinity" => Some(f64::NEG_INFINITY),
                _ => None,
            },
            Self::Null | Self::Bool(_) | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// Returns the number as a float, rounded. Returns `None` if the value is not a number, or is too large.
    pub fn to_float(&self) -> Option<f32> {
        let double = self.to_double()?;
        #[expect(clippy::cast_possible_truncation, reason = "the nearest float is what the type can hold")]
        let float = double as f32;
        (float.is_finite() || !double.is_finite()).then_some(float)
    }

    /// Returns the bytes of a string in Avro's form: one code point from U+0000 to U+00FF for each byte.
    /// Returns `None` if the value is not a string, or has other code points.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        self.as_str()?.chars().map(|character| u8::try_from(character).ok()).collect()
    }

    /// Returns a string with one code point from U+0000 to U+00FF for each byte.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::String(bytes.iter().copied().map(char::from).collect())
    }

    /// Describes the type of the value in messages: `an integer`, `an object`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a floating-point number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// Floats are equal if their bits are equal: NaN equals itself, and 0.0 does not equal -0.0.
impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => a == b,
            (
                Self::Null
                | Self::Bool(_)
                | Self::Integer(_)
                | Self::Float(_)
                | Self::String(_)
                | Self::Array(_)
                | Self::Object(_),
                _,
            ) => false,
        }
    }
}
