//! Finds scalars and named unions. This is done first, because all other checks need their expansions.

use std::collections::HashMap;

use signalbook_diagnostics::{Finding, Span};
use signalbook_model::Name;

use super::expansion::{Expansion, Expansions};
use super::names::{Names, namespace};
use super::type_expressions;
use crate::checked_registry::Shape;
use crate::rules;
use crate::settings::Settings;
use crate::syntax::{Document, TypeBody, TypeExpr, Wire};

/// The maximum number of parts of a type expression, with scalars and unions expanded.
const MAX_PARTS: usize = 1000;
/// The maximum nesting depth of a type expression, with scalars and unions expanded.
const MAX_DEPTH: usize = 64;

/// A declared scalar or named union.
struct Declared<'a> {
    name: Name,
    span: Span,
    written: Expression<'a>,
    shape: Shape,
}

#[derive(Clone, Copy)]
enum Expression<'a> {
    Scalar(&'a TypeExpr),
    Union(&'a [TypeExpr]),
}

/// Returns the expansions of all scalars and named unions.
pub(super) fn collect(
    documents: &[Document],
    names: &Names,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> Expansions {
    let mut expansions = Expansions { settings: settings.clone(), by_name: HashMap::new() };
    let declared = find(documents, names, &mut expansions, findings);
    expand(&declared, &mut expansions, findings);
    for declared in &declared {
        if expansions.is_sound(&declared.name) && !is_valid(declared, &expansions, findings) {
            expansions.by_name.insert(declared.name.clone(), Expansion::Broken);
        }
    }
    expansions
}

/// Resolves the names in each declaration. Declarations without a type expression get their expansion here.
fn find<'a>(
    documents: &'a [Document],
    names: &Names,
    expansions: &mut Expansions,
    findings: &mut Vec<Finding>,
) -> Vec<Declared<'a>> {
    let mut declared = Vec::new();
    for document in documents {
        let namespace = namespace(document);
        let scalars = document.scalars.iter().map(|scalar| {
            let written = match &scalar.value.wire {
                Some(Wire::Type(expr)) => Ok(Expression::Scalar(expr)),
                Some(Wire::Nothing) => Err(Expansion::NoWireForm),
                None => Err(Expansion::Broken),
            };
            (&scalar.name, written)
        });
        let unions = document.types.iter().filter_map(|ty| match &ty.value.body {
            Some(TypeBody::Union(union)) => Some((&ty.name, Ok(Expression::Union(&union.branches)))),
            Some(TypeBody::Record(_) | TypeBody::Enum(_) | TypeBody::Fixed(_)) => None,
            None => Some((&ty.name, Err(Expansion::Broken))),
        });
        for (written_name, written) in scalars.chain(unions) {
            let name = Name::in_namespace(namespace, &written_name.value);
            if !names.is_declared_at(&name, written_name.span) {
                continue;
            }
            let shape = written.map(|written| (written, shape(written, namespace, names, findings)));
            match shape {
                Ok((written, Some(shape))) => {
                    declared.push(Declared { name, span: written_name.span, written, shape });
                }
                Ok((_, None)) => drop(expansions.by_name.insert(name, Expansion::Broken)),
                Err(settled) => drop(expansions.by_name.insert(name, settled)),
            }
        }
    }
    declared
}

fn shape(
    written: Expression<'_>,
    namespace: &str,
    names: &Names,
    findings: &mut Vec<Finding>,
) -> Option<Shape> {
    match written {
        Expression::Scalar(expr) => type_expressions::find(expr, namespace, names, findings),
        Expression::Union(exprs) => {
            let branches: Vec<_> =
                exprs.iter().map(|expr| type_expressions::find(expr, namespace, names, findings)).collect();
            branches.into_iter().collect::<Option<_>>().map(Shape::Union)
        }
    }
}

fn is_valid(declared: &Declared<'_>, expansions: &Expansions, findings: &mut Vec<Finding>) -> bool {
    match (declared.written, &declared.shape) {
        (Expression::Union([]), _) => {
            let title = format!("union `{}` has no branch", declared.name.simple());
            findings.push(
                Finding::new(&rules::UNION_BRANCHES, title)
                    .at(declared.span, "no value has this type")
                    .help("add branches: `union = [\"Card\", \"Transfer\"]`"),
            );
            false
        }
        (Expression::Union(exprs), Shape::Union(shapes)) => {
            let branches = exprs.iter().zip(shapes);
            let valid = branches
                .filter(|(expr, shape)| type_expressions::validate(expr, shape, expansions, findings));
            valid.count() == exprs.len()
                && type_expressions::validate_branches(exprs, shapes, expansions, findings)
        }
        (Expression::Scalar(expr), shape) => type_expressions::validate(expr, shape, expansions, findings),
        (Expression::Union(_), _) => true,
    }
}

