//! Verdicts and plans: of hostile and recursive schemas, and for code that knows what values mean.

mod hostile;
mod recursion;
mod typed;
