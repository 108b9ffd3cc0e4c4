//! Rows that stand twice: outside projects, and inside one.

use waybill_model::{Generation, Scope};

use crate::operation::Operation;

/// Where the artifacts of a row are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Outside,
    Project,
}

/// A project of every filled instance of OIC 3.
pub const PROJECT: &str = "RETURNS_PORTAL";

impl Place {
    pub fn scope(self) -> Scope {
        match self {
            Self::Outside => Scope::Global,
            Self::Project => Scope::Project(PROJECT.to_owned()),
        }
    }

    /// A row at this place.
    pub fn row(
        self,
        outside: &'static str,
        inside: &'static str,
        method: &'static str,
        path: &str,
    ) -> Operation {
        match self {
            Self::Outside => Operation::design(outside, method, path),
            Self::Project => {
                Operation::design(inside, method, &format!("/projects/{{projectId}}{path}"))
                    .on(&[Generation::Oic3])
            }
        }
    }

    /// One or the other.
    pub fn pick<T>(self, outside: T, inside: T) -> T {
        match self {
            Self::Outside => outside,
            Self::Project => inside,
        }
    }
}
