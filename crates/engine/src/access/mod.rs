//! Who may do what, across identity domains.
//!
//! An access list names users and groups by ids that mean something in one identity domain alone.
//! [`Directory`] is what is known of such a domain, [`members`] reads who a list names, and [`bind`]
//! says who of them is whom in the destination. It would rather leave somebody out than let in the
//! wrong one: a name and an e-mail address that do not agree, a name that several have, and what people
//! call somebody are never enough. `roles` compares who has which service role. All of it is a function
//! of plain data; reading domains is the matter of the crate above.

mod bind;
mod directory;
mod roles;
#[cfg(test)]
mod tests;

pub use bind::{Named, Table, TableEntry, bind, members};
pub use directory::{Directory, Identity};
pub use roles::{Grantee, RoleChange, RoleDifference, RoleGrant, compare_roles, copy_roles};
