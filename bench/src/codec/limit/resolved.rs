//! Decoders for one pair of schemas each: they read data of the old schema as values of the new one.

use super::{Cursor, Limit, Refused};
use crate::codec::payloads::evolved::{OldBatch, OldEnrollment, OldItem, OldUser};

const ROOM: usize = 1 << 16;

pub(crate) fn read_enrollment(input: &mut Cursor<'_>) -> Result<OldEnrollment, Refused> {
    let user = read_user(input)?;
    let course = Limit::read(input)?;
    let mode = Limit::read(input)?;
    input.bytes()?;
    Ok(OldEnrollment {
        mode,
        user,
        course,
        is_active: input.boolean()?,
        creation_date: Limit::read(input)?,
        source: "unknown".to_owned(),
        created_by: if input.is_some()? { Some(read_user(input)?) } else { None },
    })
}

fn read_user(input: &mut Cursor<'_>) -> Result<OldUser, Refused> {
    let id = i64::from(input.int()?);
    let is_active = input.boolean()?;
    Ok(OldUser { pii: Limit::read(input)?, id, is_active })
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
        counters: Limit::read(input)?,
        blob: Limit::read(input)?,
        samples: Limit::read(input)?,
    })
}

fn read_item(input: &mut Cursor<'_>) -> Result<OldItem, Refused> {
    let id = Limit::read(input)?;
    let kind = Limit::read(input)?;
    let title = Limit::read(input)?;
    input.bytes()?;
    Ok(OldItem {
        count: i64::from(input.int()?),
        id,
        kind,
        title,
        note: Limit::read(input)?,
        tag: "none".to_owned(),
    })
}
