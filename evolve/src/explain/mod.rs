//! Explains why a reader cannot read a writer, in the terms of the registry.

pub(crate) mod explainer;
pub(crate) mod pair_finding;
pub(crate) mod type_label;

use signalbook_model::{Direction, Schema};

use crate::{Graph, PairFinding, VersionPair};

/// Returns the root causes of why `reader` cannot read data of `writer`. The list is empty if
/// [`check`](crate::check) finds the pair compatible.
///
/// Each root cause has its own location, also inside unions. It has a witness, or a note that says why it
/// has no witness: see [`PairFinding::witness`]. Values in witnesses are in Avro's form. The reader counts as
/// the new version. The list has at most 1000 entries.
pub fn incompatibilities(reader: &Schema, writer: &Schema) -> Vec<PairFinding> {
    let (graph, writer_graph) = (Graph::new(reader), Graph::new(writer));
    if graph.check(&writer_graph).is_compatible() {
        return Vec::new();
    }
    let pair = VersionPair::of_schemas((reader, &graph), (writer, &writer_graph));
    let mut findings: Vec<PairFinding> = Vec::new();
    for finding in pair.incompatibilities(Direction::Backward) {
        let key = |finding: &PairFinding| (finding.rule, finding.path.clone(), finding.title.clone());
        match findings.iter_mut().find(|known| key(known) == key(&finding)) {
            Some(known) => known.witness = known.witness.take().or(finding.witness),
            None => findings.push(finding),
        }
    }
    findings
}
