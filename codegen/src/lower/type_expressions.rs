//! Resolves the names in type expressions, and checks that the types are valid.

use std::collections::HashMap;

use signalbook_diagnostics::{Finding, Span};
use signalbook_model::Primitive;

use super::expansion::{Branch, Expansions};
use super::names::{DeclarationKind, Names};
use crate::checked_registry::Shape;
use crate::rules;
use crate::syntax::{Builtin, ExprKind, TypeExpr};

const NULL: Shape = Shape::Builtin(Builtin::Primitive(Primitive::Null));

/// Returns the shape of `expr`. Reports unknown names, and then returns `None`.
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

/// Returns the shape of a field with the type `expr`, whose shape is `shape`. In an optional union with a
/// default other than null, the branch of the default is first, and null is last.
pub(super) fn with_default(expr: &TypeExpr, shape: Shape) -> Shape {
    match (&expr.kind, shape) {
        (ExprKind::Optional(_), Shape::Union(mut branches)) => {
            branches.rotate_left(1);
            Shape::Union(branches)
        }
        (_, shape) => shape,
    }
}

/// Returns true if `shape`, the shape of `expr`, is a valid Avro type. Reports the errors.
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

/// Returns true if `shapes` can be the branches of one union. Reports the errors.
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
                    .at(expr.span, "this is already a union")
                    .help("write the branches of that union here"),
            ),
            Branch::Nothing => {}
            branch @ (Branch::Unnamed(_) | Branch::Named(_)) => match seen.get(&branch) {
                Some(first) => findings.push(
                    Finding::new(
                        &rules::UNION_BRANCHES,
                        format!("two branches of this union have the wire form {}", branch.describe()),
                    )
                    .at(expr.span, "a reader cannot distinguish this branch")
                    .and(*first, "from this branch")
                    .help("declare a record around one of them, so that it has a name on the wire"),
                ),
                None => {
                    seen.insert(branch, expr.span);
                }
            },
        }
    }
    findings.len() == before
}

/// Returns true if no branch of an optional union is null. Reports a null branch.
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
        Finding::new(&rules::OPTIONAL_NULL, "a union with `null` is already optional")
            .at(null.span, "this is null")
            .help("remove `null` to get a default of null: `(A | B)?`; or remove `?` to get no default"),
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
        Branch::Union => Finding::new(&rules::UNION_IN_UNION, "a named union cannot be optional with `?`")
            .at(expr.span, "this is already a union")
            .help("write its branches here: `(A | B)?`; or add `null` to its declaration"),
        Branch::Unnamed("null") => Finding::new(&rules::OPTIONAL_NULL, "`null` cannot be optional")
            .at(expr.span, "this is null")
            .help("write `null`"),
        Branch::Unnamed(_) | Branch::Named(_) | Branch::Nothing => return true,
    };
    findings.push(finding);
    false
}
