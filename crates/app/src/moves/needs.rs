//! What the choice needs, as far as that is known without a call.

use std::collections::{BTreeMap, BTreeSet};

use waybill_engine::plan::{Closure, target};
use waybill_engine::waybill::{Action, Existing, Need, Reason, Waybill as Document};
use waybill_model::{ArtifactId, ArtifactKind, Catalogue};

use super::draft::Draft;
use super::what::no_source;
use crate::Waybill;
use crate::places::{self, blocking};
use crate::view::{CommandError, NeedRow, NeedsView, PlaceRef, Verdict};

impl Waybill {
    /// What the present choice needs, from what was last read of the places: no call is made. Once it
    /// is planned, also what the archives told.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` where no source is chosen; the failures of a source that is no
    /// instance.
    pub async fn move_needs(&self, id: &str) -> Result<NeedsView, CommandError> {
        let draft = self.draft_of(id).await?;
        let from = draft.from.as_ref().ok_or_else(no_source)?;
        let catalogue = match from {
            PlaceRef::Instance { id } => self.last_read(id).await?.unwrap_or_default(),
            place => self.side(place).await?.side.catalogue().clone(),
        };
        let there = match &draft.to {
            Some(to) => self.last_read(to).await?,
            None => None,
        };
        let planned = draft.current().map(|planned| &planned.document);
        let files = matches!(from, PlaceRef::File { .. } | PlaceRef::Files { .. });
        Ok(NeedsView {
            rows: rows(&draft, &catalogue, there.as_ref(), planned),
            complete: files || planned.is_some(),
        })
    }

    /// The catalogue of an instance as it was last read.
    async fn last_read(&self, instance: &str) -> Result<Option<Catalogue>, CommandError> {
        let (journal, id) = (self.shared.journal.clone(), instance.to_owned());
        let kept = blocking(move || journal.kept_catalogue(&id)).await?;
        Ok(kept.map(|kept| kept.catalogue))
    }
}

/// Something that is needed, by name in the source.
#[derive(Default)]
struct Needed {
    by: BTreeSet<Need>,
    first: Option<Need>,
    left_out: bool,
    missing: bool,
}

fn rows(
    draft: &Draft,
    catalogue: &Catalogue,
    there: Option<&Catalogue>,
    planned: Option<&Document>,
) -> Vec<NeedRow> {
    let held = |id: &ArtifactId| {
        let to = target(&draft.policies, id);
        there.is_some_and(|there| there.get(&to).is_some())
    };
    let closure = Closure::of(catalogue, &draft.choice(), &held);
    let mut all: BTreeMap<ArtifactId, Needed> = BTreeMap::new();
    for (id, entry) in closure.entries {
        if !entry.chosen {
            let needed = all.entry(id).or_default();
            needed.first = entry.first;
            needed.by = entry.needed_by;
        }
    }
    for (id, need) in closure.left_out {
        let needed = all.entry(id).or_default();
        needed.left_out = true;
        needed.by.insert(need);
    }
    for (id, need) in closure.lacking {
        let needed = all.entry(id).or_default();
        needed.missing = true;
        needed.by.insert(need);
    }
    for item in planned.into_iter().flat_map(|document| &document.items) {
        if let Reason::NeededBy(first) = &item.reason {
            let needed = all.entry(item.source_id().clone()).or_default();
            needed.first.get_or_insert_with(|| first.clone());
            needed.by.extend(item.needed_by.iter().cloned());
        }
    }
    let integrations = integrations(draft, catalogue);
    let mut rows: Vec<NeedRow> = all
        .into_iter()
        .map(|(id, needed)| {
            let artifact = catalogue.get(&id);
            NeedRow {
                name: artifact.map_or_else(|| id.code.clone(), |own| places::name(&own.name)),
                reason: reason(&needed, integrations),
                needed_by: by(&needed),
                left_out: needed.left_out,
                missing: needed.missing,
                verdict: stands(draft, &id, held(&id), there.is_some(), planned),
                id,
            }
        })
        .collect();
    rows.sort_by(|left, right| (left.id.kind, &left.id).cmp(&(right.id.kind, &right.id)));
    rows
}

/// How many integrations were chosen.
fn integrations(draft: &Draft, catalogue: &Catalogue) -> usize {
    let chosen = draft.chosen.difference(&draft.left_out);
    chosen
        .filter(|id| id.kind == ArtifactKind::Integration && catalogue.get(id).is_some())
        .count()
}

fn by(needed: &Needed) -> Vec<ArtifactId> {
    let ids: BTreeSet<&ArtifactId> = needed.by.iter().map(|need| &need.id).collect();
    ids.into_iter().cloned().collect()
}

