//! What a person says of a waybill: that a warning was read, that somebody agrees, and where a second
//! person has to.

use serde_json::json;
use waybill_engine::Severity;
use waybill_engine::waybill::{Acknowledgement, SignOff};
use waybill_model::ArtifactId;

use super::draft::{Draft, Planned};
use super::handover::planned;
use crate::view::{CommandError, ErrorCode, InstanceView, MovePlan, MoveView};
use crate::{AppEvent, Waybill};

/// The longest name of a person.
const NAME: usize = 120;

impl Waybill {
    /// Says that a warning was read, or was not after all.
    ///
    /// # Errors
    /// `UnknownSubject` where there is no such warning; `BadInput` where the move is not planned.
    pub async fn move_acknowledge(
        &self,
        id: &str,
        rule: &str,
        subject: Option<&ArtifactId>,
        read: bool,
    ) -> Result<MovePlan, CommandError> {
        let (rule, subject) = (rule.to_owned(), subject.cloned());
        let acknowledged = read.then(|| Acknowledgement {
            by: self.shared.asked_by.clone(),
            at: self.now(),
        });
        let draft = self
            .change_draft(id, move |draft| {
                let current = planned_mut(draft)?;
                let findings = current.document.findings.iter_mut().filter(|finding| {
                    finding.severity == Severity::Warning
                        && finding.rule == rule
                        && finding.subject == subject
                });
                let mut found = false;
                for finding in findings {
                    found = true;
                    let known = finding.acknowledged.is_some();
                    if known != acknowledged.is_some() {
                        finding.acknowledged.clone_from(&acknowledged);
                    }
                }
                if found {
                    Ok(())
                } else {
                    Err(CommandError::unknown("warning", &rule).guide(
                        "Look at the findings of this waybill: it may have been planned anew.",
                    ))
                }
            })
            .await?;
        planned(&draft).map(|planned| self.plan_shown(&draft, planned))
    }

    /// A second person agrees to the waybill as it is now.
    ///
    /// # Errors
    /// `BadInput` with `context.field` where no name is given, or it is that of whoever planned it;
    /// `BadInput` where it is not planned, `ChangeBlocked` where a finding blocks it.
    pub async fn move_sign_off(&self, id: &str, by: &str) -> Result<MoveView, CommandError> {
        let by = by.split_whitespace().collect::<Vec<_>>().join(" ");
        if by.is_empty() || by.chars().count() > NAME {
            return Err(CommandError::field("by", "No name of a person is given.")
                .guide("Enter the name of the person who read the waybill and agrees."));
        }
        let at = self.now();
        let name = by.clone();
        let draft = self
            .change_draft(id, move |draft| {
                let document = &mut planned_mut(draft)?.document;
                if by.to_lowercase() == document.made_by.trim().to_lowercase() {
                    return Err(CommandError::field(
                        "by",
                        format!("{by} planned this waybill, and cannot sign it off as well."),
                    )
                    .guide("Let a second person read it and sign it off."));
                }
                if document
                    .findings
                    .iter()
                    .any(|finding| finding.severity == Severity::Blocking)
                {
                    return Err(CommandError::new(
                        ErrorCode::ChangeBlocked,
                        "A waybill that is blocked cannot be signed off.",
                    )
                    .guide("Put right what blocks it, then check it again."));
                }
                let hash = document.hash();
                let same = |one: &SignOff| one.by.to_lowercase() == by.to_lowercase();
                document.sign_offs.retain(|one| !same(one));
                document.sign_offs.push(SignOff { by, at, hash });
                Ok(())
            })
            .await?;
        let hash = planned(&draft)?.document.hash();
        let details = json!({"waybill": id, "by": name, "hash": hash});
        self.audit_with("waybill signed off", id, &details)?;
        self.draft_view(&draft).await
    }

    /// Sets whether runs into an instance demand that a second person signs off.
    ///
    /// # Errors
    /// `UnknownSubject`, `FileFailed`.
    pub async fn sign_off_require(
        &self,
        instance: &str,
        required: bool,
    ) -> Result<InstanceView, CommandError> {
        let instance = self.stored_instance(instance)?;
        let (app, id) = (self.clone(), instance.id.clone());
        let changed = tokio::task::spawn_blocking(move || {
            app.change_instance(&id, |known| known.sign_off_required = required)
        })
        .await
        .map_err(CommandError::internal)??;
        let word = |required| if required { "required" } else { "not required" };
        let details = json!({
            "instance": changed.name,
            "instanceId": changed.id,
            "before": word(instance.sign_off_required),
            "after": word(required),
        });
        self.audit_with("sign-off set", &changed.name, &details)?;
        self.tell(AppEvent::InstancesChanged);
        Ok(self.instance_view(&changed))
    }
}

/// The waybill of a draft, to be changed, unless it is out of date.
fn planned_mut(draft: &mut Draft) -> Result<&mut Planned, CommandError> {
    planned(draft)?;
    draft
        .planned
        .as_mut()
        .ok_or_else(|| CommandError::internal("a plan is there and is not"))
}
