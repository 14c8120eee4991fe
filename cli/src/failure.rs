use std::{error::Error, fmt, io, path::Path};

/// Why the tool could not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The reader of our output went away, as `head` does: the end, but no error.
    ClosedPipe,
    /// Anything else.
    Failed {
        /// Whether the command line asks for what is not there.
        usage: bool,
        /// What was attempted, or found.
        message: String,
        /// What to do.
        help: Option<String>,
        /// The cause, where it is somebody else's error.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl Failure {
    /// A failure that explains itself.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Failed { usage: false, message: message.into(), help: None, source: None }
    }

    /// A failure to make sense of the command line.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Failed { usage: true, message: message.into(), help: None, source: None }
    }

    /// A failure to do something to a file.
    pub(crate) fn file(attempt: &str, path: &Path, source: io::Error) -> Self {
        Self::new(format!("cannot {attempt} `{}`", path.display())).caused_by(source)
    }

    /// The same, with what to do.
    #[must_use]
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        if let Self::Failed { help, .. } = &mut self {
            *help = Some(text.into());
        }
        self
    }

    /// The same, with its cause.
    #[must_use]
    pub(crate) fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        if let Self::Failed { source, .. } = &mut self {
            *source = Some(cause.into());
        }
        self
    }

    /// A failure of which this one is the cause; what to do is the same.
    #[must_use]
    pub(crate) fn about(mut self, attempt: impl Into<String>) -> Self {
        let what_to_do = if let Self::Failed { help, .. } = &mut self { help.take() } else { None };
        let failure = Self::new(attempt).caused_by(self);
        match what_to_do {
            Some(text) => failure.help(text),
            None => failure,
        }
    }
}

/// Failures of our own output; those of files are made with [`Failure::file`], which names the file.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::new("cannot write the output").caused_by(error),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedPipe => f.write_str("the reader of the output went away"),
            Self::Failed { message, .. } => f.write_str(message),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::ClosedPipe => None,
            Self::Failed { source, .. } => source.as_deref().map(|source| source as _),
        }
    }
}
