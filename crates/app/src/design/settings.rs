//! Which settings of a step and its endpoint are shown, and how.

use waybill_archive::{EndpointDesign, Step};

use super::masking;
use crate::view::NamedValue;

/// The lookups of a map, which are told apart from its settings.
pub(super) const LOOKUPS: &str = "dependent-dvms";

/// Characters of one value that are shown; schemas are among them.
const MOST: usize = 2_000;

/// The settings that have a value, those of the step first.
pub(super) fn settings(step: &Step, endpoint: Option<&EndpointDesign>) -> Vec<NamedValue> {
    let own = endpoint.into_iter().flat_map(|endpoint| &endpoint.settings);
    let mut shown: Vec<NamedValue> = Vec::new();
    let mut samples = 0;
    for (name, value) in step.settings.iter().chain(own) {
        let value = value.trim();
        if value.is_empty() || [LOOKUPS, "has-mappings"].contains(&name.as_str()) {
            continue;
        }
        if holds_a_sample(name) {
            samples += 1;
            continue;
        }
        let one = NamedValue {
            name: masking::text(name),
            value: told(name, value),
        };
        if !shown.contains(&one) {
            shown.push(one);
        }
    }
    if samples > 0 {
        // A sample was pasted by somebody, and may hold data of real persons.
        shown.push(NamedValue {
            name: "sample message".to_owned(),
            value: "not shown".to_owned(),
        });
    }
    shown
}

/// `RequestSample`, `ResponseSample`, `EventTypeJsonSample`.
fn holds_a_sample(name: &str) -> bool {
    name.to_ascii_lowercase().contains("sample")
}

fn told(name: &str, value: &str) -> String {
    if value.starts_with("%%") {
        // The export writes `%%CODE_property` where the connection has the value.
        return "as the connection has it".to_owned();
    }
    let known = masking::value(name, value);
    match known.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &known[..end]),
        None => known,
    }
}
