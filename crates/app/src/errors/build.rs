//! Making a [`CommandError`] step by step.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::view::{CommandError, ErrorCode, ExchangeView};

impl CommandError {
    /// What happened, to what, and why. The numbers that operating systems give their errors say
    /// nothing to a person and are left out.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: without_numbers(message.into()),
            guidance: None,
            retryable: false,
            context: BTreeMap::new(),
            exchange: None,
        }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn guide(mut self, guidance: impl Into<String>) -> Self {
        self.guidance = Some(guidance.into());
        self
    }

    /// Adds a fact that a screen may show or branch on.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Display) -> Self {
        self.context.insert(name.to_owned(), value.to_string());
        self
    }

    /// Says that trying again may help without anything changed.
    #[must_use]
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.retryable = retryable;
        self
    }

    /// Adds the call behind it, redacted.
    #[must_use]
    pub fn behind(mut self, exchange: Option<ExchangeView>) -> Self {
        self.exchange = exchange.map(Box::new);
        self
    }

    /// A field of a form that does not make sense.
    pub(crate) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadInput, message).with("field", field)
    }

    /// Something asked for that is not there.
    pub(crate) fn unknown(what: &str, name: &str) -> Self {
        Self::new(
            ErrorCode::UnknownSubject,
            format!("There is no {what} `{name}`."),
        )
        .with("subject", name)
    }

    /// A fault in Waybill itself.
    pub(crate) fn internal(what: impl Display) -> Self {
        Self::new(
            ErrorCode::Internal,
            format!("Waybill could not finish this: {what}."),
        )
        .guide("Try again. If it happens again, open the log folder in Settings and report it with the newest log.")
    }
}

/// Takes out ` (os error 98)`, which the standard library adds to the words of the system.
fn without_numbers(mut words: String) -> String {
    const MARK: &str = " (os error ";
    while let Some(start) = words.find(MARK)
        && let Some(length) = words[start..].find(')')
    {
        words.replace_range(start..=start + length, "");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_system_are_left_out() {
        let error = std::io::Error::from_raw_os_error(2).to_string();
        assert!(error.contains("(os error 2)"));
        let shown = CommandError::new(
            ErrorCode::FileFailed,
            format!("`a`: {error}. `b`: {error}."),
        );
        assert!(!shown.message.contains("os error"), "{shown}");
        assert!(shown.message.starts_with("`a`: ") && shown.message.ends_with('.'));
        assert_eq!(without_numbers("x (os error".to_owned()), "x (os error");
    }
}
