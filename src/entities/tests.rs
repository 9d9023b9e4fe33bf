//! What holds for every description, and what schemas look like.

mod laws;
mod schemas;
