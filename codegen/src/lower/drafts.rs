//! Drafts of the registry: all declarations, with resolved names.

use std::collections::HashMap;

use signalbook_diagnostics::{Finding, Span};
use signalbook_model::{Event, Name, Path};

use super::enums;
use super::expansion::{Expansion, Expansions};
use super::names::{DeclarationKind, Names, check_dotted, check_name, namespace};
use super::type_expressions;
use crate::checked_registry::{Deprecation, EventDef, Field, Record, Scalar, Shape, TypeDef, TypeKind};
use crate::rules;
use crate::syntax::{self, Document, Entries, Entry, ExprKind, Literal, Spanned, TypeBody, TypeDecl};

/// All declarations of a registry.
#[derive(Default)]
pub(super) struct Drafts<'d> {
    pub(super) scalars: Vec<Scalar>,
    pub(super) types: Vec<TypeDraft>,
    pub(super) events: Vec<EventDraft>,
    pub(super) fields: Vec<FieldDraft<'d>>,
}

/// A type. For a record, the inherited fields are added later.
pub(super) struct TypeDraft {
    pub(super) def: TypeDef,
    /// The record that this record extends.
    pub(super) base: Option<Spanned<Name>>,
    /// Indices into [`Drafts::fields`]: first only its own fields, later those of its bases too.
    pub(super) fields: Vec<usize>,
}

/// An event without its data.
pub(super) struct EventDraft {
    pub(super) def: EventDef,
    pub(super) data: Vec<usize>,
}

/// A field without its default and initial value.
pub(super) struct FieldDraft<'d> {
    pub(super) field: Field,
    pub(super) type_span: Span,
    /// Whether the type is optional, so that the default is null.
    pub(super) optional: bool,
    pub(super) default: Option<&'d Literal>,
    pub(super) initial: Option<&'d Literal>,
}

impl Drafts<'_> {
    /// Returns the fields with these indices.
    pub(super) fn fields(&self, indices: &[usize]) -> Vec<&Field> {
        indices.iter().map(|index| &self.fields[*index].field).collect()
    }

    /// Returns the shapes of the fields with these indices.
    pub(super) fn shapes(&self, indices: &[usize]) -> Vec<&Shape> {
        indices.iter().map(|index| &self.fields[*index].field.shape).collect()
    }
}

/// Drafts all declarations of `documents`.
pub(super) fn draft<'d>(
    documents: &'d [Document],
    names: &Names,
    expansions: &Expansions,
    findings: &mut Vec<Finding>,
) -> Drafts<'d> {
    let mut drafting = Drafting {
        names,
        expansions,
        namespace: "",
        events: HashMap::new(),
        findings,
        drafts: Drafts::default(),
    };
    for document in documents {
        drafting.document(document);
    }
    drafting.drafts
}

struct Drafting<'a, 'd> {
    names: &'a Names,
    expansions: &'a Expansions,
    namespace: &'d str,
    /// The declaration of each event.
    events: HashMap<Name, Span>,
    findings: &'a mut Vec<Finding>,
    drafts: Drafts<'d>,
}

