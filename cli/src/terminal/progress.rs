//! How far long work has come: a bar on stderr, on a terminal only.

use std::io::Read;

use crate::terminal::Terminal;

/// A bar that shows how many bytes are done.
#[derive(Debug)]
pub(crate) struct Progress {
    #[cfg(feature = "progress")]
    bar: indicatif::ProgressBar,
}

#[cfg(feature = "progress")]
impl Progress {
    /// A bar of `total` bytes; without a total it counts. Invisible when quiet, or where stderr is no
    /// terminal.
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

    /// More is done.
    pub(crate) fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    /// `input`, of which each byte that is read is done.
    pub(crate) fn reading(&self, input: impl Read) -> impl Read {
        self.bar.wrap_read(input)
    }

    /// Prints without being in the way.
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
