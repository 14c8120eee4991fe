//! Verdicts on schemas that contain themselves.

use signalbook_model::Schema;
use signalbook_resolve::Plan;
use signalbook_resolve::compat::{IncompatibilityKind, check};

/// Returns a schema of the record `A`, whose field is a union of `branches`.
fn schema(branches: &str) -> Schema {
    let json = format!(
        r#"{{"type": "record", "name": "A", "fields": [{{"name": "c", "type": [{branches}], "default": ""}}]}}"#
    );
    Schema::parse_lenient(&json).expect("a schema").0
}

/// Returns the record `B`, whose field `f` has the type `ty`.
fn record(ty: &str) -> String {
    format!(
        r#"{{"type": "record", "name": "B", "fields": [
            {{"name": "f", "type": {ty}}}, {{"name": "c", "type": ["A", "B", "bytes"]}}]}}"#
    )
}

/// The reference compares the writer's `B` with the reader's union while it compares `A` with `B`. It assumes
/// that the outer pair is compatible, and keeps the inner answer when the outer pair is found to be
/// incompatible.
#[test]
fn an_answer_that_relies_on_an_incompatible_pair_is_discarded() {
    let reader = schema(&format!(r#""string", {}, "A""#, record(r#""long""#)));
    let writer = schema(&format!(r#""A", {}, "string""#, record(r#"["null", "long"]"#)));

    let compatibility = check(&reader, &writer);
    assert_eq!(compatibility.incompatibilities.len(), 1, "{compatibility:?}");
    assert_eq!(compatibility.incompatibilities[0].kind, IncompatibilityKind::MissingUnionBranch);

    // `c` is a `B` whose `f` is null and whose `c` has no bytes.
    let datum = [2, 0, 4, 0];
    let plan = Plan::new(&writer, &reader).expect("a plan");
    assert!(plan.transcode(&datum, &mut Vec::new()).is_err());
}
