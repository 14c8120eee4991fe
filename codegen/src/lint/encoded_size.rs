use std::collections::HashMap;

use signalbook_model::{Definition, Logical, Name, Path, Primitive, Registry, Type};

use super::Reporter;
use crate::checked_registry::CheckedRegistry;

/// The maximum size of an event in bytes (OEP-41).
const LIMIT: u64 = 64 * 1024;

/// The minimum and maximum size of a value in bytes. `most` is `None` if the types do not limit the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    least: u64,
    most: Option<u64>,
}

pub(super) fn too_large(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    let mut sizes = Sizes { registry: &checked.registry, known: HashMap::new() };
    for event in checked.events.iter().filter(|event| event.bus) {
        let Some(lowered) = checked.registry.events.get(&event.name) else { continue };
        let size = lowered.data.iter().fold(Size::exactly(0), |sum, field| sum.then(sizes.of(&field.ty, 0)));
        let label = match size {
            Size { least, .. } if least > LIMIT => format!("at least {least} bytes"),
            Size { most: Some(most), .. } if most > LIMIT => format!("up to {most} bytes"),
            Size { .. } => continue,
        };
        found.add(
            found
                .finding(format!("event `{}` can exceed 64 KiB", event.name))
                .on(Path::Event(event.name.clone()))
                .at(event.span, label)
                .note("message brokers can reject such events")
                .help("send a reference to the data in place of the data"),
        );
    }
}

/// Types that are nested deeper than this are taken to have any size.
const MAX_DEPTH: usize = 64;

struct Sizes<'a> {
    registry: &'a Registry,
    known: HashMap<&'a Name, Size>,
}

impl<'a> Sizes<'a> {
    fn of(&mut self, ty: &'a Type, depth: usize) -> Size {
        match ty {
            Type::Primitive(Primitive::Null) => Size::exactly(0),
            Type::Primitive(Primitive::Boolean) => Size::exactly(1),
            Type::Primitive(Primitive::Int) => Size::between(1, 5),
            Type::Primitive(Primitive::Long) => Size::between(1, 10),
            Type::Primitive(Primitive::Float) => Size::exactly(4),
            Type::Primitive(Primitive::Double) => Size::exactly(8),
            Type::Logical(Logical::Uuid) => Size::exactly(1 + 36),
            Type::Logical(logical) => Self::of_base(*logical),
            Type::Primitive(Primitive::Bytes | Primitive::String) | Type::Array(_) | Type::Map(_) => {
                Size { least: 1, most: None }
            }
            Type::Union(branches) => {
                let sizes: Vec<_> = branches.iter().map(|branch| self.of(branch, depth)).collect();
                Size::exactly(1).then(Size::either(&sizes))
            }
            Type::Named(name) => self.named(name, depth),
            Type::Annotated(annotated) => self.of(&annotated.ty, depth),
        }
    }

    fn of_base(logical: Logical) -> Size {
        match logical.base() {
            Type::INT => Size::between(1, 5),
            Type::LONG => Size::between(1, 10),
            _ => Size { least: 1, most: None },
        }
    }

    fn named(&mut self, name: &'a Name, depth: usize) -> Size {
        if let Some(size) = self.known.get(name) {
            return *size;
        }
        let unknown = Size { least: 0, most: None };
        if depth > MAX_DEPTH {
            return unknown;
        }
        let size = match self.registry.types.get(name) {
            Some(Definition::Record(record)) => {
                // A recursive record can have any size.
                self.known.insert(name, unknown);
                let fields = record.fields.iter();
                fields.fold(Size::exactly(0), |sum, field| sum.then(self.of(&field.ty, depth + 1)))
            }
            Some(Definition::Enum(_)) => Size::between(1, 5),
            Some(Definition::Fixed(fixed)) => Size::exactly(fixed.size as u64),
            None => unknown,
        };
        self.known.insert(name, size);
        size
    }
}

impl Size {
    fn exactly(bytes: u64) -> Self {
        Self::between(bytes, bytes)
    }

    fn between(least: u64, most: u64) -> Self {
        Self { least, most: Some(most) }
    }

    /// Returns the size of two values, one after the other.
    fn then(self, next: Self) -> Self {
        let most = self.most.zip(next.most).map(|(a, b)| a.saturating_add(b));
        Self { least: self.least.saturating_add(next.least), most }
    }

    /// Returns the size of a value that has one of `sizes`.
    fn either(sizes: &[Self]) -> Self {
        let least = sizes.iter().map(|size| size.least).min().unwrap_or(0);
        let most =
            sizes.iter().map(|size| size.most).try_fold(0, |most, size| size.map(|size| most.max(size)));
        Self { least, most }
    }
}
