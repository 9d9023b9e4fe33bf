//! The one integration binary, a module per topic.

mod tidy; // the walls between the rooms of `src/`, and house rules that no lint knows
