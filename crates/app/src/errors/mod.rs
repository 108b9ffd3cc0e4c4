//! How every failure becomes the one error that reaches a person.

mod build;
mod table;
