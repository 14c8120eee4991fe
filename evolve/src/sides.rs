use signalbook_model::Direction;

use crate::pointers::PointerIndex;

/// The versions of a pair, one of which reads the data of the other.
#[derive(Clone, Copy)]
pub(crate) struct Sides<'a> {
    pub(crate) new: &'a PointerIndex<'a>,
    pub(crate) old: &'a PointerIndex<'a>,
    /// `Backward` if the new version is the reader.
    pub(crate) direction: Direction,
}

impl<'a> Sides<'a> {
    pub(crate) fn reader(self) -> &'a PointerIndex<'a> {
        self.ordered(self.new, self.old).0
    }

    pub(crate) fn writer(self) -> &'a PointerIndex<'a> {
        self.ordered(self.new, self.old).1
    }

    /// Returns the arguments as (new version, old version), and (new version, old version) as (reader,
    /// writer).
    pub(crate) fn ordered<T>(self, reader: T, writer: T) -> (T, T) {
        match self.direction {
            Direction::Backward => (reader, writer),
            Direction::Forward => (writer, reader),
        }
    }

    /// Returns the names in messages of the reader's version and of the writer's.
    pub(crate) fn labels(self) -> (&'static str, &'static str) {
        self.ordered("new", "old")
    }
}
