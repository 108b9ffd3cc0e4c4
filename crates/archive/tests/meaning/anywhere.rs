//! An edit anywhere in a real archive changes a fingerprint and is told in its part.

use proptest::prelude::*;
use waybill_model::Area;

use super::files::{Files, meanings, opened};
use super::stable::samples;

/// A kind of file, a text that an edit puts in place of another, and the parts that may tell it.
const EDITS: [(&str, &str, &str, &[Area]); 7] = [
    (
        ".xsl",
        "<xsl:value-of select=\"",
        "<xsl:value-of select=\"zz/",
        &[Area::Map],
    ),
    (
        ".xsl",
        "<xsl:value-of xml:id=\"",
        "<xsl:value-of disable-output-escaping=\"yes\" xml:id=\"",
        &[Area::Map],
    ),
    (
        ".xsl",
        "</xsl:template>",
        "<extra/></xsl:template>",
        &[Area::Map],
    ),
    (
        "expr.properties",
        "XpathExpression : ",
        "XpathExpression : 1 + ",
        &[Area::Step, Area::Parameters, Area::Properties],
    ),
    (
        ".jca",
        "name=\"ResourceURI\" value=\"",
        "name=\"ResourceURI\" value=\"/zz",
        &[Area::Endpoint, Area::Step],
    ),
    (".dvm", "</cell>", " zz</cell>", &[Area::Rows]),
    ("notification_subject.data", "", "zz", &[Area::Step]),
];

/// Every place of the edit; the fixed parts of scheduled integrations are not designed by anyone.
fn places(files: &Files, ending: &str, from: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (path, bytes) in files {
        if !path.ends_with(ending) || path.contains("/scheduledOrc/") {
            continue;
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            continue;
        };
        if from.is_empty() {
            found.push((path.clone(), 0));
        } else {
            found.extend(text.match_indices(from).map(|(at, _)| (path.clone(), at)));
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_anywhere_is_told(
        pick in any::<prop::sample::Index>(),
        edit in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
    ) {
        let (name, files) = &samples()[pick.index(samples().len())];
        let (ending, from, to, areas) = EDITS[edit.index(EDITS.len())];
        let places = places(files, ending, from);
        if places.is_empty() {
            return Ok(());
        }
        let (path, at) = &places[place.index(places.len())];
        let mut after = files.clone();
        let bytes = after.get_mut(path).unwrap();
        bytes.splice(*at..*at + from.len(), to.bytes());
        let (before, after) = (meanings(&opened(files)), meanings(&opened(&after)));
        let told: Vec<Area> = before
            .iter()
            .filter(|(id, meaning)| meaning.fingerprint() != after[*id].fingerprint())
            .flat_map(|(id, meaning)| meaning.difference(&after[id]).sections)
            .map(|section| section.area)
            .collect();
        prop_assert!(!told.is_empty(), "{name}: {path} at {at}: {from}");
        prop_assert!(told.iter().all(|area| areas.contains(area)), "{name}: {path}: {told:?}");
    }
}
