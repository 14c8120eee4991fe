use std::any::type_name;

use jiff::civil::{Date, DateTime, Time, date};
use jiff::{SignedDuration, Timestamp};
use signalbook_model::{Builder, Logical, Primitive, Type};

use crate::traits::Shape;
use crate::{
    AsKey, Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs,
    EncodeError, Encoder, Expected, Key,
};

macro_rules! adapters {
    ($($(#[$doc:meta])* $adapter:ident: $rust:ty, $kind:ident = $method:ident, $units:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// Encoding rounds to the unit, towards the past.
        #[derive(Clone, Copy, Debug)]
        pub enum $adapter {}

        #[diagnostic::do_not_recommend]
        impl Describe for $adapter {
            const SHAPE: Shape = Shape::Logical(Logical::$adapter);

            fn describe(_: &mut Builder) -> Type {
                Type::Logical(Logical::$adapter)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Branch for $adapter {
            const KIND: BranchKind = BranchKind::Primitive(Primitive::$kind);
        }

        impl EncodeAs<$rust> for $adapter {
            fn encode_as(value: &$rust, out: &mut Encoder<'_>) {
                match count(value, $units).and_then(|count| count.try_into().ok()) {
                    Some(count) => out.$method(count),
                    None => out.fail(out_of_range::<$rust>(Logical::$adapter)),
                }
            }
        }

        impl<'de> DecodeAs<'de, $rust> for $adapter {
            fn decode_as(input: &mut Decoder<'de>) -> Result<$rust, DecodeError> {
                let offset = input.offset();
                let count = input.$method()?;
                moment(count.into(), $units).ok_or_else(|| unexpected(offset, Logical::$adapter))
            }
        }

        #[diagnostic::do_not_recommend]
        impl AsKey<$rust> for $adapter {
            fn as_key(value: &$rust) -> Option<Key<'_>> {
                count(value, $units).and_then(|count| count.try_into().ok()).map(Key::$kind)
            }
        }
    )*};
}

adapters! {
    /// The adapter of a time of day as milliseconds since midnight.
    TimeMillis: Time, Int = int, 1_000;
    /// The adapter of a time of day as microseconds since midnight.
    TimeMicros: Time, Long = long, 1_000_000;
    /// The adapter of a timestamp as milliseconds since 1970-01-01T00:00:00Z.
    TimestampMillis: Timestamp, Long = long, 1_000;
    /// The adapter of a timestamp as microseconds since 1970-01-01T00:00:00Z.
    TimestampMicros: Timestamp, Long = long, 1_000_000;
    /// The adapter of a timestamp as nanoseconds since 1970-01-01T00:00:00Z.
    TimestampNanos: Timestamp, Long = long, 1_000_000_000;
    /// The adapter of a date and time without a zone as milliseconds since 1970-01-01T00:00:00.
    LocalTimestampMillis: DateTime, Long = long, 1_000;
    /// The adapter of a date and time without a zone as microseconds since 1970-01-01T00:00:00.
    LocalTimestampMicros: DateTime, Long = long, 1_000_000;
    /// The adapter of a date and time without a zone as nanoseconds since 1970-01-01T00:00:00.
    LocalTimestampNanos: DateTime, Long = long, 1_000_000_000;
}

/// An int: days since 1970-01-01.
#[diagnostic::do_not_recommend]
impl Describe for Date {
    const SHAPE: Shape = Shape::Logical(Logical::Date);

    fn describe(_: &mut Builder) -> Type {
        Type::Logical(Logical::Date)
    }
}

#[diagnostic::do_not_recommend]
impl Branch for Date {
    const KIND: BranchKind = BranchKind::Primitive(Primitive::Int);
}

#[diagnostic::do_not_recommend]
impl Encode for Date {
    fn encode(&self, out: &mut Encoder<'_>) {
        match days(*self) {
            Some(days) => out.int(days),
            None => out.fail(out_of_range::<Self>(Logical::Date)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<'de> Decode<'de> for Date {
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
        let offset = input.offset();
        let days = i64::from(input.int()?);
        let date = EPOCH.date().checked_add(SignedDuration::from_secs(days * DAY));
        date.map_err(|_| unexpected(offset, Logical::Date))
    }
}

#[diagnostic::do_not_recommend]
impl AsKey<Self> for Date {
    fn as_key(value: &Self) -> Option<Key<'_>> {
        days(*value).map(Key::Int)
    }
}

const EPOCH: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);

/// The seconds in a day.
const DAY: i64 = 24 * 60 * 60;

/// A point in time, as the distance from the origin of its logical types.
trait Moment: Sized {
    fn distance(&self) -> SignedDuration;
    fn at(distance: SignedDuration) -> Option<Self>;
}

impl Moment for Time {
    fn distance(&self) -> SignedDuration {
        self.duration_since(Self::midnight())
    }

    fn at(distance: SignedDuration) -> Option<Self> {
        Self::midnight().checked_add(distance).ok()
    }
}

impl Moment for Timestamp {
    fn distance(&self) -> SignedDuration {
        self.as_duration()
    }

    fn at(distance: SignedDuration) -> Option<Self> {
        Self::from_duration(distance).ok()
    }
}

impl Moment for DateTime {
    fn distance(&self) -> SignedDuration {
        self.duration_since(EPOCH)
    }

    fn at(distance: SignedDuration) -> Option<Self> {
        EPOCH.checked_add(distance).ok()
    }
}

/// The distance of `moment` in whole units, of which a second has `per_second`.
fn count(moment: &impl Moment, per_second: i32) -> Option<i64> {
    let distance = moment.distance();
    let below = distance.subsec_nanos().div_euclid(1_000_000_000 / per_second);
    // The product may exceed 64 bits even if the sum does not.
    let count = i128::from(distance.as_secs()) * i128::from(per_second) + i128::from(below);
    count.try_into().ok()
}

fn moment<T: Moment>(count: i64, per_second: i32) -> Option<T> {
    let seconds = count.div_euclid(per_second.into());
    let below = i32::try_from(count.rem_euclid(per_second.into())).ok()?;
    T::at(SignedDuration::new(seconds, below * (1_000_000_000 / per_second)))
}

fn days(date: Date) -> Option<i32> {
    i32::try_from(date.duration_since(EPOCH.date()).as_secs() / DAY).ok()
}

fn out_of_range<T>(logical: Logical) -> EncodeError {
    EncodeError::OutOfRange { rust_type: type_name::<T>(), wire: logical.name() }
}

fn unexpected(offset: usize, logical: Logical) -> DecodeError {
    DecodeError::new(offset, Expected::Value { wire: logical.name() })
}
