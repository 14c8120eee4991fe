//! Plans of hostile schemas, and plans for code that knows what values mean.

mod hostile;
mod typed;
