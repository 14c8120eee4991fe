use signalbook_model::{self as model, Builder, Definition, Field, Name, Primitive, Registry, Type};

use crate::{DecodeError, Decoder, Event};

/// A path to a scalar of an event, from a producer configuration.
///
/// The key is the Avro encoding of that scalar. It is a part of the event's datum, and is copied from there.
pub(super) struct KeyPath {
    registry: Registry,
    event_type: Name,
    /// The index of each field on the path in its record.
    path: Vec<usize>,
}

impl KeyPath {
    /// Returns the path, or `None` if it does not lead to a scalar of `E`.
    pub(super) fn new<E: Event>(path: &str) -> Option<Self> {
        let mut builder = Builder::new();
        E::describe_event(&mut builder);
        let registry = builder.finish().ok()?;
        let mut found = Self { registry, event_type: E::TYPE.into(), path: Vec::new() };
        let resolved = model::KeyPath::resolve(&found.registry.types, found.fields(), path.split('.'));
        resolved.key()?;
        found.path = resolved.indices;
        Some(found)
    }

    /// Returns the encoding of the scalar in an event's datum, or `None` if a value on the path is null.
    pub(super) fn find(&self, datum: &[u8]) -> Result<Option<Vec<u8>>, DecodeError> {
        let found = self.in_fields(self.fields(), &self.path, &mut Decoder::new(datum))?;
        Ok(found.and_then(|range| datum.get(range)).map(<[u8]>::to_vec))
    }

    fn fields(&self) -> &[Field] {
        self.registry.events.get(&self.event_type).map_or(&[], |event| &event.data)
    }

    fn in_fields(
        &self,
        fields: &[Field],
        path: &[usize],
        input: &mut Decoder<'_>,
    ) -> Result<FoundRange, DecodeError> {
        for (index, field) in fields.iter().enumerate() {
            match path.split_first() {
                Some((on_path, rest)) if *on_path == index => return self.in_type(&field.ty, rest, input),
                Some(_) | None => self.skip(&field.ty, input)?,
            }
        }
        Ok(None)
    }

    fn in_type(&self, ty: &Type, path: &[usize], input: &mut Decoder<'_>) -> Result<FoundRange, DecodeError> {
        match (ty.plain(), self.record(ty)) {
            (Type::Union(branches), _) => match &branches[input.index(branches.len())?] {
                Type::Primitive(Primitive::Null) => Ok(None),
                branch => self.in_type(branch, path, input),
            },
            (_, Some(fields)) => input.nested(|input| self.in_fields(fields, path, input)),
            (_, None) => {
                let start = input.offset();
                self.skip(ty, input)?;
                Ok(Some(start..input.offset()))
            }
        }
    }

    fn record(&self, ty: &Type) -> Option<&[Field]> {
        let Type::Named(name) = ty.plain() else { return None };
        match self.registry.types.get(name)? {
            Definition::Record(record) => Some(&record.fields),
            Definition::Enum(_) | Definition::Fixed(_) => None,
        }
    }

    fn skip(&self, ty: &Type, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        match ty.plain() {
            Type::Primitive(Primitive::Null) | Type::Annotated(_) => {}
            Type::Primitive(Primitive::Boolean) => drop(input.boolean()?),
            Type::Primitive(Primitive::Int) => drop(input.int()?),
            Type::Primitive(Primitive::Long) => drop(input.long()?),
            Type::Primitive(Primitive::Float) => drop(input.float()?),
            Type::Primitive(Primitive::Double) => drop(input.double()?),
            Type::Primitive(Primitive::Bytes | Primitive::String) => drop(input.bytes()?),
            Type::Logical(logical) => self.skip(&logical.base(), input)?,
            Type::Array(items) => {
                input.blocks(|input, count| (0..count).try_for_each(|_| self.skip(items, input)))?;
            }
            Type::Map(values) => input.blocks(|input, count| {
                for _ in 0..count {
                    input.bytes()?;
                    self.skip(values, input)?;
                }
                Ok(())
            })?,
            Type::Union(branches) => self.skip(&branches[input.index(branches.len())?], input)?,
            Type::Named(name) => match self.registry.types.get(name) {
                Some(Definition::Record(record)) => {
                    input.nested(|input| {
                        record.fields.iter().try_for_each(|field| self.skip(&field.ty, input))
                    })?;
                }
                Some(Definition::Enum(definition)) => drop(input.index(definition.symbols.len())?),
                Some(Definition::Fixed(fixed)) => {
                    (0..fixed.size).try_for_each(|_| input.fixed::<1>().map(drop))?;
                }
                None => {}
            },
        }
        Ok(())
    }
}

/// The range of the scalar in a datum; `None` if a value on its path is null.
type FoundRange = Option<std::ops::Range<usize>>;
