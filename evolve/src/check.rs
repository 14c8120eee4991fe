use signalbook_model::Schema;

use crate::walk::{Stopped, Walk};
use crate::{Compatibility, Graph, Verdict};

/// Whether `reader` reads what `writer` wrote, as the reference decides it (Apache Avro for Java 1.12,
/// `SchemaCompatibility`).
///
/// The time is near linear in the size of the schemas, but for unions of many branches on both sides: there each branch
/// of the writer is compared with those of the reader until one reads it.
pub fn check(reader: &Schema, writer: &Schema) -> Compatibility {
    Graph::new(reader).reads(&Graph::new(writer))
}

impl Graph<'_> {
    /// What [`check`] says of this schema as the reader.
    pub fn reads(&self, writer: &Graph<'_>) -> Compatibility {
        let mut walk = Walk::new(self, writer);
        let incompatibilities = match walk.run() {
            Ok(()) => walk.incompatibilities(),
            Err(Stopped { pair, problem }) => vec![walk.incompatibility(pair, &problem)],
        };
        let verdict = if incompatibilities.is_empty() { Verdict::Compatible } else { Verdict::Incompatible };
        Compatibility { verdict, incompatibilities }
    }
}
