use super::{Reporter, fields};
use crate::checked_registry::{CheckedRegistry, Field, Shape, TypeKind};
use crate::syntax::Builtin;
use signalbook_model::{Path, Primitive};

/// The last words of field names that suggest personal data, each with its class.
const PERSONAL: &[(&str, &str)] = &[
    ("address line", "address"),
    ("bank account", "account"),
    ("billing address", "address"),
    ("birth date", "birth-date"),
    ("birthdate", "birth-date"),
    ("birthday", "birth-date"),
    ("card number", "account"),
    ("credit card", "account"),
    ("date of birth", "birth-date"),
    ("delivery address", "address"),
    ("display username", "username"),
    ("email", "email"),
    ("email address", "email"),
    ("emails", "email"),
    ("ethnicity", "ethnicity"),
    ("family name", "name"),
    ("first name", "name"),
    ("full name", "name"),
    ("gender", "gender"),
    ("given name", "name"),
    ("home address", "address"),
    ("iban", "account"),
    ("ip address", "ip-address"),
    ("last name", "name"),
    ("legal name", "name"),
    ("mailing address", "address"),
    ("middle name", "name"),
    ("mobile number", "phone"),
    ("mobile phone", "phone"),
    ("national id", "identity-number"),
    ("nickname", "name"),
    ("passport number", "identity-number"),
    ("password", "secret"),
    ("phone", "phone"),
    ("phone number", "phone"),
    ("phone numbers", "phone"),
    ("postal address", "address"),
    ("religion", "religion"),
    ("shipping address", "address"),
    ("social security number", "identity-number"),
    ("ssn", "identity-number"),
    ("street address", "address"),
    ("surname", "name"),
    ("telephone", "phone"),
    ("telephone number", "phone"),
    ("user name", "username"),
    ("username", "username"),
    ("usernames", "username"),
    ("year of birth", "birth-date"),
];

/// Field names that suggest personal data only in a type about a person, each with its class.
const PERSONAL_IN_PERSON: &[(&str, &str)] = &[("address", "address"), ("name", "name"), ("mobile", "phone")];

/// Words that, in the name of a type, show that the type is about a person.
const PERSONS: &[&str] = &[
    "author",
    "buyer",
    "coach",
    "contact",
    "customer",
    "employee",
    "guardian",
    "instructor",
    "learner",
    "patient",
    "payer",
    "person",
    "personal",
    "recipient",
    "signatory",
    "student",
    "teacher",
    "user",
];

pub(super) fn unclassified(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    for (path, field) in fields(checked) {
        if field.pii.is_some() || !holds_text_or_number(&field.shape, checked) {
            continue;
        }
        if let Some(class) = class(&path, field) {
            found.add(
                found
                    .finding(format!("field `{path}` seems to hold personal data, but has no class"))
                    .on(path)
                    .at(field.span, "logs will show its value")
                    .help(format!("give it a class: `pii = \"{class}\"`")),
            );
        }
    }
}

fn class(path: &Path, field: &Field) -> Option<&'static str> {
    let name = words(&field.name);
    let ends = |phrase: &str| {
        name.strip_suffix(phrase).is_some_and(|before| before.is_empty() || before.ends_with(' '))
    };
    let by_itself = PERSONAL.iter().find(|(phrase, _)| ends(phrase));
    let about_person = || words(path.owner().simple()).split(' ').any(|word| PERSONS.contains(&word));
    let in_person = || PERSONAL_IN_PERSON.iter().find(|(word, _)| name == *word && about_person());
    by_itself.or_else(in_person).map(|(_, class)| *class)
}

/// Splits a name into lower-case words: `userName`, `user_name` and `UserName` become `user name`.
fn words(name: &str) -> String {
    let mut words = String::new();
    let mut previous = ' ';
    for c in name.chars() {
        if c.is_uppercase() && previous.is_lowercase() {
            words.push(' ');
        }
        if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        } else {
            words.push(' ');
        }
        previous = c;
    }
    words
}

/// Returns true if values can hold personal data. Booleans cannot. Records are excluded because their fields
/// are checked one by one.
fn holds_text_or_number(shape: &Shape, checked: &CheckedRegistry) -> bool {
    match shape {
        Shape::Builtin(Builtin::Primitive(Primitive::Null | Primitive::Boolean)) => false,
        Shape::Builtin(_) => true,
        Shape::List(inner) | Shape::Map(inner) | Shape::Optional(inner) => {
            holds_text_or_number(inner, checked)
        }
        Shape::Union(branches) => branches.iter().any(|branch| holds_text_or_number(branch, checked)),
        Shape::Scalar(name) => {
            let wire = checked.scalar(name).and_then(|scalar| scalar.wire.as_ref());
            wire.is_some_and(|wire| holds_text_or_number(wire, checked))
        }
        Shape::Type(name) => match checked.type_def(name).map(|ty| &ty.kind) {
            Some(TypeKind::Enum(_)) => true,
            Some(TypeKind::Union(branches)) => {
                branches.iter().any(|branch| holds_text_or_number(branch, checked))
            }
            Some(TypeKind::Record(_) | TypeKind::Fixed(_)) | None => false,
        },
    }
}
