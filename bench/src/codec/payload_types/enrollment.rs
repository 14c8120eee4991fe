//! `medium` and `varied`: the event of an enrolment.

records! {
    CourseEnrollmentData, CourseEnrollmentDataRef {
        user: [UserData] [(borrow) UserDataRef<'a>] [(message, optional, tag = "1") Option<UserData>];
        course: [CourseData] [(borrow) CourseDataRef<'a>] [(message, optional, tag = "2") Option<CourseData>];
        mode: [String] [() &'a str] [(string, tag = "3") String];
        is_active: [bool] [() bool] [(bool, tag = "4") bool];
        creation_date: [String] [() &'a str] [(string, tag = "5") String];
        created_by:
            [Option<UserData>]
            [(borrow) Option<UserDataRef<'a>>]
            [(message, optional, tag = "6") Option<UserData>];
    }

    UserData, UserDataRef {
        id: [i64] [() i64] [(int64, tag = "1") i64];
        is_active: [bool] [() bool] [(bool, tag = "2") bool];
        pii:
            [UserPersonalData]
            [(borrow) UserPersonalDataRef<'a>]
            [(message, optional, tag = "3") Option<UserPersonalData>];
    }

    UserPersonalData, UserPersonalDataRef {
        username: [String] [() &'a str] [(string, tag = "1") String];
        email: [String] [() &'a str] [(string, tag = "2") String];
        name: [String] [() &'a str] [(string, tag = "3") String];
    }

    CourseData, CourseDataRef {
        course_key: [String] [() &'a str] [(string, tag = "1") String];
        display_name: [String] [() &'a str] [(string, tag = "2") String];
        start: [Option<String>] [(borrow) Option<&'a str>] [(string, optional, tag = "3") Option<String>];
        end: [Option<String>] [(borrow) Option<&'a str>] [(string, optional, tag = "4") Option<String>];
    }
}
