use signalbook_model::Schema;

use crate::compat::checker::{Stopped, Walk};
use crate::{Compatibility, Graph, Verdict};

/// Whether `reader` reads what `writer` wrote, as the reference decides it (Apache Avro for Java 1.12,
/// `SchemaCompatibility`).
///
/// The time is near linear in the size of the schemas. Of unions of many branches on both sides that holds as long as the
/// reader's branches are definitions that are used nowhere else, nor what they are made of, and have no aliases of fields:
/// those are found by their names. With others each branch of the writer is compared until one reads it, as the reference
/// does, whose list tells in which order.
pub fn check(reader: &Schema, writer: &Schema) -> Compatibility {
    Graph::new(reader).reads(&Graph::new(writer))
}

impl Graph<'_> {
    /// What [`check`] says of this schema as the reader.
    pub fn reads(&self, writer: &Graph<'_>) -> Compatibility {
        let mut walk = Walk::new(self, writer);
        let incompatibilities = match walk.run() {
            Ok(()) => walk.incompatibilities(),
            Err(Stopped { pair, problem, .. }) => vec![walk.incompatibility(pair, &problem)],
        };
        let verdict = if incompatibilities.is_empty() { Verdict::Compatible } else { Verdict::Incompatible };
        Compatibility { verdict, incompatibilities }
    }
}
