/// Keeps the items that read what was written with another schema.
///
/// The derives and this crate wrap such items in it, so that the feature is known here alone.
#[cfg(feature = "versions")]
#[doc(hidden)]
#[macro_export]
macro_rules! __planned_decoding {
    ($($item:tt)*) => { $($item)* };
}

/// Leaves out the items that read what was written with another schema.
#[cfg(not(feature = "versions"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __planned_decoding {
    ($($item:tt)*) => {};
}
