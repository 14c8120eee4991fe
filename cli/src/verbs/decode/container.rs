use std::io::{self, BufRead, BufWriter, Write as _};

use signalbook_data::{container::Reader, plain};

use crate::{
    failure::Failure,
    terminal::{Terminal, count},
};

/// Prints each datum of a container file as a line of JSON.
pub(super) fn print(input: impl BufRead, terminal: &Terminal) -> Result<(), Failure> {
    let damaged = |error| Failure::new("cannot read the container file").caused_by(error);
    let mut reader = Reader::new(input).map_err(damaged)?;
    let schema = reader.header().schema.clone();
    let codec = reader.header().codec.name();
    let mut out = BufWriter::new(io::stdout().lock());
    let mut data = 0;
    while let Some(datum) = reader.read().map_err(damaged)? {
        let json = plain::write(&schema, &datum.value)
            .map_err(|error| Failure::new("cannot read the container file").caused_by(error))?;
        writeln!(out, "{}", json.to_line())?;
        data += 1;
    }
    out.flush()?;
    terminal.note(format_args!("a container file, codec {codec}: {}", count(data, "row")));
    Ok(())
}
