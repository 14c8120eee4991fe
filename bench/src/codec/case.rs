use std::{hint::black_box, time::Instant};

use clap::ValueEnum;
use serde::Serialize;

/// What is written and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Payload {
    /// Three texts and a flag.
    Small,
    /// The event of an enrolment.
    Medium,
    /// As medium, with 256 different values in turn: what no branch predictor learns by heart.
    Varied,
    /// A hundred records, a map, bytes and numbers.
    Large,
}

/// What is done with a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(crate) enum Op {
    /// Write into a buffer that is reused.
    Encode,
    /// Read into a new value that owns its data, and drop it.
    DecodeOwned,
    /// Read into a value that borrows from the buffer.
    DecodeBorrowed,
    /// Read into a value that exists.
    DecodeReused,
    /// Read what was written with an older schema into a new value that owns its data.
    DecodeResolved,
}

impl Payload {
    /// Its name, as options and rows have it.
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
    /// Its name, as options and rows have it.
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
    /// How many inputs it takes in turn.
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

    /// Nanoseconds an operation, over `times` of them.
    pub(crate) fn time(&mut self, times: usize) -> f64 {
        let started = Instant::now();
        self.repeat(times);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let times = times as f64;
        started.elapsed().as_secs_f64() * 1e9 / times
    }
}
