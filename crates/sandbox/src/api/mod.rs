//! The calls of the service: who may make them, and what they answer.

#![expect(
    clippy::unnecessary_box_returns,
    reason = "a refusal is an error value, and errors stay small"
)]

mod answer;
mod path;
mod project;
mod route;

pub(crate) use answer::{Door, DoorKind, answer};
