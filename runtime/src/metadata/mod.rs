//! The metadata of an event: OEP-41, a subset of `CloudEvents` 1.0.

mod extensions;
mod id;
mod library;
mod source;
mod text;
mod time;

pub(crate) use extensions::is_name as is_extension_name;
pub use extensions::{ExtensionError, Extensions};
pub(crate) use id::{IdSource, id_of};
pub use library::LibraryVersion;
pub(crate) use source::Source;
pub use text::Text;
pub use time::{Time, TimeError};

/// The metadata of an event.
///
/// A publisher fills it in. The fields have the names of OEP-41. With the feature `serde` its JSON is that of
/// Open edX's `EventsMetadata.to_json`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Metadata {
    /// The event type, `org.openedx.learning.course.enrollment.created.v1`.
    pub event_type: Text,
    /// Identifies the event among those of its source: any text that is not empty. It is a UUID of version 1
    /// if Signalbook or Open edX made it.
    pub id: Text,
    /// The minor version of the schema that the datum is written with.
    #[cfg_attr(feature = "serde", serde(default))]
    pub minorversion: u32,
    /// The service that published it, `openedx/lms/web`.
    pub source: Text,
    /// The host that it was published on.
    pub sourcehost: Text,
    /// When the event happened, in UTC.
    pub time: Time,
    /// The version of the library that published it.
    pub sourcelib: LibraryVersion,
    /// Further attributes.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Extensions::is_empty"))]
    pub extensions: Extensions,
}

impl Metadata {
    /// Creates metadata with minor version 0 and without source, host and extensions.
    pub fn new(event_type: impl Into<Text>, id: impl Into<Text>, time: Time) -> Self {
        Self {
            event_type: event_type.into(),
            id: id.into(),
            minorversion: 0,
            source: Text::default(),
            sourcehost: Text::default(),
            time,
            sourcelib: LibraryVersion::default(),
            extensions: Extensions::default(),
        }
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    #[test]
    fn the_json_is_that_of_open_edx() {
        // The output of `EventsMetadata.to_json` of openedx-events 11.2.0.
        let json = concat!(
            r#"{"event_type":"org.openedx.learning.auth.session.login.completed.v1","#,
            r#""id":"0b9d1c6e-5b1f-11f0-8de9-0242ac120002","minorversion":0,"source":"openedx/lms/web","#,
            r#""sourcehost":"edx.devstack.lms","time":"2026-01-01T00:00:00.000250+00:00","sourcelib":[11,2,0]}"#,
        );
        let metadata: Metadata = serde_json::from_str(json).expect("written by Open edX");
        assert_eq!(metadata.sourcelib.to_string(), "11.2.0");
        assert_eq!(serde_json::to_string(&metadata).expect("metadata has no maps"), json);
    }
}
