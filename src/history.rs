use std::{fs, io, path::PathBuf};

use signalbook_runtime::backend::BoxError;

/// Looks versions up in a folder of accepted ones, `schemas/history`: for a consumer that is to read what newer producers
/// wrote ([`Consumer::versions`](crate::Consumer::versions)).
///
/// ```
/// # use signalbook::{Bus, history_folder};
/// let bus = Bus::memory();
/// let consumer = bus.consumer("billing").versions(history_folder("schemas/history"));
/// ```
pub fn history_folder(
    path: impl Into<PathBuf>,
) -> impl Fn(&str, u32) -> Result<Option<String>, BoxError> + Send + Sync + 'static {
    let folder = path.into();
    move |event_type, minor| match fs::read_to_string(folder.join(event_type).join(format!("{minor}.avsc"))) {
        Ok(schema) => Ok(Some(schema)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_the_versions_that_were_accepted() {
        let lookup = history_folder("tests/registries/versions/history");
        let event_type = "com.example.versions.order.placed.v1";
        let schema = lookup(event_type, 2).expect("the folder can be read").expect("it was accepted");
        assert!(schema.contains("customer"));
        assert!(lookup(event_type, 3).expect("the folder can be read").is_none());
    }
}
