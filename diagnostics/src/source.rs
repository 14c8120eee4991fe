use std::ops::Range;

/// Which of the [`Sources`] a [`Span`] lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(usize);

/// A stretch of a file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The bytes of the file.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// The texts that findings point into, each by its name.
///
/// The order in which files are added is the order in which their findings are shown.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file; `name` is how findings call it, a path relative to where the user works.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.push(Source::new(name.into(), text.into(), None))
    }

    /// As [`add`](Self::add), for what is no file where the user works: `name` says where it is, too, as in `schemas/shop.toml
    /// at main`. Findings show it to people alone, as tools look for files.
    pub fn add_elsewhere(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.push(Source { elsewhere: true, ..Source::new(name.into(), text.into(), None) })
    }

    /// As [`add`](Self::add), for bytes that should be text in UTF-8. What is none stands as U+FFFD in the text.
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

    /// The file that `id` names, unless `id` comes from other sources.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0)
    }

    /// Every file, in the order added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(index, source)| (FileId(index), source))
    }

    fn push(&mut self, source: Source) -> FileId {
        self.files.push(source);
        FileId(self.files.len() - 1)
    }
}

/// One text, with its name.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
    broken_at: Option<usize>,
    elsewhere: bool,
}

/// A place in a text as people count: from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
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

    /// How findings call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is no file where the user works.
    pub fn is_elsewhere(&self) -> bool {
        self.elsewhere
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first byte of the file that was not UTF-8, if there was one; a U+FFFD begins there in its place.
    pub fn broken_at(&self) -> Option<usize> {
        self.broken_at
    }

    /// The place of a byte; past the end, that of the end.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let before = self.text.get(self.line_starts[line - 1]..offset);
        Position { line, column: before.map_or(0, |text| text.chars().count()) + 1 }
    }

    /// A line, with its end; past the last line, nothing.
    pub fn line(&self, line: usize) -> &str {
        self.text.get(self.line_start(line)..self.line_start(line + 1)).unwrap_or_default()
    }

    /// The byte at which a line begins; past the last line, the end of the text.
    pub fn line_start(&self, line: usize) -> usize {
        self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }
}
