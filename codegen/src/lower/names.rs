//! Collects the declared names, and resolves names in type expressions.

use std::collections::HashMap;

use signalbook_diagnostics::{Finding, Span};
use signalbook_model::{Name, similar};

use crate::rules;
use crate::syntax::{Document, Spanned, TypeBody, TypeDecl, advice, builtin_names};

/// The declared scalars and types, by qualified name.
pub(super) struct Names {
    declared: HashMap<Name, Declared>,
}

/// A declaration to which a name can refer.
#[derive(Clone, Copy)]
pub(super) struct Declared {
    pub(super) kind: DeclarationKind,
    pub(super) span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DeclarationKind {
    Scalar,
    Record,
    Enum,
    Fixed,
    Union,
    /// The declaration does not say.
    Unclear,
}

impl DeclarationKind {
    /// Describes the kind in messages.
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Scalar => "a scalar",
            Self::Record => "a record",
            Self::Enum => "an enum",
            Self::Fixed => "a fixed",
            Self::Union => "a union",
            Self::Unclear => "a type",
        }
    }
}

impl Names {
    pub(super) fn collect(documents: &[Document], findings: &mut Vec<Finding>) -> Self {
        let mut names = Self { declared: HashMap::new() };
        for document in documents {
            let namespace = namespace(document);
            let scalars = document.scalars.iter().map(|scalar| (&scalar.name, DeclarationKind::Scalar));
            let types = document.types.iter().map(|ty| (&ty.name, kind(&ty.value)));
            let mut declarations: Vec<_> = scalars.chain(types).collect();
            declarations.sort_by_key(|(name, _)| name.span);
            for (name, kind) in declarations {
                names.declare(namespace, name, kind, findings);
            }
        }
        names
    }

    /// Resolves the name `written` in a file with this namespace.
    pub(super) fn find(&self, written: &str, namespace: &str) -> Option<(Name, Declared)> {
        let name = qualify(written, namespace);
        let declared = *self.declared.get(&name)?;
        Some((name, declared))
    }

    /// Returns true if `span` is the declaration of `name`. Any other declaration with this name is a
    /// duplicate.
    pub(super) fn is_declared_at(&self, name: &Name, span: Span) -> bool {
        self.declared.get(name).is_some_and(|declared| declared.span == span)
    }

    /// Returns the finding that `written` is unknown, with a suggestion.
    pub(super) fn unknown(&self, written: &str, span: Span, namespace: &str) -> Finding {
        let finding = Finding::new(&rules::UNKNOWN_TYPE, format!("no type `{written}`"))
            .at(span, "not in this registry");
        if let Some(advice) = advice(written) {
            return finding.help(advice);
        }
        let elsewhere = self.declared.keys().filter(|name| name.simple() == written).min();
        if let Some(name) = elsewhere {
            return finding.suggest(
                format!("it is declared in another namespace: `{name}`"),
                span,
                name.as_str(),
            );
        }
        let mut visible: Vec<&str> = if written.contains('.') {
            self.declared.keys().map(Name::as_str).collect()
        } else {
            let here = self.declared.keys().filter(|name| name.namespace() == namespace).map(Name::simple);
            here.chain(builtin_names().map(|name: &str| name)).collect()
        };
        visible.sort_unstable();
        match similar(written, visible) {
            Some(name) => finding.suggest(format!("a type with a similar name exists: `{name}`"), span, name),
            None => finding.help("declare it under `types` or `scalars`, or write its qualified name"),
        }
    }

    fn declare(
        &mut self,
        namespace: &str,
        name: &Spanned<String>,
        kind: DeclarationKind,
        findings: &mut Vec<Finding>,
    ) {
        if builtin_names().any(|builtin| builtin == name.value) {
            let title = format!("`{}` is a built-in type", name.value);
            findings.push(
                Finding::new(&rules::RESERVED_NAME, title)
                    .at(name.span, "cannot be declared")
                    .help("choose another name, in camel case"),
            );
        }
        check_name("a type", name, findings);
        let qualified = Name::in_namespace(namespace, &name.value);
        let declared = Declared { kind, span: name.span };
        if let Some(first) = self.declared.get(&qualified) {
            let title = format!("`{qualified}` is declared twice");
            findings.push(
                Finding::new(&rules::DUPLICATE_NAME, title)
                    .at(name.span, "declared again")
                    .and(first.span, "first declared here")
                    .help("scalars and types share one set of names; rename one of them"),
            );
            return;
        }
        self.declared.insert(qualified, declared);
    }
}

/// Returns the qualified name of `written` in a file with this namespace. A name with dots is already
/// qualified.
fn qualify(written: &str, namespace: &str) -> Name {
    if written.contains('.') { Name::new(written) } else { Name::in_namespace(namespace, written) }
}

/// Returns the namespace of a file. It is empty if the file has none, which is reported elsewhere.
pub(super) fn namespace(document: &Document) -> &str {
    document.namespace.as_ref().map_or("", |namespace| namespace.value.as_str())
}

/// Returns true if `name` can be part of a path. Reports it otherwise.
pub(super) fn check_name(what: &str, name: &Spanned<String>, findings: &mut Vec<Finding>) -> bool {
    check_part(what, &name.value, name, findings)
}

/// Like [`check_name`], for a name with dots.
pub(super) fn check_dotted(what: &str, name: &Spanned<String>, findings: &mut Vec<Finding>) -> bool {
    name.value.split('.').all(|part| check_part(what, part, name, findings))
}

fn check_part(what: &str, part: &str, name: &Spanned<String>, findings: &mut Vec<Finding>) -> bool {
    let wrong = |c: char| c.is_whitespace() || c.is_control() || "<>()|?,.#*".contains(c);
    let found = match part.chars().find(|c| wrong(*c)) {
        Some(' ') => "it contains a blank".to_owned(),
        Some(c) => format!("it contains `{}`", c.escape_debug()),
        None if part.is_empty() => "a part of the name is empty".to_owned(),
        None => return true,
    };
    let title = format!("`{}` cannot be the name of {what}", name.value.escape_debug());
    findings.push(
        Finding::new(&rules::INVALID_NAME, title)
            .at(name.span, found)
            .help("use letters, digits and `_`, and do not start with a digit"),
    );
    false
}

fn kind(ty: &TypeDecl) -> DeclarationKind {
    match &ty.body {
        Some(TypeBody::Record(_)) => DeclarationKind::Record,
        Some(TypeBody::Enum(_)) => DeclarationKind::Enum,
        Some(TypeBody::Fixed(_)) => DeclarationKind::Fixed,
        Some(TypeBody::Union(_)) => DeclarationKind::Union,
        None => DeclarationKind::Unclear,
    }
}
