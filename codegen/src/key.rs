//! Key paths: from an event's data to the scalar that orders the events.

use signalbook_model::Primitive;

use crate::contract::{Contract, Field, Shape, TypeKind};
use crate::{Builtin, Spanned};

/// Why a key path leads nowhere; always about one of its parts.
#[derive(Debug)]
pub(crate) enum KeyError<'a> {
    /// There is no such field; there are these.
    Missing { part: &'a Spanned<String>, fields: &'a [Field] },
    /// What comes before has no fields.
    NoFields { part: &'a Spanned<String> },
    /// It may be null, and an event must not be without its key.
    Optional { part: &'a Spanned<String>, field: &'a Field },
    /// It is not a scalar, as a key has to be.
    NoScalar { part: &'a Spanned<String>, field: &'a Field },
    /// It is a number that is not exact, by which no order can be kept.
    Inexact { part: &'a Spanned<String>, field: &'a Field },
}

/// What a field is to a key path.
enum Kind<'a> {
    Scalar,
    Inexact,
    Record(&'a [Field]),
    Optional,
    Other,
}

/// The field that the path leads to.
pub(crate) fn resolve<'a>(
    path: &'a [Spanned<String>],
    data: &'a [Field],
    contract: &'a Contract,
) -> Result<&'a Field, KeyError<'a>> {
    let mut fields = Some(data);
    let mut last = None;
    for part in path {
        let Some(known) = fields else { return Err(KeyError::NoFields { part }) };
        let Some(field) = known.iter().find(|field| field.name == part.value) else {
            return Err(KeyError::Missing { part, fields: known });
        };
        fields = match kind(&field.shape, contract) {
            Kind::Record(fields) => Some(fields),
            Kind::Scalar | Kind::Inexact | Kind::Other => None,
            Kind::Optional => return Err(KeyError::Optional { part, field }),
        };
        last = Some((part, field));
    }
    let Some((part, field)) = last else { unreachable!("a path has at least one part") };
    match kind(&field.shape, contract) {
        Kind::Scalar => Ok(field),
        Kind::Inexact => Err(KeyError::Inexact { part, field }),
        Kind::Record(_) | Kind::Optional | Kind::Other => Err(KeyError::NoScalar { part, field }),
    }
}

fn kind<'a>(shape: &'a Shape, contract: &'a Contract) -> Kind<'a> {
    match shape {
        Shape::Builtin(Builtin::Primitive(Primitive::Null))
        | Shape::List(_)
        | Shape::Map(_)
        | Shape::Union(_) => Kind::Other,
        Shape::Builtin(Builtin::Primitive(Primitive::Float | Primitive::Double)) => Kind::Inexact,
        Shape::Builtin(_) => Kind::Scalar,
        Shape::Optional(_) => Kind::Optional,
        Shape::Scalar(name) => match contract.scalar(name).and_then(|scalar| scalar.wire.as_ref()) {
            Some(wire) => kind(wire, contract),
            None => Kind::Other,
        },
        Shape::Type(name) => match contract.type_def(name).map(|ty| &ty.kind) {
            Some(TypeKind::Record(record)) => Kind::Record(&record.fields),
            Some(TypeKind::Enum(_) | TypeKind::Fixed(_)) => Kind::Scalar,
            Some(TypeKind::Union(_)) | None => Kind::Other,
        },
    }
}
