//! Releases: a build of a project that is exported once and goes unchanged from instance to instance.
//!
//! A release is a row of the journal (`journal::releases`); `stored` is what this crate keeps in it. `form` is what a
//! person asks for, `begin` gives it its number, `course` brings it on from stage to stage: `deploying` makes its deployment, a snapshot that
//! holds what was exported, `looked` for what is in that, `publish` for the push to Git. Each is a run, or can
//! be made again without harm, and the names of runs are written down before they begin: so a release that was
//! cut off is taken up where it was. `promote` carries it to an instance by a move from that snapshot, like any
//! other move; `standing` says how promotions ended and which build is where, `shown` puts it all into the forms
//! of the screens.

mod begin;
mod course;
mod deploying;
mod form;
mod looked;
mod promote;
mod publish;
mod shown;
mod standing;
mod stored;
