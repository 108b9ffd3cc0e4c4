//! What a change that answers with an object brought.

use super::Changed;
use crate::wire::{Read, WireObject};

/// A change that was made, with the object that the service answered with.
#[derive(Clone, Debug, PartialEq)]
pub struct Made<T> {
    /// The status of the answer; 0 where it was lost.
    pub status: u16,
    /// The answer was lost; that the change is made was found by looking.
    pub looked_up: bool,
    /// The object, where one came and could be read.
    pub answer: Option<Read<T>>,
}

impl<T: WireObject> From<Changed> for Made<T> {
    fn from(changed: Changed) -> Self {
        let answer = changed
            .json()
            .filter(serde_json::Value::is_object)
            .and_then(|raw| Read::decode(raw).ok());
        Self {
            status: changed.status,
            looked_up: changed.looked_up,
            answer,
        }
    }
}
