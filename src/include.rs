/// Includes the events that `signalbook_codegen::compile` generated in the build script, as the module
/// `events`.
///
/// ```ignore
/// signalbook::include_events!();
/// use events::shop::OrderPlaced;
/// ```
///
/// The module is private. `include_events!(pub)` makes it public, or gives it any other visibility.
#[macro_export]
macro_rules! include_events {
    () => {
        $crate::include_events!(pub(self));
    };
    ($visibility:vis) => {
        /// The events of the registry.
        $visibility mod events {
            ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/events.rs"));
        }
    };
}
