//! The write policy: whether an instance may be written now.
//!
//! Production can only be read, whatever policy is saved for it, until somebody allows changes for a
//! stated time by typing its name. The time is kept in the settings, so that the window and the
//! command line know the same, and ends by itself.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use waybill_model::{Environment, WritePolicy};

use crate::settings::StoredInstance;
use crate::view::{CommandError, InstanceView, WriteStanding};
use crate::{AppEvent, Waybill};

/// For how long changes can be allowed, in minutes.
const MINUTES: [u32; 3] = [15, 60, 240];
/// What a person does to write into a read-only instance.
pub(crate) const HOW_TO_ALLOW: &str = "Choose Allow changes for 15 minutes (or 60, or 240), then do it again. On the command line: `waybill instance allow-writes`.";

impl Waybill {
    /// Allows changes in a read-only instance for 15, 60 or 240 minutes. It ends by itself.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` with `context.field`: `minutes`, or `typedName` where the name of
    /// a Production instance was not typed as it is.
    pub async fn writes_allow(
        &self,
        instance: &str,
        minutes: u32,
        typed_name: Option<String>,
    ) -> Result<InstanceView, CommandError> {
        let instance = self.stored_instance(instance)?;
        if !MINUTES.contains(&minutes) {
            return Err(CommandError::field(
                "minutes",
                "Changes can be allowed for 15, 60 or 240 minutes.",
            )
            .guide("Choose one of the three. It ends by itself, and can be allowed again."));
        }
        if policy(&instance) != WritePolicy::ReadOnly {
            return Err(CommandError::field(
                "instance",
                format!("`{}` can be changed already.", instance.name),
            )
            .guide("Nothing has to be allowed: its policy lets changes through."));
        }
        let typed = typed_name.as_deref().map(str::trim);
        if instance.environment == Environment::Production && typed != Some(&instance.name) {
            return Err(CommandError::field(
                "typedName",
                "What was typed is not the name of the instance.",
            )
            .guide(format!(
                "Type `{}` as it stands here, capital letters included.",
                instance.name
            )));
        }
        let until = self.shared.clock.now() + SignedDuration::from_mins(i64::from(minutes));
        let until = format!("{until:.0}");
        let details = json!({
            "instance": instance.name,
            "instanceId": instance.id,
            "before": "read only",
            "after": format!("changes allowed until {until}"),
            "minutes": minutes,
        });
        // Written down first: an allowance that nobody knows of must not be.
        self.audit_with("writes allowed", &instance.name, &details)?;
        self.set_policy(&instance, move |known| {
            known.writes_allowed_until = Some(until);
        })
        .await
    }

    /// Makes an instance read-only at once, and ends what was allowed for a time.
    ///
    /// # Errors
    /// `UnknownSubject`.
    pub async fn writes_forbid(&self, instance: &str) -> Result<InstanceView, CommandError> {
        let instance = self.stored_instance(instance)?;
        let before = in_words(&instance, self.shared.clock.now());
        let changed = self
            .set_policy(&instance, |known| {
                known.writes_allowed_until = None;
                known.write_policy = WritePolicy::ReadOnly;
            })
            .await?;
        let details = json!({
            "instance": instance.name,
            "instanceId": instance.id,
            "before": before,
            "after": "read only",
        });
        self.audit_with("writes forbidden", &instance.name, &details)?;
        Ok(changed)
    }

    /// Whether the instance may be written now, from the settings as they are at this moment.
    pub(crate) fn write_standing(&self, instance: &str) -> Result<WriteStanding, CommandError> {
        let instance = self.stored_instance(instance)?;
        Ok(standing(&instance, self.shared.clock.now()))
    }

    async fn set_policy(
        &self,
        instance: &StoredInstance,
        change: impl FnOnce(&mut StoredInstance) + Send + 'static,
    ) -> Result<InstanceView, CommandError> {
        let (app, id) = (self.clone(), instance.id.clone());
        let changed = tokio::task::spawn_blocking(move || app.change_instance(&id, change))
            .await
            .map_err(CommandError::internal)??;
        self.tell(AppEvent::InstancesChanged);
        Ok(self.instance_view(&changed))
    }
}

/// The policy that counts.
fn policy(instance: &StoredInstance) -> WritePolicy {
    match instance.environment {
        Environment::Production => WritePolicy::ReadOnly,
        _ => instance.write_policy,
    }
}

/// Until when changes are allowed. A time further away than can be allowed comes from a clock that
/// was set back or from somebody's editor, and allows nothing.
fn allowed_until(instance: &StoredInstance, now: Timestamp) -> Option<Timestamp> {
    let until: Timestamp = instance.writes_allowed_until.as_deref()?.parse().ok()?;
    let longest = MINUTES.iter().max().copied().unwrap_or_default();
    let farthest = now + SignedDuration::from_mins(i64::from(longest));
    (now < until && until <= farthest).then_some(until)
}

/// Whether the instance may be written at this time.
pub(super) fn standing(instance: &StoredInstance, now: Timestamp) -> WriteStanding {
    let policy = policy(instance);
    let read_only = policy == WritePolicy::ReadOnly;
    let until = allowed_until(instance, now).filter(|_| read_only);
    let may_write = !read_only || until.is_some();
    WriteStanding {
        policy,
        allowed_until: until.map(|until| format!("{until:.0}")),
        may_write,
        because: (!may_write).then(|| match instance.environment {
            Environment::Production => format!(
                "`{}` is a Production instance: it can only be read until changes are allowed for a time.",
                instance.name
            ),
            _ => format!("`{}` is read-only.", instance.name),
        }),
    }
}

/// The standing in a few words, for the history.
pub(crate) fn in_words(instance: &StoredInstance, now: Timestamp) -> String {
    let standing = standing(instance, now);
    match (standing.policy, standing.allowed_until) {
        (WritePolicy::ReadOnly, None) => "read only".to_owned(),
        (WritePolicy::ReadOnly, Some(until)) => format!("changes allowed until {until}"),
        (WritePolicy::Ask, _) => "each change is asked for".to_owned(),
        (WritePolicy::Allow, _) => "changes allowed".to_owned(),
    }
}

/// What screens show of an allowance: nothing once its time is over.
pub(crate) fn shown_until(instance: &StoredInstance, now: Timestamp) -> Option<String> {
    standing(instance, now).allowed_until
}
