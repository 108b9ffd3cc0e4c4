//! Proof that snapshots can be had back.
//!
//! `check` reads the vault's data, all of it or a part each day; `damage` names what it finds, and where a good
//! copy is; `mend` puts it right from one, `elsewhere` also from targets. `restore` has a snapshot written into a folder, `into` into an
//! instance, and both compare what arrived. `look` begins what is due; `stored` is what the settings have,
//! `verbs` what a person can do, `evidence` what is kept of it all.

mod check;
mod damage;
mod elsewhere;
mod evidence;
mod into;
mod look;
mod mend;
mod restore;
mod stored;
mod verbs;

pub(crate) use stored::StoredProof;
