use crate::compat::graph::{FieldMatch, Graph, Id, Node, Record};
use crate::compat::problem::{Described, Problem};

/// A pair of types whose parts are being compared, one after the other.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) pair: usize,
    pub(super) reader: Id,
    pub(super) writer: Id,
    /// The outermost pair that the answer relies on so far: the pair itself, or one under way that contains
    /// it.
    pub(super) relies_on: usize,
    /// The index of the next part. It is past the last one if no more parts are needed.
    next: usize,
    /// The expected index of the writer's next field: after the last one that was found.
    expected: usize,
    /// The number of field names that were looked up since the checker last subtracted it from its budget.
    pub(super) names: usize,
    /// The indices of the branches of the reader's union that may read the writer's type. `None` if every
    /// branch is compared.
    candidates: Option<Vec<usize>>,
}

/// What comes next in a frame.
pub(super) enum Part<'a> {
    /// Two types to compare.
    Pair(Id, Id, Edge),
    /// A problem of the frame's own pair.
    Problem(Problem<'a>),
    /// Nothing: all parts have been compared.
    End,
}

/// How a pair of types is reached from the pair that contains it, as the reference does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// It is the pair of the roots.
    Root,
    /// The items of both arrays.
    Items,
    /// The values of both maps.
    Values,
    /// The type of the reader's field with this index, and of the writer's field that it reads.
    Field(usize),
    /// A new field of an enum type with a default, and the writer's whole record: the reference uses the
    /// enum's default as the field's, and then compares the enum with the record.
    EnumField(usize),
    /// The reader's type, which is not a union, and a branch of the writer's union.
    WriterBranch(usize),
    /// The reader's union, and a branch of the writer's union.
    EachBranch {
        /// The index of the branch.
        index: usize,
        /// Its type.
        branch: Id,
    },
    /// A branch of the reader's union, and the writer's type, which is not a union.
    SomeBranch,
}

impl Frame {
    pub(super) fn new(pair: usize, reader: Id, writer: Id, candidates: Option<Vec<usize>>) -> Self {
        Self { pair, reader, writer, relies_on: pair, next: 0, expected: 0, names: 0, candidates }
    }

    /// Skips the remaining parts.
    pub(super) fn end(&mut self) {
        self.next = usize::MAX;
    }

    /// Returns the next part. Parts that are trivially compatible are skipped.
    ///
    /// # Errors
    /// Returns an error if a field of the reader matches several fields of the writer.
    pub(super) fn next<'a>(
        &mut self,
        reader: &'a Graph<'a>,
        writer: &'a Graph<'a>,
    ) -> Result<Part<'a>, Problem<'a>> {
        let part = match (reader.node(self.reader), writer.node(self.writer)) {
            (Node::Array(items), Node::Array(written)) => {
                self.index(1).map(|_| Part::Pair(*items, *written, Edge::Items))
            }
            (Node::Map(values), Node::Map(written)) => {
                self.index(1).map(|_| Part::Pair(*values, *written, Edge::Values))
            }
            (Node::Record(record), Node::Record(written)) => {
                return self.next_field(reader, record, writer, written);
            }
            (Node::Union(_), Node::Union(branches)) => {
                let branches = writer.branches(*branches);
                self.index(branches.len()).map(|index| {
                    let branch = branches[index];
                    Part::Pair(self.reader, branch, Edge::EachBranch { index, branch })
                })
            }
            (_, Node::Union(branches)) => {
                let branches = writer.branches(*branches);
                self.index(branches.len())
                    .map(|index| Part::Pair(self.reader, branches[index], Edge::WriterBranch(index)))
            }
            (Node::Union(branches), _) => {
                let branches = reader.branches(*branches);
                let (count, branch) = match &self.candidates {
                    Some(candidates) => {
                        (candidates.len(), candidates.get(self.next).map(|&index| branches[index]))
                    }
                    None => (branches.len(), branches.get(self.next).copied()),
                };
                // The part after the last branch is the problem that no branch matches.
                self.index(count + 1).map(|_| match branch {
                    Some(branch) => Part::Pair(branch, self.writer, Edge::SomeBranch),
                    None => {
                        Part::Problem(Problem::Branch { writer: Described(writer, self.writer), index: None })
                    }
                })
            }
            (
                Node::Primitive(_)
                | Node::Array(_)
                | Node::Map(_)
                | Node::Record(_)
                | Node::Enum(_)
                | Node::Fixed(_)
                | Node::Undefined(_),
                _,
            ) => None,
        };
        Ok(part.unwrap_or(Part::End))
    }

    fn next_field<'a>(
        &mut self,
        reader: &'a Graph<'a>,
        record: &Record<'a>,
        writer: &'a Graph<'a>,
        written: &Record<'a>,
    ) -> Result<Part<'a>, Problem<'a>> {
        let (fields, written_fields) = (reader.fields(record), writer.fields(written));
        while let Some(index) = self.index(fields.len()) {
            let field = &fields[index];
            self.names += 1 + field.aliases.len();
            match writer.match_field(written, field, self.expected) {
                FieldMatch::Field(found) => {
                    self.expected = found + 1;
                    let ty = written_fields[found].ty;
                    if !reader.reads_plainly(field.ty, writer, ty) {
                        return Ok(Part::Pair(field.ty, ty, Edge::Field(index)));
                    }
                }
                FieldMatch::Missing if field.default.is_some() => {}
                FieldMatch::Missing if reader.has_fallback(field.ty) => {
                    return Ok(Part::Pair(field.ty, self.writer, Edge::EnumField(index)));
                }
                FieldMatch::Missing => {
                    return Ok(Part::Problem(Problem::NewField { field: field.name, index }));
                }
                FieldMatch::Ambiguous(first, second) => {
                    let writer = [written_fields[first].name, written_fields[second].name];
                    return Err(Problem::Ambiguous { field: field.name, index, writer });
                }
            }
        }
        Ok(Part::End)
    }

    /// Returns the next of `count` indices, if there is one left.
    fn index(&mut self, count: usize) -> Option<usize> {
        (self.next < count).then(|| {
            self.next += 1;
            self.next - 1
        })
    }
}
