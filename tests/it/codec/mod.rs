//! The derives and the codec, on types written by hand.

mod derive;
mod hostile;
mod oracle;
mod rich;
mod wire;
