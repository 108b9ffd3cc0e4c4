//! Word: people hear of what did not work, once for each cause.
//!
//! `causes` and `look` find what there is to say: after a run, and when somebody looks (missed times, what lasts, the
//! `digest`). What is said goes into the journal's queue together with its cause, and from there `queue` sends it by
//! `mail` and by `hook`. `text` has the words, `owners` finds who owns an artifact, `stored` is what was set,
//! `secrets` where the password and the addresses of webhooks lie, `verbs` what a person can do.
//!
//! No word ever makes a run fail: what cannot be sent waits, is shown, and is written into the log.

mod causes;
mod digest;
mod fault;
mod hook;
mod look;
mod mail;
mod owners;
mod queue;
mod secrets;
mod stored;
mod text;
mod verbs;

pub(crate) use stored::StoredWord;
