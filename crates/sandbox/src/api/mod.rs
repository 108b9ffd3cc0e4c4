//! The calls of the service: who may make them, and what they answer.

mod answer;
mod path;
mod project;
mod route;

pub(crate) use answer::{Door, DoorKind, answer};
