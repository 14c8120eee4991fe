//! `small`: three strings and a flag.

records! {
    SkillVerified, SkillVerifiedRef {
        usage_key: [String] [() &'a str] [(string, tag = "1") String];
        skill: [String] [() &'a str] [(string, tag = "2") String];
        username: [String] [() &'a str] [(string, tag = "3") String];
        verified: [bool] [() bool] [(bool, tag = "4") bool];
    }
}
