//! The one integration binary, a module per topic.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(
    clippy::disallowed_methods,
    reason = "a test sleeps on paused time, or to be slow on purpose"
)]

mod actions; // every action on paused time: sent once, watched to its end, never blindly again
mod demo; // the quickstart example from plan to destroy, as people run it, and the mock that they start
mod docs; // the pages of the registry say what is served
mod faults; // one test for each fault that the provider must survive, with the fault's number in its name
mod fuzz; // the fuzz targets with their corpora, and with what is near them
mod guides; // what the guides show is valid, and their commands exist
#[cfg(unix)]
mod host; // the life of the built program as a plugin process
mod laws; // every description against the published metadata
mod lifecycle; // every entity through its whole life against the mock tenant, in good weather and bad
mod memory; // the example provider keeps every rule of the protocol
mod minicore; // a small Terraform that drives a built provider and checks the rules of the protocol
mod properties; // what holds for every value, configuration, life, link and text, whichever it is
mod scenarios; // the real Terraform drives the provider against the mock tenant, through all that people do
mod served; // every entity keeps the rules of the protocol, driven by the small Terraform against the mock
mod sign_in; // every way to sign in, under the real Terraform and in process, in good weather and bad
mod simulation; // whole runs from one seed: kills, interrupts, lost answers, late replicas, other people
mod support; // the programs under test, and a Terraform in a folder of its own
mod terraform_memory; // the real Terraform drives the example provider, and loads the program under both names
mod tidy; // the walls between the rooms of `src/`, and house rules that no lint knows
mod tokens; // tokens, permissions and missing sign-ins through the real Terraform and the built program
