use signalbook_diagnostics::Finding;
use signalbook_model::{Direction, Mode, Name, Schema, Type};

use crate::explain::pointers::Places;
use crate::explain::registry_names::Origins;
use crate::explain::wire::Wire;
use crate::report::found::Grouped;
use crate::{Candidate, Graph, Version};

/// What hinders `reader` from reading what `writer` wrote: findings with their
/// [`Evidence`](signalbook_diagnostics::Evidence); empty for a pair that [`check`](crate::check) calls compatible.
///
/// Each names the true cause, inside unions as well, points into both schemas, and has a witness or says what the
/// reference's reader makes of the data. The evidence calls the writer minor 0, and the reader minor 1. The list has a
/// thousand entries at most.
pub fn hindrances(reader: &Schema, writer: &Schema) -> Vec<Finding> {
    let (graph, writer_graph) = (Graph::new(reader), Graph::new(writer));
    if graph.check(&writer_graph).is_compatible() {
        return Vec::new();
    }
    let event_type = match &reader.root {
        Type::Named(name) => name.clone(),
        _ => Name::new("schema"),
    };
    let version =
        |minor, label: &str, schema| Version { minor, label: label.to_owned(), schema, facts: None };
    let candidate = Candidate {
        event_type: &event_type,
        mode: Mode::Backward,
        registry: None,
        new: Some(version(1, "the reader", reader)),
        accepted: vec![version(0, "the writer", writer)],
    };
    let origins = Origins::new(&event_type, None);
    let (places, writer_places) = (Places::new(&graph), Places::new(&writer_graph));
    let wire = Wire::new(&places, &writer_places, Direction::Backward, &origins);
    let mut found = Grouped::default();
    if let (Some(new), [old]) = (&candidate.new, candidate.accepted.as_slice()) {
        for hindrance in wire.found((new, old)) {
            found.add(hindrance, Some(old.minor));
        }
    }
    found.into_findings(&candidate).collect()
}
