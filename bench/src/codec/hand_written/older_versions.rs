//! Decoders for one pair of schemas each: they read data of the old schema as values of the new one.

use super::{Cursor, HandWritten, Refused};
use crate::codec::payload_types::evolved::{OldBatch, OldEnrollment, OldItem, OldUser};

const ROOM: usize = 1 << 16;

pub(crate) fn read_enrollment(input: &mut Cursor<'_>) -> Result<OldEnrollment, Refused> {
    let user = read_user(input)?;
    let course = HandWritten::read(input)?;
    let mode = HandWritten::read(input)?;
    input.bytes()?;
    Ok(OldEnrollment {
        mode,
        user,
        course,
        is_active: input.boolean()?,
        creation_date: HandWritten::read(input)?,
        source: "unknown".to_owned(),
        created_by: if input.is_some()? { Some(read_user(input)?) } else { None },
    })
}

fn read_user(input: &mut Cursor<'_>) -> Result<OldUser, Refused> {
    let id = i64::from(input.int()?);
    let is_active = input.boolean()?;
    Ok(OldUser { pii: HandWritten::read(input)?, id, is_active })
}

pub(crate) fn read_batch(input: &mut Cursor<'_>) -> Result<OldBatch, Refused> {
    let mut items = Vec::new();
    input.blocks(|input, count| {
        items.reserve(count.min(ROOM / size_of::<OldItem>()));
        for _ in 0..count {
            items.push(read_item(input)?);
        }
        Ok(())
    })?;
    Ok(OldBatch {
        items,
        counters: HandWritten::read(input)?,
        blob: HandWritten::read(input)?,
        samples: HandWritten::read(input)?,
    })
}

fn read_item(input: &mut Cursor<'_>) -> Result<OldItem, Refused> {
    let id = HandWritten::read(input)?;
    let kind = HandWritten::read(input)?;
    let title = HandWritten::read(input)?;
    input.bytes()?;
    Ok(OldItem {
        count: i64::from(input.int()?),
        id,
        kind,
        title,
        note: HandWritten::read(input)?,
        tag: "none".to_owned(),
    })
}
