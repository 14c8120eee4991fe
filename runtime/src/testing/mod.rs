//! For tests of backends, and of services that must survive the faults of a backend.

pub mod conformance;
mod faulty;
mod framing_backend;
mod partitioned;

pub use faulty::{Call, Fault, FaultyBackend};
pub use framing_backend::FramingBackend;
pub use partitioned::PartitionedBackend;
