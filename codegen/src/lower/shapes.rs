//! Type expressions whose names are found, and whether they are types at all.

use std::collections::HashMap;

use signalbook_diagnostics::{Finding, Span};
use signalbook_model::Primitive;

use super::names::{DeclarationKind, Names};
use super::wire::{Branch, Expansions};
use crate::contract::Shape;
use crate::rules;
use crate::syntax::{Builtin, ExprKind, TypeExpr};

const NULL: Shape = Shape::Builtin(Builtin::Primitive(Primitive::Null));

/// The shape of `expr`, unless a name in it is unknown, which is reported.
pub(super) fn find(
    expr: &TypeExpr,
    namespace: &str,
    names: &Names,
    findings: &mut Vec<Finding>,
) -> Option<Shape> {
    let mut inner = |expr: &TypeExpr| find(expr, namespace, names, findings);
    match &expr.kind {
        ExprKind::Builtin(builtin) => Some(Shape::Builtin(*builtin)),
        ExprKind::List(items) => Some(Shape::List(Box::new(inner(items)?))),
        ExprKind::Map(values) => Some(Shape::Map(Box::new(inner(values)?))),
        ExprKind::Optional(some) => Some(match (&some.kind, inner(some)?) {
            (ExprKind::Union(_), Shape::Union(mut branches)) => {
                branches.insert(0, NULL);
                Shape::Union(branches)
            }
            (_, shape) => Shape::Optional(Box::new(shape)),
        }),
        ExprKind::Union(branches) => {
            let found: Vec<_> = branches.iter().map(inner).collect();
            found.into_iter().collect::<Option<_>>().map(Shape::Union)
        }
        ExprKind::Name(written) => {
            let Some((name, declared)) = names.find(written, namespace) else {
                findings.push(names.unknown(written, expr.span, namespace));
                return None;
            };
            match declared.kind {
                DeclarationKind::Scalar => Some(Shape::Scalar(name)),
                DeclarationKind::Record
                | DeclarationKind::Enum
                | DeclarationKind::Fixed
                | DeclarationKind::Union => Some(Shape::Type(name)),
                DeclarationKind::Unclear => None,
            }
        }
    }
}

/// The shape of a field whose type, written as `expr`, has the shape `shape`: an optional union with a default begins
/// with what that is a value of, and null comes last.
pub(super) fn with_default(expr: &TypeExpr, shape: Shape) -> Shape {
    match (&expr.kind, shape) {
        (ExprKind::Optional(_), Shape::Union(mut branches)) => {
            branches.rotate_left(1);
            Shape::Union(branches)
        }
        (_, shape) => shape,
    }
}

/// Whether `shape`, written as `expr`, is a type that Avro has; what speaks against it is reported.
pub(super) fn validate(
    expr: &TypeExpr,
    shape: &Shape,
    expansions: &Expansions,
    findings: &mut Vec<Finding>,
) -> bool {
    match (&expr.kind, shape) {
        (ExprKind::List(expr), Shape::List(shape)) | (ExprKind::Map(expr), Shape::Map(shape)) => {
            validate(expr, shape, expansions, findings)
        }
        (ExprKind::Optional(expr), Shape::Optional(shape)) => {
            validate(expr, shape, expansions, findings)
                && validate_optional(expr, shape, expansions, findings)
        }
        (ExprKind::Optional(expr), Shape::Union(shapes)) => {
            let some = Shape::Union(shapes.iter().skip(1).cloned().collect());
            validate(expr, &some, expansions, findings)
                && validate_without_null(expr, &some, expansions, findings)
        }
        (ExprKind::Union(exprs), Shape::Union(shapes)) => {
            let valid: Vec<_> = exprs
                .iter()
                .zip(shapes)
                .map(|(expr, shape)| validate(expr, shape, expansions, findings))
                .collect();
            valid.into_iter().all(|valid| valid) && validate_branches(exprs, shapes, expansions, findings)
        }
        (_, Shape::Scalar(name) | Shape::Type(name)) => expansions.is_sound(name),
        (_, Shape::Builtin(_) | Shape::List(_) | Shape::Map(_) | Shape::Optional(_) | Shape::Union(_)) => {
            true
        }
    }
}

/// Whether `shapes` can be the branches of one union.
pub(super) fn validate_branches(
    exprs: &[TypeExpr],
    shapes: &[Shape],
    expansions: &Expansions,
    findings: &mut Vec<Finding>,
) -> bool {
    let mut seen: HashMap<Branch, Span> = HashMap::new();
    let before = findings.len();
    for (expr, shape) in exprs.iter().zip(shapes) {
        match expansions.branch(shape) {
            Branch::Union => findings.push(
                Finding::new(&rules::UNION_IN_UNION, "a branch of a union cannot be a union")
                    .at(expr.span, "this is a union already")
                    .help("name its branches here instead"),
            ),
            Branch::Nothing => {}
            branch @ (Branch::Unnamed(_) | Branch::Named(_)) => match seen.get(&branch) {
                Some(first) => findings.push(
                    Finding::new(
                        &rules::UNION_BRANCHES,
                        format!("two branches of this union travel as {}", branch.describe()),
                    )
                    .at(expr.span, "a reader cannot tell this one")
                    .and(*first, "from this one")
                    .help("declare a record around one of them, which gives it a name"),
                ),
                None => {
                    seen.insert(branch, expr.span);
                }
            },
        }
    }
    findings.len() == before
}

/// Whether no branch of an optional union is null already.
fn validate_without_null(
    expr: &TypeExpr,
    shape: &Shape,
    expansions: &Expansions,
    findings: &mut Vec<Finding>,
) -> bool {
    let (ExprKind::Union(exprs), Shape::Union(shapes)) = (&expr.kind, shape) else { return true };
    let mut branches = exprs.iter().zip(shapes);
    let Some((null, _)) = branches.find(|(_, shape)| expansions.branch(shape) == Branch::Unnamed("null"))
    else {
        return true;
    };
    findings.push(
        Finding::new(&rules::OPTIONAL_NULL, "a union with `null` is optional with or without `?`")
            .at(null.span, "this is null")
            .help("leave it out, for a default of null: `(A | B)?`; or leave out `?`, for none"),
    );
    false
}

fn validate_optional(
    expr: &TypeExpr,
    shape: &Shape,
    expansions: &Expansions,
    findings: &mut Vec<Finding>,
) -> bool {
    let finding = match expansions.branch(shape) {
        Branch::Union => Finding::new(&rules::UNION_IN_UNION, "a union cannot be optional by `?`")
            .at(expr.span, "this is a union already")
            .help("name its branches here, `(A | B)?`; or make `null` one of them where it is declared"),
        Branch::Unnamed("null") => Finding::new(&rules::OPTIONAL_NULL, "`null` is null with or without `?`")
            .at(expr.span, "this is null")
            .help("write `null`"),
        Branch::Unnamed(_) | Branch::Named(_) | Branch::Nothing => return true,
    };
    findings.push(finding);
    false
}
