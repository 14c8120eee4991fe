use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

use signalbook_runtime::backend::BoxError;
use signalbook_runtime::model::Schema;

/// Looks up versions in a history folder, `schemas/history`, so that a consumer can read events of newer
/// producers ([`Consumer::versions`](crate::Consumer::versions)).
///
/// ```
/// # use signalbook::{Bus, history_folder};
/// let bus = Bus::memory();
/// let consumer = bus.consumer("billing").versions(history_folder("schemas/history")?);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// The folder cannot be read.
pub fn history_folder(
    path: impl Into<PathBuf>,
) -> io::Result<impl Fn(&str, u32) -> Result<Option<String>, BoxError> + Send + Sync + 'static> {
    let folder = path.into();
    readable(&folder)?;
    Ok(move |event_type: &str, minor| {
        match fs::read_to_string(folder.join(event_type).join(format!("{minor}.avsc"))) {
            Ok(schema) => Ok(Some(schema)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                readable(&folder)?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    })
}

/// Minor versions with their schemas.
type Versions = Vec<(u32, String)>;

/// Looks up fingerprints in a history folder, so that a consumer can read single objects of newer producers
/// ([`Consumer::fingerprints`](crate::Consumer::fingerprints)).
///
/// ```
/// # use signalbook::{Bus, Framing, history_fingerprints};
/// let bus = Bus::memory();
/// let consumer = bus
///     .consumer("billing")
///     .framing(Framing::SingleObject)
///     .fingerprints(history_fingerprints("schemas/history")?);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// The folder cannot be read.
pub fn history_fingerprints(
    path: impl Into<PathBuf>,
) -> io::Result<impl Fn(&str, u64) -> Result<Versions, BoxError> + Send + Sync + 'static> {
    let folder = path.into();
    readable(&folder)?;
    Ok(move |event_type: &str, fingerprint| {
        let entries = match fs::read_dir(folder.join(event_type)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                readable(&folder)?;
                return Ok(Vec::new());
            }
            Err(error) => return Err(error.into()),
        };
        let mut versions = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let minor = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
            let Some(minor) = minor.filter(|_| path.extension() == Some("avsc".as_ref())) else { continue };
            let at = |error: &dyn Error| format!("`{}`: {error}", path.display());
            let schema = fs::read_to_string(&path).map_err(|error| at(&error))?;
            let (parsed, _irregularities) = Schema::parse_lenient(&schema).map_err(|error| at(&error))?;
            if parsed.fingerprint() == fingerprint {
                versions.push((minor, schema));
            }
        }
        Ok(versions)
    })
}

/// Checks that the folder of the history can be read. If it cannot, when the program starts or later, this is
/// an error, and not an unknown version.
fn readable(folder: &Path) -> io::Result<()> {
    fs::read_dir(folder).map(drop).map_err(|error| {
        let what = format!("cannot read the history folder `{}`: {error}", folder.display());
        io::Error::new(error.kind(), what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_versions_are_found_in_a_folder() {
        let lookup = history_folder("tests/registries/versions/history").expect("the folder exists");
        let event_type = "com.example.versions.order.placed.v1";
        let schema =
            lookup(event_type, 2).expect("the folder can be read").expect("the version was accepted");
        assert!(schema.contains("customer"));
        assert!(lookup(event_type, 3).expect("the folder can be read").is_none());

        let fingerprint = Schema::parse(&schema).expect("the schema is valid").fingerprint();
        let by_fingerprint =
            history_fingerprints("tests/registries/versions/history").expect("the folder exists");
        let found = by_fingerprint(event_type, fingerprint).expect("the folder can be read");
        assert_eq!(found, [(2, schema)]);
        assert_eq!(by_fingerprint(event_type, !fingerprint).expect("the folder can be read"), []);
        assert_eq!(
            by_fingerprint("com.example.versions.order.v1", fingerprint)
                .expect("a missing folder is not an error"),
            []
        );
    }

    #[test]
    fn a_wrong_folder_is_an_error_at_once() {
        let error = history_folder("schemas/histroy").map(drop).expect_err("the folder does not exist");
        assert!(error.to_string().starts_with("cannot read the history folder `schemas/histroy`"), "{error}");
        assert!(history_fingerprints("Cargo.toml").is_err(), "a file is not a folder");
    }

    #[test]
    fn a_missing_version_is_an_error_if_the_folder_is_gone() {
        let folder = tempfile::tempdir().expect("a temporary folder can be created");
        let by_minor = history_folder(folder.path()).expect("the folder exists");
        let by_fingerprint = history_fingerprints(folder.path()).expect("the folder exists");
        assert_eq!(by_minor("com.example.order.v1", 0).expect("the folder exists"), None);
        assert_eq!(by_fingerprint("com.example.order.v1", 1).expect("the folder exists"), []);
        folder.close().expect("the folder can be removed");
        for error in
            [by_minor("com.example.order.v1", 0).err(), by_fingerprint("com.example.order.v1", 1).err()]
        {
            let error = error.expect("the folder was removed");
            assert!(error.to_string().starts_with("cannot read the history folder `"), "{error}");
        }
    }

    #[test]
    fn an_invalid_schema_is_reported_with_its_path() {
        let folder = tempfile::tempdir().expect("a temporary folder can be created");
        let path = folder.path().join("com.example.order.v1");
        fs::create_dir(&path)
            .and_then(|()| fs::write(path.join("0.avsc"), "{"))
            .expect("the file can be written");
        let lookup = history_fingerprints(folder.path()).expect("the folder exists");
        let error = lookup("com.example.order.v1", 1).expect_err("the file is not a schema");
        assert!(error.to_string().contains("com.example.order.v1/0.avsc`: "), "{error}");
    }
}
