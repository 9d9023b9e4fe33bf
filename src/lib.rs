//! A Terraform and OpenTofu provider for Windows 365 and Microsoft Intune.
//!
//! The rooms and the arrows between them are drawn in `docs/development/architecture.md`; each room says its own rule at its door.

// Time is paused where a test sleeps.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod cli;
pub mod docgen;
pub mod engine;
pub mod entities;
pub mod framework;
pub mod functions;
pub mod graph;
pub mod mock;
pub mod plugin;
pub mod provider;
pub mod simulation;
pub mod spec;
pub mod tf;
