//! The records of the payloads, as the types of each library.

/// Declares records. Each has an owned type and a borrowed type for the libraries that use traits, and a type
/// of protocol buffers in the module `proto`. A field is
/// `name: [owned type] [(serde attribute) borrowed type] [(prost attribute) type of protocol buffers];`.
macro_rules! records {
    ($(
        $owned:ident, $borrowed:ident {
            $(
                $(#[$attribute:meta])*
                $field:ident:
                    [$($owned_type:tt)+]
                    [($($serde:tt)*) $($borrowed_type:tt)+]
                    [($($prost:tt)+) $($proto_type:tt)+];
            )+
        }
    )+) => {
        $(
            #[derive(
                Clone,
                Debug,
                Default,
                PartialEq,
                signalbook::Record,
                serde::Serialize,
                serde::Deserialize,
                bincode::Encode,
                bincode::Decode,
                rkyv::Archive,
                rkyv::Serialize,
                rkyv::Deserialize,
            )]
            pub(crate) struct $owned {
                $($(#[$attribute])* pub(crate) $field: $($owned_type)+,)+
            }

            #[derive(Debug, PartialEq, signalbook::Record, serde::Deserialize, bincode::BorrowDecode)]
            pub(crate) struct $borrowed<'a> {
                $(#[serde($($serde)*)] pub(crate) $field: $($borrowed_type)+,)+
            }

            crate::codec::hand_written::record!($owned, $borrowed { $($field),+ });
        )+

        /// As protocol buffers.
        pub(crate) mod proto {
            $(
                #[derive(Clone, PartialEq, prost::Message, serde::Deserialize)]
                pub(crate) struct $owned {
                    $($(#[$attribute])* #[prost($($prost)+)] pub(crate) $field: $($proto_type)+,)+
                }
            )+
        }
    };
}

pub(crate) mod batch;
pub(crate) mod enrollment;
pub(crate) mod evolved;
pub(crate) mod skill;
