//! Each rule of the mock, by name; all in process, without a socket unless a test says otherwise.

mod actions;
mod admin;
mod batches;
mod cloud_apps;
mod harness;
mod lists;
mod policies;
mod reading;
mod roles;
mod service;
mod settings;
mod shape;
mod sign_ins;
mod tokens;
mod unified_roles;
mod wire;

pub(super) use harness::Tenant;
