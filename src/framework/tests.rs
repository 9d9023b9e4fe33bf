//! The rules of planning and applying, case by case. Each case is a configuration and a prior state in a shorthand of JSON; what
//! comes out is compared as text. Terraform's part, the proposed state, is played by
//! [`proposed`](super::proposed).

mod apply;
mod fixture;
mod kitchen;
mod laws;
mod mistakes;
mod others;
mod plan;
mod requests;
