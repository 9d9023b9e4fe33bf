//! Each rule of the mock, by name; all in process, without a socket unless a test says otherwise.

mod harness;
mod policies;
mod wire;

pub(super) use harness::Tenant;
