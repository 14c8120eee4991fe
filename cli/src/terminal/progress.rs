//! A progress bar on stderr, if stderr is a terminal.

use std::io::Read;

use crate::terminal::Terminal;

/// A bar that shows the number of processed bytes.
#[derive(Debug)]
pub(crate) struct Progress {
    #[cfg(feature = "progress")]
    bar: indicatif::ProgressBar,
}

#[cfg(feature = "progress")]
impl Progress {
    /// Makes a bar of `total` bytes, or a counter if there is no total. It is hidden if quiet, or if stderr
    /// is not a terminal.
    pub(crate) fn bytes(terminal: &Terminal, total: Option<u64>) -> Self {
        use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
        let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
        bar.set_draw_target(if terminal.is_quiet() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        });
        let template = match total {
            Some(_) => "{bar:30} {binary_bytes} of {binary_total_bytes}, {eta} left",
            None => "{spinner} {binary_bytes}, {binary_bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Advances the bar.
    pub(crate) fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    /// Wraps `input`, so that reading advances the bar.
    pub(crate) fn reading(&self, input: impl Read) -> impl Read {
        self.bar.wrap_read(input)
    }

    /// Hides the bar while `print` runs.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
}

#[cfg(feature = "progress")]
impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(not(feature = "progress"))]
#[expect(clippy::unused_self, reason = "the same calls as with the feature")]
impl Progress {
    pub(crate) fn bytes(_terminal: &Terminal, _total: Option<u64>) -> Self {
        Self {}
    }

    pub(crate) fn advance(&self, _bytes: u64) {}

    pub(crate) fn reading(&self, input: impl Read) -> impl Read {
        input
    }

    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        print()
    }
}
