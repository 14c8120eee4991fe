use crate::compat::graph::{Graph, Id, Node, Record, Written};
use crate::compat::problem::{Described, Problem};

/// A pair whose parts are being compared, one after the other.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) pair: usize,
    pub(crate) reader: Id,
    pub(crate) writer: Id,
    /// The part that is next; past the last for a pair that needs no more.
    next: usize,
    /// Where the writer's next field is expected: after the one that was found last.
    expected: usize,
    /// The branches of the reader's union that may read the writer's type; none where each is compared.
    candidates: Option<Vec<Id>>,
}

/// What comes next in a frame.
pub(crate) enum Part<'a> {
    /// Two types to be compared.
    Pair(Id, Id, Step),
    /// A problem of the frame's own.
    Problem(Problem<'a>),
    /// Nothing.
    End,
}

/// The way from a pair to one below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// None: the roots.
    Root,
    /// The items of both arrays.
    Items,
    /// The values of both maps.
    Values,
    /// The types of the reader's field with this place, and of the writer's field that it reads.
    Field(usize),
    /// A new field of an enum type with a fallback, and the writer's whole record: the reference takes the enum's default
    /// for the field's, and then fails to read a record as an enum.
    EnumField(usize),
    /// The reader's type, which is no union, and a branch of the writer's union.
    WriterBranch(usize),
    /// The reader's union, and a branch of the writer's.
    EachBranch {
        /// The branch's place.
        place: usize,
        /// Its type.
        branch: Id,
    },
    /// A branch of the reader's union, and the writer's type, which is none.
    SomeBranch,
}

impl Frame {
    pub(crate) fn new(pair: usize, reader: Id, writer: Id, candidates: Option<Vec<Id>>) -> Self {
        Self { pair, reader, writer, next: 0, expected: 0, candidates }
    }

    /// Leaves out the parts that are left.
    pub(crate) fn end(&mut self) {
        self.next = usize::MAX;
    }

    /// The next part; those that are plainly compatible are passed over.
    ///
    /// # Errors
    /// A reader's field that is several of the writer's.
    pub(crate) fn next<'a>(
        &mut self,
        reader: &'a Graph<'a>,
        writer: &'a Graph<'a>,
    ) -> Result<Part<'a>, Problem<'a>> {
        let part = match (reader.node(self.reader), writer.node(self.writer)) {
            (Node::Array(items), Node::Array(written)) => {
                self.place(1).map(|_| Part::Pair(*items, *written, Step::Items))
            }
            (Node::Map(values), Node::Map(written)) => {
                self.place(1).map(|_| Part::Pair(*values, *written, Step::Values))
            }
            (Node::Record(record), Node::Record(written)) => {
                return self.next_field(reader, record, writer, written);
            }
            (Node::Union(_), Node::Union(branches)) => {
                let branches = writer.branches(*branches);
                self.place(branches.len()).map(|place| {
                    let branch = branches[place];
                    Part::Pair(self.reader, branch, Step::EachBranch { place, branch })
                })
            }
            (_, Node::Union(branches)) => {
                let branches = writer.branches(*branches);
                self.place(branches.len())
                    .map(|place| Part::Pair(self.reader, branches[place], Step::WriterBranch(place)))
            }
            (Node::Union(branches), _) => {
                let branches = self.candidates.as_deref().unwrap_or(reader.branches(*branches));
                // After the last branch, that there is none.
                let (count, branch) = (branches.len(), branches.get(self.next).copied());
                self.place(count + 1).map(|_| match branch {
                    Some(branch) => Part::Pair(branch, self.writer, Step::SomeBranch),
                    None => {
                        Part::Problem(Problem::Branch { writer: Described(writer, self.writer), place: None })
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
        while let Some(place) = self.place(fields.len()) {
            let field = &fields[place];
            match writer.written(written, field, self.expected) {
                Written::As(found) => {
                    self.expected = found + 1;
                    let ty = written_fields[found].ty;
                    if !reader.reads_plainly(field.ty, writer, ty) {
                        return Ok(Part::Pair(field.ty, ty, Step::Field(place)));
                    }
                }
                Written::Never if field.default.is_some() => {}
                Written::Never if reader.has_fallback(field.ty) => {
                    return Ok(Part::Pair(field.ty, self.writer, Step::EnumField(place)));
                }
                Written::Never => return Ok(Part::Problem(Problem::NewField { field: field.name, place })),
                Written::Twice(first, second) => {
                    let writer = [written_fields[first].name, written_fields[second].name];
                    return Err(Problem::Ambiguous { field: field.name, place, writer });
                }
            }
        }
        Ok(Part::End)
    }

    /// The next of `count` places, if there is one left.
    fn place(&mut self, count: usize) -> Option<usize> {
        (self.next < count).then(|| {
            self.next += 1;
            self.next - 1
        })
    }
}
