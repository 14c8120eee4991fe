//! The registry language, from files in to contract and findings out.

mod emission;
mod invalid;
mod openedx;
