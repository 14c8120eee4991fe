use super::{Graph, Id, Node};

/// The place of the branch of a reader's union with which a decoder reads the writer's type, and whether by a promotion:
/// the branch of the same type, and of the same full name before one of the same simple name or alias; else the first that
/// promotes.
pub(crate) fn choose(
    reader: &Graph<'_>,
    branches: &[Id],
    writer: &Graph<'_>,
    written: Id,
) -> Option<(usize, bool)> {
    let by = |test: &dyn Fn(&Node<'_>) -> bool| branches.iter().position(|branch| test(reader.node(*branch)));
    let written = writer.node(written);
    if let Some(place) =
        by(&|branch| branch.is_exactly(written)).or_else(|| by(&|branch| branch.accepts(written)))
    {
        return Some((place, false));
    }
    let Node::Primitive(written) = written else { return None };
    let promoted = by(&|branch| matches!(branch, Node::Primitive(branch) if branch.reads(*written)));
    promoted.map(|place| (place, true))
}

/// Whether both types are the same, definitions by name.
pub(crate) fn same_type(reader: &Graph<'_>, read: Id, writer: &Graph<'_>, written: Id) -> bool {
    match (reader.node(read), writer.node(written)) {
        (Node::Array(read), Node::Array(written)) | (Node::Map(read), Node::Map(written)) => {
            same_type(reader, *read, writer, *written)
        }
        (Node::Union(read), Node::Union(written)) => {
            let (read, written) = (reader.branches(*read), writer.branches(*written));
            read.len() == written.len()
                && read.iter().zip(written).all(|(read, written)| same_type(reader, *read, writer, *written))
        }
        (new, old) => new.is_exactly(old) && reader.logical(read) == writer.logical(written),
    }
}
