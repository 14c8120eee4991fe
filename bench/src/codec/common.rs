use std::fmt;

use rkyv::{
    api::high::{HighDeserializer, HighSerializer, HighValidator},
    bytecheck::CheckBytes,
    rancor::Error,
    ser::allocator::ArenaHandle,
    util::AlignedVec,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    hand_written::{self, Cursor, HandWritten, Refused},
    payload_types::{
        batch::{self, Batch, BatchRef},
        enrollment::{self, CourseEnrollmentData, CourseEnrollmentDataRef},
        evolved::{OldBatch, OldEnrollment},
        skill::{self, SkillVerified, SkillVerifiedRef},
    },
};

/// A type that all peers can encode and decode.
pub(crate) trait Common:
    Clone
    + fmt::Debug
    + PartialEq
    + signalbook::Encode
    + for<'de> signalbook::Decode<'de>
    + for<'de> HandWritten<'de>
    + Serialize
    + DeserializeOwned
    + bincode::Encode
    + bincode::Decode<()>
    + for<'a> rkyv::Serialize<HighSerializer<AlignedVec, ArenaHandle<'a>, Error>>
    + rkyv::Archive<
        Archived: for<'a> CheckBytes<HighValidator<'a, Error>>
                      + rkyv::Deserialize<Self, HighDeserializer<Error>>,
    > + 'static
{
    /// The form that borrows from the buffer.
    type Borrowed<'de>: signalbook::Decode<'de>
        + HandWritten<'de>
        + Deserialize<'de>
        + bincode::BorrowDecode<'de, ()>;

    /// The protocol buffers message.
    type Proto: prost::Message + Clone + Default + DeserializeOwned;

    /// Whether the borrowed form can borrow from JSON. Bytes cannot: JSON writes them as numbers.
    const BORROWS_FROM_JSON: bool = true;
}

impl Common for SkillVerified {
    type Borrowed<'de> = SkillVerifiedRef<'de>;
    type Proto = skill::proto::SkillVerified;
}

impl Common for CourseEnrollmentData {
    type Borrowed<'de> = CourseEnrollmentDataRef<'de>;
    type Proto = enrollment::proto::CourseEnrollmentData;
}

impl Common for Batch {
    type Borrowed<'de> = BatchRef<'de>;
    type Proto = batch::proto::Batch;
    const BORROWS_FROM_JSON: bool = false;
}

/// The type that an evolved payload is decoded as.
pub(crate) trait Reader:
    fmt::Debug + PartialEq + for<'de> signalbook::Decode<'de> + DeserializeOwned
{
    /// The hand-written decoder for this pair of schemas.
    fn read_by_hand(input: &mut Cursor<'_>) -> Result<Self, Refused>;
}

impl Reader for OldEnrollment {
    fn read_by_hand(input: &mut Cursor<'_>) -> Result<Self, Refused> {
        hand_written::read_enrollment(input)
    }
}

impl Reader for OldBatch {
    fn read_by_hand(input: &mut Cursor<'_>) -> Result<Self, Refused> {
        hand_written::read_batch(input)
    }
}
