//! Tests of verdicts and plans: malicious and recursive schemas, and plans for typed values.

mod hostile;
mod recursion;
mod typed;
