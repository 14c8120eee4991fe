//! Findings with a place, waivers, and their rendering in the form of rustc.
