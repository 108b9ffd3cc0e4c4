//! The last look before a run, at which nothing is written.

use std::collections::BTreeMap;

use waybill_engine::plan::{Changed, PlanDestination, changed_since};
use waybill_engine::waybill::Standing;

use crate::Waybill;
use crate::runs::stamp;
use crate::view::{CommandError, MoveChanged, MoveLook};

impl Waybill {
    /// Looks at the destination once more and says what has changed there since the plan, and what a
    /// run would stop at. Writes nothing.
    ///
    /// # Errors
    /// As [`Waybill::move_planned`]; the failures of the instance.
    pub async fn move_look(&self, id: &str) -> Result<MoveLook, CommandError> {
        let document = self.move_document(id).await?;
        let instance = self.move_destination(id).await?;
        let client = self.client_of(&instance).await?;
        let live = self.read_lists(&instance, &client, &|_| {}).await?;
        let now = PlanDestination {
            stamp: stamp(&self.located(&instance)?),
            catalogue: live.catalogue,
            facts: BTreeMap::new(),
            read_only: None,
        };
        let changed = changed_since(&document, &now);
        let mut against: Vec<String> = self
            .stands_against(&document, &instance)
            .into_iter()
            .map(|error| error.message)
            .collect();
        match self.hold().await {
            Ok((_, hold)) => {
                let missing = self.cargo_missing(&document, &hold).await?;
                against.extend(cargo_words(missing));
            }
            Err(error) => against.push(format!(
                "What is changed could not be kept before: {}",
                error.message
            )),
        }
        match self.secrets_missing(&document, &instance.id).await {
            Ok(missing) => against.extend(missing.into_iter().map(|one| {
                format!(
                    "`{}` of `{}` is not kept on this computer. Enter it under Connections.",
                    one.name, one.of.code
                )
            })),
            Err(error) => against.push(error.message),
        }
        Ok(MoveLook {
            at: format!("{:.0}", self.shared.clock.now()),
            changed: changed.into_iter().map(moved).collect(),
            against,
            steps: u32::try_from(document.steps.len()).unwrap_or(u32::MAX),
        })
    }
}

pub(super) fn cargo_words(missing: usize) -> Option<String> {
    match missing {
        0 => None,
        1 => Some("An archive that it will send is not on this computer.".to_owned()),
        many => Some(format!(
            "{many} archives that it will send are not on this computer."
        )),
    }
}

fn moved(changed: Changed) -> MoveChanged {
    MoveChanged {
        was: words(&changed.was),
        is: words(&changed.is),
        id: changed.id,
    }
}

/// How an artifact stands, in words.
fn words(standing: &Standing) -> String {
    if !standing.present {
        return match &standing.version {
            Some(other) => format!("not there; {other} is"),
            None => "not there".to_owned(),
        };
    }
    let state = standing.state.and_then(|state| {
        let value = serde_json::to_value(state).ok()?;
        value.as_str().map(str::to_owned)
    });
    let mut words = state.unwrap_or_else(|| "there".to_owned());
    if let Some(updated) = &standing.updated {
        words.push_str(", changed ");
        words.push_str(updated);
    }
    words
}

#[cfg(test)]
mod tests {
    use waybill_model::State;

    use super::*;

    #[test]
    fn what_has_changed_is_said_in_words() {
        let gone = Standing {
            version: Some("01.00.0000".to_owned()),
            ..Standing::default()
        };
        assert_eq!(words(&gone), "not there; 01.00.0000 is");
        assert_eq!(words(&Standing::default()), "not there");
        let there = Standing {
            present: true,
            state: Some(State::Active),
            updated: Some("2026-11-21T14:00:00Z".to_owned()),
            ..Standing::default()
        };
        assert_eq!(words(&there), "active, changed 2026-11-21T14:00:00Z");
        assert_eq!(cargo_words(0), None);
        assert!(cargo_words(2).is_some_and(|words| words.starts_with("2 archives")));
    }
}
