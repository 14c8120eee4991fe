use std::ops::Range;

/// The id of a file in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(usize);

/// A range of bytes in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// Returns the range of bytes in the file.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// The files in which findings have locations.
///
/// Findings are shown in the order in which their files were added.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Creates an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. Findings show its `name`, a path relative to the working directory.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.push(Source::new(name.into(), text.into(), None))
    }

    /// As [`add`](Self::add), for a text that is not a file in the working directory. `name` also says where
    /// it is, as in `schemas/shop.toml at main`. Formats for tools leave it out, because tools expect files.
    pub fn add_elsewhere(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.push(Source { elsewhere: true, ..Source::new(name.into(), text.into(), None) })
    }

    /// As [`add`](Self::add), for bytes that should be UTF-8. Invalid bytes are replaced by U+FFFD.
    pub fn add_bytes(&mut self, name: impl Into<String>, bytes: Vec<u8>) -> FileId {
        let source = match String::from_utf8(bytes) {
            Ok(text) => Source::new(name.into(), text, None),
            Err(error) => {
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Source::new(name.into(), text, Some(error.utf8_error().valid_up_to()))
            }
        };
        self.push(source)
    }

    /// Returns the file with this id. Returns `None` for the id of another collection.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0)
    }

    /// Returns every file, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(index, source)| (FileId(index), source))
    }

    fn push(&mut self, source: Source) -> FileId {
        self.files.push(source);
        FileId(self.files.len() - 1)
    }
}

/// A text and its name.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
    broken_at: Option<usize>,
    elsewhere: bool,
}

/// A line and a column of a text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Source {
    fn new(name: String, text: String, broken_at: Option<usize>) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
        Self { name, text, line_starts, broken_at, elsewhere: false }
    }

    /// Returns its name in findings.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is not a file in the working directory.
    pub fn is_elsewhere(&self) -> bool {
        self.elsewhere
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the offset of the first invalid byte, if the file was not UTF-8. The text has a U+FFFD there.
    pub fn broken_at(&self) -> Option<usize> {
        self.broken_at
    }

    /// Returns the line and column of a byte. An offset after the end has those of the end.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let before = self.text.get(self.line_starts[line - 1]..offset);
        LineColumn { line, column: before.map_or(0, |text| text.chars().count()) + 1 }
    }

    /// Returns a line with its line ending. Returns an empty string after the last line.
    pub fn line(&self, line: usize) -> &str {
        self.text.get(self.line_start(line)..self.line_start(line + 1)).unwrap_or_default()
    }

    /// Returns the offset of the start of a line. Returns the length of the text after the last line.
    pub fn line_start(&self, line: usize) -> usize {
        self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }
}
