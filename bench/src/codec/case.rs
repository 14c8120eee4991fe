use std::{hint::black_box, time::Instant};

use clap::ValueEnum;
use serde::Serialize;

/// A payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Payload {
    /// Three strings and a flag.
    Small,
    /// The event of an enrolment.
    Medium,
    /// Like medium, but with 256 different values in turn, which no branch predictor can learn.
    Varied,
    /// A hundred records, a map, bytes and numbers.
    Large,
}

/// An operation on a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(crate) enum Op {
    /// Encode into a reused buffer.
    Encode,
    /// Decode into a new value that owns its data, and drop it.
    DecodeOwned,
    /// Decode into a value that borrows from the buffer.
    DecodeBorrowed,
    /// Decode into an existing value.
    DecodeReused,
    /// Decode data of an older schema into a new value that owns its data.
    DecodeResolved,
}

impl Payload {
    /// The name in options and rows.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Varied => "varied",
            Self::Large => "large",
        }
    }
}

impl Op {
    /// The name in options and rows.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Encode => "encode",
            Self::DecodeOwned => "decode_owned",
            Self::DecodeBorrowed => "decode_borrowed",
            Self::DecodeReused => "decode_reused",
            Self::DecodeResolved => "decode_resolved",
        }
    }
}

/// An operation of one library on one payload.
pub(crate) struct Case<'a> {
    pub(crate) payload: Payload,
    pub(crate) op: Op,
    pub(crate) lib: &'static str,
    /// The number of inputs that it uses in turn.
    pub(crate) inputs: usize,
    repeat: Box<dyn FnMut(usize) + 'a>,
}

impl<'a> Case<'a> {
    /// Calls `operation` with each of `inputs` in turn.
    pub(crate) fn new<I, O>(
        payload: Payload,
        op: Op,
        lib: &'static str,
        inputs: &'a [I],
        mut operation: impl FnMut(&'a I) -> O + 'a,
    ) -> Self {
        let mut turn = inputs.iter().cycle();
        let repeat = move |times| {
            for input in turn.by_ref().take(times) {
                black_box(&operation(black_box(input)));
            }
        };
        Self { payload, op, lib, inputs: inputs.len(), repeat: Box::new(repeat) }
    }

    #[inline(never)]
    pub(crate) fn repeat(&mut self, times: usize) {
        (self.repeat)(times);
    }

    /// Runs `times` operations and returns the nanoseconds per operation.
    pub(crate) fn time(&mut self, times: usize) -> f64 {
        let started = Instant::now();
        self.repeat(times);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let times = times as f64;
        started.elapsed().as_secs_f64() * 1e9 / times
    }
}
