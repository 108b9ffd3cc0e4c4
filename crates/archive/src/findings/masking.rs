//! How a secret is shown: not at all.

/// Dots and the length, so that two findings can be told apart and none can be used.
pub(super) fn masked(value: &str) -> String {
    format!("•••• ({} characters)", value.chars().count())
}