/// The state of one declaration in [`expand`].
#[derive(Clone, Copy)]
enum State {
    Unseen,
    /// Its references are being visited.
    Open,
    /// The number of parts and levels of the expansion. `None` if it is infinite or too large.
    Done(Option<(usize, usize)>),
}

/// Sets the expansion of each declaration. Declarations that contain themselves or are too large are broken.
///
/// The function has its own stack, because the length of a chain of references is not limited.
fn expand(declared: &[Declared<'_>], expansions: &mut Expansions, findings: &mut Vec<Finding>) {
    let index: HashMap<&Name, usize> = declared.iter().enumerate().map(|(at, it)| (&it.name, at)).collect();
    let references: Vec<Vec<usize>> = declared
        .iter()
        .map(|it| it.shape.references().into_iter().filter_map(|name| index.get(name).copied()).collect())
        .collect();
    let mut states = vec![State::Unseen; declared.len()];
    for root in 0..declared.len() {
        let mut stack = vec![(root, 0)];
        while let Some((at, next)) = stack.pop() {
            match states[at] {
                State::Done(_) => continue,
                State::Unseen => states[at] = State::Open,
                State::Open => {}
            }
            let Some(&target) = references[at].get(next) else {
                states[at] = State::Done(size(at, declared, &references, &states, findings));
                continue;
            };
            stack.push((at, next + 1));
            match states[target] {
                State::Unseen => stack.push((target, 0)),
                State::Open => {
                    let start = stack.iter().position(|(it, _)| *it == target).unwrap_or(0);
                    let cycle: Vec<_> = stack[start..].iter().map(|(it, _)| *it).collect();
                    findings.push(infinite(&cycle, declared));
                    for part in cycle {
                        states[part] = State::Done(None);
                    }
                }
                State::Done(_) => {}
            }
        }
    }
    for (declared, state) in declared.iter().zip(states) {
        let expansion = match state {
            State::Done(Some(_)) => Expansion::Shape(declared.shape.clone()),
            State::Done(None) | State::Open | State::Unseen => Expansion::Broken,
        };
        expansions.by_name.insert(declared.name.clone(), expansion);
    }
}

fn size(
    at: usize,
    declared: &[Declared<'_>],
    references: &[Vec<usize>],
    states: &[State],
    findings: &mut Vec<Finding>,
) -> Option<(usize, usize)> {
    let (mut parts, mut depth) = own_size(&declared[at].shape);
    let own_depth = depth;
    for target in &references[at] {
        let State::Done(Some((inner, levels))) = states[*target] else { return None };
        parts += inner;
        depth = depth.max(own_depth + levels);
    }
    if parts <= MAX_PARTS && depth <= MAX_DEPTH {
        return Some((parts, depth));
    }
    let title = format!("the expansion of `{}` is too large", declared[at].name.simple());
    findings.push(
        Finding::new(&rules::OVERSIZED_TYPE, title)
            .at(declared[at].span, format!("more than {MAX_PARTS} parts or {MAX_DEPTH} levels in all"))
            .help("declare records for some of its parts: a record counts as one part"),
    );
    None
}

/// Returns the number of parts and levels. A name counts as one part.
fn own_size(shape: &Shape) -> (usize, usize) {
    match shape {
        Shape::Builtin(_) | Shape::Type(_) | Shape::Scalar(_) => (1, 1),
        Shape::List(inner) | Shape::Map(inner) | Shape::Optional(inner) => {
            let (parts, depth) = own_size(inner);
            (parts + 1, depth + 1)
        }
        Shape::Union(branches) => branches
            .iter()
            .map(own_size)
            .fold((1, 1), |(parts, depth), inner| (parts + inner.0, depth.max(inner.1 + 1))),
    }
}

fn infinite(cycle: &[usize], declared: &[Declared<'_>]) -> Finding {
    let first = &declared[cycle[0]];
    let title = format!("`{}` contains itself", first.name.simple());
    let mut finding = Finding::new(&rules::INFINITE_TYPE, title).at(first.span, "infinite on the wire");
    for via in &cycle[1..] {
        finding = finding.and(declared[*via].span, "through this");
    }
    finding.help(
        "declare a record in between: only records can contain themselves, because they have a name on the \
         wire",
    )
}
