//! The events of three learners.

use signalbook::openedx::learning::{
    CertificateCreated, CertificateData, CourseData, CourseEnrollmentCreated, CourseEnrollmentData,
    CourseUnenrollmentCompleted, UserData, UserPersonalData,
};

const COURSE: &str = "course-v1:edX+DemoX+2026";
const LEARNERS: [&str; 3] = ["ada", "grace", "alan"];

/// An enrolment that does not match the registry.
pub(super) const INVALID: &str = r#"{"metadata": {"event_type": "org.openedx.learning.course.enrollment.created.v1"},
    "data": {"enrollment": {
        "user": {"id": 7, "is_active": true, "pii": {"username": "ada", "email": "ada@example.com", "name": "Ada"}},
        "course": {"course_key": 42, "display_name": "Demo"},
        "mode": "audit", "is_active": true}}}"#;

/// All three enrol.
pub(super) fn enrolled() -> Vec<CourseEnrollmentCreated> {
    LEARNERS.iter().map(|name| CourseEnrollmentCreated { enrollment: enrollment(name) }).collect()
}

/// The last one leaves.
pub(super) fn left() -> CourseUnenrollmentCompleted {
    CourseUnenrollmentCompleted { enrollment: enrollment(LEARNERS[2]) }
}

/// The first one finishes.
pub(super) fn certified() -> CertificateCreated {
    let url = "https://example.com/certificates/1";
    let certificate = CertificateData::new(
        user(LEARNERS[0]),
        course(),
        "verified",
        "0.98",
        url,
        LEARNERS[0],
        "downloadable",
    );
    CertificateCreated { certificate }
}

fn enrollment(name: &str) -> CourseEnrollmentData {
    CourseEnrollmentData::new(user(name), course(), "verified", true, "2026-01-31T12:00:00+00:00")
}

fn user(name: &str) -> UserData {
    let id = (1..).zip(LEARNERS).find(|(_, learner)| *learner == name).map_or(0, |(id, _)| id);
    UserData { id, is_active: true, pii: UserPersonalData::new(name, format!("{name}@example.com")) }
}

fn course() -> CourseData {
    CourseData::new(COURSE)
}
