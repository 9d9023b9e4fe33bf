//! The words that an entity is described in: plain data and `const` constructors.
//!
//! Invariant: no I/O, no async, no behaviour but the pure functions that a description may name. It uses no other room.
//!
//! A description is a `static` built by `const fn`s, so a wrong one does not compile: the compiler points at the attribute with our
//! sentence. One engine interprets it; schema, plan rules, requests, states, docs and permission checks follow from it.
//! Start reading at [`entity`], then [`attribute`].

pub mod action;
pub mod assignment;
pub mod attribute;
pub mod call;
pub mod entity;
pub mod function;
pub mod permission;
pub mod removal;
pub mod rule;

pub use action::{Action, Bulk, Danger, DangerWhen, Look, On, Progress, Runner, Verdict, Watch};
pub use assignment::{AssignStyle, Assignments, INTUNE_TARGETS, ReadBy, Targets};
pub use attribute::{
    Attribute, ChangedBy, Check, Choice, Clear, Default, Element, Fields, Kind, Level, Presence,
    Same, Scalar, Secret, Sent, Stored, Variant, binary, boolean, choice, choices, date, date_time,
    double, duration, flags, guid, guids, int32, int64, object, objects, reference, string,
    strings, time_of_day, union, unions, variant,
};
pub use call::{Asked, BadEnd, Call, Reason, Steps, Trigger, Wait, When};
pub use entity::{
    Entity, Hooks, Key, LeftOut, Phase, Place, Reading, ShapeRequest, ShapeResponse, Timeouts,
    Unique, Update, Version,
};
pub use function::{Answers, Argument, Function, Kinds, Report, Through};
pub use permission::{Access, Permissions};
pub use removal::{Off, Removal};
pub use rule::Rule;
