//! For tests of backends, and of services that must survive the faults of a backend.

pub mod conformance;
mod faulty;
mod framing;
mod partitioned;

pub use faulty::{Call, Fault, FaultyBackend};
pub use framing::FramingBackend;
pub use partitioned::PartitionedBackend;
