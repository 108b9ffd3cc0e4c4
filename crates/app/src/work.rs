//! Work that a screen waits for and can call off: each piece has a ticket, which the screen chose.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::Waybill;

/// What is under way, by ticket.
#[derive(Debug, Default)]
pub(crate) struct Tickets(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    running: HashMap<String, (u64, CancellationToken)>,
    begun: u64,
}

impl Tickets {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A piece of work that is under way; over when it is dropped. It is the token to look at.
#[derive(Debug)]
pub struct Work {
    ticket: String,
    number: u64,
    token: CancellationToken,
    tickets: Arc<Tickets>,
}

impl Waybill {
    /// Begins a piece of work that can be called off by its ticket. What was begun with the same
    /// ticket before is called off.
    #[must_use]
    pub fn work(&self, ticket: &str) -> Work {
        let tickets = Arc::clone(&self.shared.tickets);
        let token = CancellationToken::new();
        let mut held = tickets.held();
        held.begun += 1;
        let number = held.begun;
        let before = held
            .running
            .insert(ticket.to_owned(), (number, token.clone()));
        drop(held);
        if let Some((_, before)) = before {
            before.cancel();
        }
        Work {
            ticket: ticket.to_owned(),
            number,
            token,
            tickets,
        }
    }

    /// Calls off what was begun with this ticket; nothing happens if it is over.
    pub fn work_cancel(&self, ticket: &str) {
        if let Some((_, token)) = self.shared.tickets.held().running.get(ticket) {
            token.cancel();
        }
    }
}

impl Deref for Work {
    type Target = CancellationToken;

    fn deref(&self) -> &Self::Target {
        &self.token
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let mut held = self.tickets.held();
        // The ticket may have been given to other work meanwhile.
        if held
            .running
            .get(&self.ticket)
            .is_some_and(|(number, _)| *number == self.number)
        {
            held.running.remove(&self.ticket);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeychainChoice, OpenOptions};

    #[tokio::test]
    async fn a_ticket_calls_off_its_own_work_alone() {
        let home = tempfile::tempdir().unwrap();
        let mut options = OpenOptions::new(home.path().join("data"));
        options.keychain = KeychainChoice::None;
        let app = Waybill::open(options).unwrap();

        let first = app.work("a");
        let other = app.work("b");
        app.work_cancel("a");
        assert!(first.is_cancelled() && !other.is_cancelled());

        let again = app.work("a");
        drop(first);
        assert!(!again.is_cancelled());
        let third = app.work("a");
        assert!(again.is_cancelled() && !third.is_cancelled());
        drop(again);
        app.work_cancel("a");
        assert!(third.is_cancelled());
        drop(third);
        app.work_cancel("a");
        assert!(!app.work("a").is_cancelled());
    }
}