/// Why something goes along: `called by ORDER_SYNC`, `invoked by 8 of 9`.
fn reason(needed: &Needed, integrations: usize) -> String {
    let Some(first) = needed.first.as_ref().or_else(|| needed.by.first()) else {
        return String::new();
    };
    let same: BTreeSet<&ArtifactId> = needed
        .by
        .iter()
        .filter(|need| need.role == first.role)
        .map(|need| &need.id)
        .collect();
    if same.len() < 2 {
        return Reason::NeededBy(first.clone()).words();
    }
    let many = if same.len() <= integrations {
        format!("{} of {integrations}", same.len())
    } else {
        same.len().to_string()
    };
    match first.role.as_str() {
        "calls" => format!("called by {many}"),
        "trigger" => format!("trigger of {many}"),
        "invoke" => format!("invoked by {many}"),
        "member" => format!("part of {many}"),
        _ => format!("used by {many}"),
    }
}

/// How it stands in the destination, as far as lists and the plan tell.
fn stands(
    draft: &Draft,
    id: &ArtifactId,
    held: bool,
    known: bool,
    planned: Option<&Document>,
) -> Option<Verdict> {
    if known && !held {
        return Some(Verdict::OnlyLeft);
    }
    let to = target(&draft.policies, id);
    let item = planned?.item(&to)?;
    let by_difference = draft.policies.existing(&to) == Existing::ReplaceIfDifferent;
    match (&item.action, id.kind) {
        (Action::Create | Action::NewVersion, _) => Some(Verdict::OnlyLeft),
        // The values of connections are kept whether they differ or not.
        (_, ArtifactKind::Connection | ArtifactKind::Certificate) => None,
        (Action::Keep, _) if by_difference => Some(Verdict::Same),
        (Action::Replace, _) if by_difference => Some(Verdict::Different),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::{Artifact, Dependency};

    use super::*;

    fn id(text: &str) -> ArtifactId {
        text.parse().unwrap()
    }

    fn catalogue(artifacts: &[(&str, &[(&str, &str)])]) -> Catalogue {
        let artifacts = artifacts
            .iter()
            .map(|(own, needs)| {
                let mut artifact = Artifact::named(id(own), *own);
                artifact.dependencies = needs
                    .iter()
                    .map(|(need, role)| Dependency {
                        id: id(need),
                        role: (*role).to_owned(),
                    })
                    .collect();
                artifact
            })
            .collect();
        Catalogue::new("", artifacts, vec![])
    }

    fn draft(chosen: &[&str], left_out: &[&str]) -> Draft {
        let mut draft = Draft::new("WB-0001".to_owned(), String::new());
        draft.chosen = chosen.iter().map(|text| id(text)).collect();
        draft.left_out = left_out.iter().map(|text| id(text)).collect();
        draft
    }

    fn told(rows: &[NeedRow]) -> Vec<(String, &str, bool, bool)> {
        rows.iter()
            .map(|row| {
                (
                    row.id.to_string(),
                    row.reason.as_str(),
                    row.left_out,
                    row.missing,
                )
            })
            .collect()
    }

    #[test]
    fn each_need_says_why_it_goes_along() {
        let source = catalogue(&[
            (
                "integration:A|01.00.0000",
                &[
                    ("connection:ERP", "invoke"),
                    ("integration:C|01.00.0000", "calls"),
                    ("lookup:GONE", "lookup"),
                ],
            ),
            (
                "integration:B|01.00.0000",
                &[("connection:ERP", "invoke"), ("lookup:TAX", "lookup")],
            ),
            ("integration:C|01.00.0000", &[]),
            ("connection:ERP", &[]),
            ("lookup:TAX", &[]),
        ]);
        let chosen = ["integration:A|01.00.0000", "integration:B|01.00.0000"];
        let rows = rows(&draft(&chosen, &["lookup:TAX"]), &source, None, None);
        assert_eq!(
            told(&rows),
            [
                (
                    "integration:C|01.00.0000".to_owned(),
                    "called by A",
                    false,
                    false
                ),
                (
                    "connection:ERP".to_owned(),
                    "invoked by 2 of 2",
                    false,
                    false
                ),
                ("lookup:GONE".to_owned(), "used by A", false, true),
                ("lookup:TAX".to_owned(), "used by B", true, false),
            ]
        );
    }

    #[test]
    fn what_the_destination_lacks_is_said_without_a_call() {
        let source = catalogue(&[
            (
                "integration:A|01.00.0000",
                &[("lookup:L", "lookup"), ("lookup:M", "lookup")],
            ),
            ("lookup:L", &[]),
            ("lookup:M", &[]),
        ]);
        let there = catalogue(&[("lookup:M", &[])]);
        let draft = draft(&["integration:A|01.00.0000"], &[]);
        let verdicts = |there: Option<&Catalogue>| -> Vec<Option<Verdict>> {
            let rows = rows(&draft, &source, there, None);
            rows.into_iter().map(|row| row.verdict).collect()
        };
        assert_eq!(verdicts(Some(&there)), [Some(Verdict::OnlyLeft), None]);
        assert_eq!(verdicts(None), [None, None]);
    }
}
