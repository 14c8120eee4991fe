use std::{error::Error, fmt, io, path::Path};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The reader of the output closed the pipe, as `head` does. This ends the command, but is not an error.
    ClosedPipe,
    /// Any other failure.
    Failed {
        /// Whether the command line is wrong.
        usage: bool,
        /// What failed.
        message: String,
        /// What to do.
        help: Option<String>,
        /// The cause, if it is an error of another part.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl Failure {
    /// Makes a failure from a message.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Failed { usage: false, message: message.into(), help: None, source: None }
    }

    /// Makes a failure about wrong usage.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Failed { usage: true, message: message.into(), help: None, source: None }
    }

    /// Makes a failure about a file.
    pub(crate) fn file(attempt: &str, path: &Path, source: io::Error) -> Self {
        Self::new(format!("cannot {attempt} `{}`", path.display())).caused_by(source)
    }

    /// Adds what to do.
    #[must_use]
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        if let Self::Failed { help, .. } = &mut self {
            *help = Some(text.into());
        }
        self
    }

    /// Adds the cause.
    #[must_use]
    pub(crate) fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        if let Self::Failed { source, .. } = &mut self {
            *source = Some(cause.into());
        }
        self
    }

    /// Makes a failure with this one as its cause. What to do stays the same.
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

/// Converts errors of the output. For errors of files, use [`Failure::file`], which names the file.
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
            Self::ClosedPipe => f.write_str("the output was closed"),
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
