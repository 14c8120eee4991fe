//! The signals of Open edX (`openedx-events` 11.2.0), compiled from the registry in `schemas/`.
//!
//! ```
//! use signalbook::openedx::learning::{CourseData, CourseEnrollmentCreated, CourseEnrollmentData};
//! use signalbook::openedx::learning::{UserData, UserPersonalData};
//! use signalbook::{EventType, Key};
//!
//! let user = UserData { id: 7, is_active: true, pii: UserPersonalData::new("ada", "ada@example.com") };
//! let course = CourseData::new("course-v1:edX+DemoX+2026");
//! let enrollment = CourseEnrollmentData::new(user, course, "audit", true, "2026-01-01T00:00:00+00:00");
//! let event = CourseEnrollmentCreated { enrollment };
//!
//! assert_eq!(CourseEnrollmentCreated::TYPE, "org.openedx.learning.course.enrollment.created.v1");
//! assert_eq!(signalbook::Event::key(&event), Some(Key::String("course-v1:edX+DemoX+2026".into())));
//! ```

include!(concat!(env!("OUT_DIR"), "/events.rs"));

/// The registry that these types are compiled from: the names and texts of the files of `schemas/`. For
/// tools; the types do not need it.
pub const REGISTRY: [(&str, &str); 6] = [
    ("analytics.toml", include_str!("../schemas/analytics.toml")),
    ("authz.toml", include_str!("../schemas/authz.toml")),
    ("content_authoring.toml", include_str!("../schemas/content_authoring.toml")),
    ("enterprise.toml", include_str!("../schemas/enterprise.toml")),
    ("learning.toml", include_str!("../schemas/learning.toml")),
    ("signalbook.toml", include_str!("../schemas/signalbook.toml")),
];
