//! The conformance suite of backends.

use signalbook_runtime::{
    backend::{Backend, Message, Outgoing, Position},
    blocking::block_on,
    testing::conformance::{Capabilities, Capability, Harness},
};
use signalbook_sqlite::{Options, Retention, SqliteBackend, Unacknowledged};

use crate::support::{TempDatabase, admin};

impl Harness for TempDatabase {
    fn open(&self) -> Box<dyn Backend> {
        Box::new(TempDatabase::open(self))
    }

    fn capabilities(&self) -> Capabilities {
        use Capability::{Admin, Discard, RefuseSchemas, SchemaStore};
        let all = [Admin, SchemaStore, RefuseSchemas, Discard];
        all.into_iter().fold(Capabilities::none(), Capabilities::with)
    }

    fn refuse_schemas(&self) {
        self.change(
            "CREATE TRIGGER refuse BEFORE INSERT ON schemas BEGIN SELECT RAISE(ABORT, 'not permitted'); END",
        );
    }

    /// Deletes all messages of the topic but the last.
    fn discard(&self, last: &Position) {
        let mut retention = Retention::default();
        (retention.max_age, retention.max_messages) = (None, Some(1));
        retention.unacknowledged = Unacknowledged::Discard;
        let options = Options::default().retention(retention);
        let bus = SqliteBackend::open_with(self.path(), options).expect("the file opens");
        // Retention runs after the first reply, and before the next one.
        for _ in 0..2 {
            block_on(bus.publish(vec![Outgoing::new("other", Message::default())])).expect("an open bus");
        }
        let kept = block_on(admin(&bus).topics()).expect("an open bus");
        assert!(kept.iter().any(|info| info.partition == last.partition && info.first == last.offset));
        block_on(bus.close()).expect("an open bus");
    }
}

signalbook_runtime::conformance!(TempDatabase::new);
