//! Which generation of the service an integration was exported from.
//!
//! Inferred from exports of known origin: only Oracle Integration 3 seals (`CAV`, `validity`,
//! `mod`) and writes models of version 9 and later; versions of Integration Cloud Service end in
//! `-IC`, those of its successors in `-EC`; the oldest files name no version.

use waybill_model::Generation;

/// The generation, or `None` where nothing tells.
pub(crate) fn infer(
    sealed: bool,
    model_version: Option<&str>,
    service_version: Option<&str>,
) -> Option<Generation> {
    let major = model_version.and_then(|version| {
        version
            .split('.')
            .next()
            .and_then(|number| number.parse::<u32>().ok())
    });
    if sealed || major.is_some_and(|number| number >= 9) {
        return Some(Generation::Oic3);
    }
    match service_version {
        Some(version) if version.ends_with("-IC") => Some(Generation::Ics),
        Some(_) => Some(Generation::Gen2),
        None => major.map(|number| {
            if number < 7 {
                Generation::Ics
            } else {
                Generation::Gen2
            }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seal_model_and_version_tell_the_generation() {
        for (sealed, model, service, expected) in [
            (true, None, None, Some(Generation::Oic3)),
            (false, Some("10.1"), None, Some(Generation::Oic3)),
            (
                false,
                Some("7.2"),
                Some("17.3.3.0.0-IC"),
                Some(Generation::Ics),
            ),
            (
                false,
                Some("8.1"),
                Some("20.1.2.0.0-EC"),
                Some(Generation::Gen2),
            ),
            (false, Some("3.0"), None, Some(Generation::Ics)),
            (false, None, None, None),
        ] {
            assert_eq!(infer(sealed, model, service), expected);
        }
    }
}