impl<'d> Drafting<'_, 'd> {
    fn document(&mut self, document: &'d Document) {
        self.namespace = namespace(document);
        for scalar in &document.scalars {
            self.scalar(scalar);
        }
        for ty in &document.types {
            self.ty(ty);
        }
        for event in &document.events {
            self.event(event);
        }
    }

    fn scalar(&mut self, Entry { name, value }: &Entry<syntax::Scalar>) {
        let qualified = Name::in_namespace(self.namespace, &name.value);
        if !self.names.is_declared_at(&qualified, name.span) {
            return;
        }
        let wire = match self.expansions.by_name.get(&qualified) {
            Some(Expansion::Shape(shape)) => Some(shape.clone()),
            Some(Expansion::NoWireForm | Expansion::Broken) | None => None,
        };
        self.drafts.scalars.push(Scalar {
            name: qualified,
            span: name.span,
            doc: text(value.doc.as_ref()),
            wire,
            rust: text(value.rust.as_ref()),
            adapter: text(value.adapter.as_ref()),
            format: text(value.format.as_ref()),
        });
    }

    fn ty(&mut self, Entry { name, value }: &'d Entry<TypeDecl>) {
        let qualified = Name::in_namespace(self.namespace, &name.value);
        if !self.names.is_declared_at(&qualified, name.span) {
            return;
        }
        let (mut base, mut fields) = (None, Vec::new());
        let kind = match &value.body {
            Some(TypeBody::Record(record)) => {
                base = record.extends.as_ref().and_then(|written| self.base(written));
                fields = self.fields("a field", &record.fields);
                let base = base.as_ref().map(|base| base.value.clone());
                TypeKind::Record(Record { base, fields: Vec::new() })
            }
            Some(TypeBody::Enum(decl)) => TypeKind::Enum(enums::enumeration(name, decl, self.findings)),
            Some(TypeBody::Fixed(decl)) => match enums::fixed(name, decl, self.findings) {
                Some(fixed) => TypeKind::Fixed(fixed),
                None => return,
            },
            Some(TypeBody::Union(_)) => match self.expansions.by_name.get(&qualified) {
                Some(Expansion::Shape(Shape::Union(branches))) => TypeKind::Union(branches.clone()),
                Some(Expansion::Shape(_) | Expansion::NoWireForm | Expansion::Broken) | None => return,
            },
            None => return,
        };
        let def = TypeDef {
            name: qualified,
            span: name.span,
            doc: text(value.doc.as_ref()),
            aliases: value.aliases.clone(),
            kind,
            has_wire_form: true,
        };
        self.drafts.types.push(TypeDraft { def, base, fields });
    }

    fn base(&mut self, written: &Spanned<String>) -> Option<Spanned<Name>> {
        let Some((name, declared)) = self.names.find(&written.value, self.namespace) else {
            self.findings.push(self.names.unknown(&written.value, written.span, self.namespace));
            return None;
        };
        match declared.kind {
            DeclarationKind::Record => Some(Spanned::new(name, written.span)),
            DeclarationKind::Unclear => None,
            DeclarationKind::Scalar
            | DeclarationKind::Enum
            | DeclarationKind::Fixed
            | DeclarationKind::Union => {
                let title = format!(
                    "`{}` cannot be extended, because it is {}",
                    written.value,
                    declared.kind.describe()
                );
                self.findings.push(
                    Finding::new(&rules::EXTENDS_NO_RECORD, title)
                        .at(written.span, "not a record")
                        .and(declared.span, "declared here")
                        .help("extend a record, or make it the type of a field"),
                );
                None
            }
        }
    }

    fn event(&mut self, Entry { name, value }: &'d Entry<syntax::Event>) {
        if !check_dotted("an event", name, self.findings) {
            return;
        }
        let data = self.fields("a data field", &value.data);
        let qualified = Name::in_namespace(self.namespace, &name.value);
        if let Some(first) = self.events.insert(qualified.clone(), name.span) {
            self.findings.push(
                Finding::new(&rules::DUPLICATE_NAME, format!("event `{qualified}` is declared twice"))
                    .on(Path::Event(qualified.clone()))
                    .at(name.span, "declared again")
                    .and(first, "first declared here")
                    .help("remove one of them, or give it another event type"),
            );
            return;
        }
        let def = EventDef {
            name: qualified,
            span: name.span,
            namespace: self.namespace.to_owned(),
            constant: text(value.name.as_ref())
                .unwrap_or_else(|| Event::constant_name_in_namespace(&name.value)),
            constant_span: value.name.as_ref().map_or(name.span, |name| name.span),
            doc: text(value.doc.as_ref()),
            minor: value.minor,
            key: value.key.clone(),
            topics: value.topics.clone(),
            producer: text(value.producer.as_ref()),
            owner: text(value.owner.as_ref()),
            stability: value.stability,
            deprecation: value.deprecated.as_ref().map(deprecation),
            bus: value.bus,
            data: Vec::new(),
        };
        self.drafts.events.push(EventDraft { def, data });
    }

    fn fields(&mut self, what: &str, fields: &'d Entries<syntax::Field>) -> Vec<usize> {
        fields.iter().filter_map(|entry| self.field(what, entry)).collect()
    }

    fn field(&mut self, what: &str, Entry { name, value }: &'d Entry<syntax::Field>) -> Option<usize> {
        if !check_name(what, name, self.findings) {
            return None;
        }
        let expr = value.ty.as_ref()?;
        let shape = type_expressions::find(expr, self.namespace, self.names, self.findings)?;
        if !type_expressions::validate(expr, &shape, self.expansions, self.findings) {
            return None;
        }
        let shape = if value.default.is_some() { type_expressions::with_default(expr, shape) } else { shape };
        let field = Field {
            name: name.value.clone(),
            span: name.span,
            doc: text(value.doc.as_ref()),
            shape,
            default: None,
            plain_default: None,
            initial: None,
            aliases: value.aliases.clone(),
            pii: text(value.pii.as_ref()),
            order: value.order,
            deprecation: value.deprecated.as_ref().map(deprecation),
        };
        self.drafts.fields.push(FieldDraft {
            field,
            type_span: expr.span,
            optional: matches!(expr.kind, ExprKind::Optional(_)),
            default: value.default.as_ref(),
            initial: value.initial.as_ref(),
        });
        Some(self.drafts.fields.len() - 1)
    }
}

fn deprecation(written: &syntax::Deprecation) -> Deprecation {
    Deprecation { replacement: written.replacement.clone(), reason: text(written.reason.as_ref()) }
}

fn text(written: Option<&Spanned<String>>) -> Option<String> {
    written.map(|text| text.value.clone())
}
