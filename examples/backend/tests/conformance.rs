//! The backend passes the conformance suite. It skips what it cannot do.

use list_backend::ListBackend;
use signalbook_runtime::{
    backend::Backend,
    testing::conformance::{Capabilities, Harness},
};

struct List(ListBackend);

impl Harness for List {
    fn open(&self) -> Box<dyn Backend> {
        Box::new(self.0.open())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none()
    }
}

signalbook_runtime::conformance!(|| List(ListBackend::new()));
