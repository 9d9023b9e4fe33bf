//! The one integration binary, a module per topic.

mod support; // the programs under test, and a Terraform in a folder of its own
mod terraform_memory; // the real Terraform drives the example provider, and loads the program under both names
mod tidy; // the walls between the rooms of `src/`, and house rules that no lint knows
