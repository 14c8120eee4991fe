use syn::{DeriveInput, Expr, LitStr};

use super::{Container, Field, named_fields, type_aliases, type_name};
use crate::attr::Attributes;
use crate::errors::Errors;
use crate::logical::FixedLogical;
use crate::type_tokens;

/// A struct that derives `Record`.
pub(crate) enum Record {
    Fields(FieldsRecord),
    Fixed(Fixed),
}

/// A struct with named fields: an Avro record.
pub(crate) struct FieldsRecord {
    pub(crate) container: Container,
    pub(crate) name: String,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) fields: Vec<Field>,
}

/// A tuple struct over bytes: a fixed.
pub(crate) struct Fixed {
    pub(crate) container: Container,
    pub(crate) name: String,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) size: Expr,
    pub(crate) logical: Option<FixedLogical>,
}
impl Record {
    pub(crate) fn read(input: &DeriveInput, errors: &mut Errors) -> Option<Self> {
        let container = Container::read(input, errors);
        let mut attributes =
            Attributes::read(&input.attrs, "record", &["name", "aliases", "logical"], errors);
        let name = attributes.text("name", errors);
        let name = type_name(name, &input.ident, errors);
        let aliases = type_aliases(&mut attributes, errors);
        let logical = attributes.text("logical", errors);
        if let Some(event) = input.attrs.iter().find(|attribute| attribute.path().is_ident("event")) {
            errors.push(event.path(), "derive `Event` alone: an event is not also a record");
            return None;
        }
        if let Some(bytes) = type_tokens::byte_array(&input.data) {
            let size = bytes.len.clone();
            if let Some(parameter) = input.generics.params.first() {
                errors.push(parameter, "a fixed has one size, so its struct must not have parameters");
            }
            if type_tokens::size(&size) == Some(0) {
                errors.push(&size, "a fixed must have at least one byte");
            }
            let logical = logical.and_then(|logical| FixedLogical::read(&logical, bytes, errors));
            return Some(Self::Fixed(Fixed { container, name, aliases, size, logical }));
        }
        if let Some(logical) = logical {
            errors
                .push(logical, "a record cannot have a logical type; only a tuple struct over `[u8; N]` can");
        }
        let fields = Field::read_all(named_fields(input, "a record", errors)?, errors);
        for field in &fields {
            if field.form.adapter.is_none() && type_tokens::is_itself(&field.ty, &input.ident) {
                errors.push(
                    &field.ty,
                    "a record that always contains itself has no finite value: use an `Option` or a list",
                );
            }
        }
        Some(Self::Fields(FieldsRecord { container, name, aliases, fields }))
    }
}
