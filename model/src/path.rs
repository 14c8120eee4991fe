use std::fmt;

use crate::Name;

/// A registry path: names a type, field or event in waivers, patterns and findings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Path {
    /// `com.example.shop.Order`
    Type(Name),
    /// `com.example.shop.Order.coupon`: a field of a record, or a symbol of an enum.
    Member {
        /// The type.
        ty: Name,
        /// The field or symbol.
        member: String,
    },
    /// `com.example.shop.order.placed.v1`
    Event(Name),
    /// `com.example.shop.order.placed.v1#order`
    Data {
        /// The event.
        event: Name,
        /// The data field.
        field: String,
    },
}

impl Path {
    /// Returns the type or event that the path names, or that contains the named field.
    pub fn owner(&self) -> &Name {
        match self {
            Self::Type(name) | Self::Event(name) => name,
            Self::Member { ty, .. } => ty,
            Self::Data { event, .. } => event,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(name) | Self::Event(name) => write!(f, "{name}"),
            Self::Member { ty, member } => write!(f, "{ty}.{member}"),
            Self::Data { event, field } => write!(f, "{event}#{field}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_the_registry_path() {
        let order = Name::new("com.example.Order");
        let placed = Name::new("com.example.order.placed.v1");
        let cases = [
            (Path::Type(order.clone()), "com.example.Order"),
            (Path::Member { ty: order, member: "coupon".into() }, "com.example.Order.coupon"),
            (Path::Event(placed.clone()), "com.example.order.placed.v1"),
            (Path::Data { event: placed, field: "order".into() }, "com.example.order.placed.v1#order"),
        ];
        for (path, written) in cases {
            assert_eq!(path.to_string(), written);
        }
    }
}
