//! Activating, deactivating and changing integrations, and how far that is.
//!
//! The service answers some of these calls at once and works on, also unasked (recorded): the end is
//! told by the state alone, which [`Client::activation_state`] reads and
//! [`Client::watch_activations`] follows.

use serde_json::{Value, json};
use waybill_model::{Generation, Scope};

use super::{Changed, Path, Seen, named};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::{Call, Expect};
use crate::pace::CallClass;
use crate::wire::{
    Activation, ActivationErrors, ActivationState, Deactivation, IntegrationFlags, Read,
};

impl Client {
    /// Activates a version (`CODE|VERSION`). An active version of the same major version is deactivated
    /// by it (documented). A `status` of the answer is not the end of it.
    ///
    /// Documented: 200; `NotFound`; `WrongState` (412) where it is active or cannot be activated;
    /// `Server(500)`.
    pub async fn activate_integration(
        &self,
        within: &Scope,
        id: &str,
        activation: &Activation,
    ) -> Result<Changed, Error> {
        let operation = format!("Activating {}", named("integration", id, within));
        self.check_flags(&activation.flags, &operation)?;
        if activation.oracle_recommends.is_some() {
            self.only_on(
                &[Generation::Gen2],
                "Oracle's recommendations on activation",
                &operation,
            )?;
        }
        let mut body = flags(&activation.flags);
        body["status"] = json!("ACTIVATED");
        let path = self.integration_path(within, id, operation)?;
        let call = path
            .clone()
            .post(CallClass::Activation)
            .patch()
            .json(body)
            .expecting(Expect::MaybeJson)
            .query_if(
                "enableAsyncActivationMode",
                activation.at_once.then_some("true"),
            )
            .query_if(
                "deleteEventSubscriptionFlag",
                activation.delete_event_subscription.map(text),
            )
            .query_if(
                "oracleRecommendsFlag",
                activation.oracle_recommends.map(text),
            );
        self.settle(call, path, &["ACTIVATED", "ACTIVATION_INPROGRESS"])
            .await
    }

    /// Deactivates a version (`CODE|VERSION`); requests not yet worked off are dropped (documented).
    ///
    /// Documented: 200; `NotFound`; `WrongState` (412) where it is not active; `Server(500)`.
    pub async fn deactivate_integration(
        &self,
        within: &Scope,
        id: &str,
        deactivation: &Deactivation,
    ) -> Result<Changed, Error> {
        let operation = format!("Deactivating {}", named("integration", id, within));
        let mut body = json!({ "status": "CONFIGURED" });
        if deactivation.stop_schedule {
            self.only_on(
                &[Generation::Oic3],
                "the stop of a schedule along with a deactivation",
                &operation,
            )?;
            body["stopScheduleForDeactivation"] = json!("true");
        }
        if let Some(soft) = deactivation.soft {
            self.only_on(&[Generation::Oic3], "a soft deactivation", &operation)?;
            body["softDeactivate"] = json!(soft);
        }
        let path = self.integration_path(within, id, operation)?;
        let call = path
            .clone()
            .post(CallClass::Activation)
            .patch()
            .json(body)
            .expecting(Expect::MaybeJson)
            .query_if(
                "enableAsyncActivationMode",
                deactivation.at_once.then_some("true"),
            )
            .query_if(
                "deleteEventSubscriptionFlag",
                deactivation.delete_event_subscription.map(text),
            );
        self.settle(call, path, &["CONFIGURED", "DEACTIVATION_INPROGRESS"])
            .await
    }

    /// Sets flags of an integration, tracing among them, and leaves its state as it is (documented as
    /// one call with activating; that flags go without a status is inferred).
    ///
    /// Documented: 200; `NotFound`; `WrongState` (412); `Server(500)`.
    pub async fn update_integration(
        &self,
        within: &Scope,
        id: &str,
        changes: &IntegrationFlags,
    ) -> Result<Changed, Error> {
        let operation = format!("Changing {}", named("integration", id, within));
        self.check_flags(changes, &operation)?;
        let path = self.integration_path(within, id, operation)?;
        let call = path
            .post(CallClass::Activation)
            .patch()
            .json(flags(changes))
            .expecting(Expect::MaybeJson);
        // The same values again change nothing.
        Ok(self.send(call).await?.into())
    }

    /// Activates many anew that are active, by `CODE|VERSION`; OIC 3 alone. Whether a lost answer did
    /// it cannot be told: such a call ends with `Uncertain`.
    pub async fn reactivate_integrations(&self, ids: &[&str]) -> Result<Changed, Error> {
        let operation = format!("Reactivating {} integrations", ids.len());
        self.only_on(&[Generation::Oic3], "reactivation", &operation)?;
        let call = self
            .path(&Scope::Global, operation)?
            .then("/integrations/reactivate")
            .post(CallClass::Activation)
            .json(json!(ids));
        self.change(call, || async { Ok(Seen::Unknown) }).await
    }

    /// How far an activation or deactivation is. Documented: 200; `NotFound`; `WrongState`;
    /// `Server(500)`.
    pub async fn activation_state(
        &self,
        within: &Scope,
        id: &str,
    ) -> Result<Read<ActivationState>, Error> {
        let operation = format!(
            "Reading the activation status of {}",
            named("integration", id, within)
        );
        let path = self.integration_path(within, id, operation)?;
        self.object(path.then("/activationStatus"), Vec::new())
            .await
    }

    /// Why the last activation failed; without words where it did not. The shape of the answer is not
    /// documented.
    pub async fn activation_errors(
        &self,
        within: &Scope,
        id: &str,
    ) -> Result<Read<ActivationErrors>, Error> {
        let operation = format!(
            "Reading the activation errors of {}",
            named("integration", id, within)
        );
        self.only_on(
            &[Generation::Oic3, Generation::Gen2],
            "activation errors",
            &operation,
        )?;
        let path = self.integration_path(within, id, operation)?;
        let call = path
            .then("/activationErrors")
            .get()
            .expecting(Expect::MaybeJson);
        let answer = Changed::from(self.send(call).await?);
        let raw = answer.json().unwrap_or(Value::Null);
        Ok(Read {
            value: ActivationErrors::gather(&raw),
            raw,
        })
    }

    pub(super) fn integration_path(
        &self,
        within: &Scope,
        id: &str,
        operation: String,
    ) -> Result<Path, Error> {
        self.path(within, operation)?.then("/integrations").name(id)
    }

    /// Sends a call that leads to one of these states.
    async fn settle(
        &self,
        call: Call,
        path: Path,
        towards: &'static [&'static str],
    ) -> Result<Changed, Error> {
        let state = &path.then("/activationStatus");
        self.change(call, || async move {
            let read: Result<Read<ActivationState>, Error> =
                self.object(state.clone(), Vec::new()).await;
            match read {
                Ok(state) => Ok(reached(&state.value.activation_status, towards)),
                Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Seen::Unknown),
                Err(error) => Err(error),
            }
        })
        .await
    }

    fn check_flags(&self, flags: &IntegrationFlags, operation: &str) -> Result<(), Error> {
        if flags.of_oic3() {
            self.only_on(
                &[Generation::Oic3],
                "recording, replay and payload checks",
                operation,
            )?;
        }
        Ok(())
    }
}

/// Whether a state shows that a call was taken. A failed activation may be the outcome of this call, or
/// be there from before.
fn reached(status: &str, towards: &[&str]) -> Seen {
    if towards.contains(&status) {
        Seen::Done
    } else if matches!(status, "ACTIVATED" | "CONFIGURED") {
        Seen::NotDone
    } else {
        Seen::Unknown
    }
}

fn flags(flags: &IntegrationFlags) -> Value {
    // Flags are plain members; writing them does not fail.
    serde_json::to_value(flags).unwrap_or_else(|_| json!({}))
}

const fn text(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_tells_whether_the_call_was_taken() {
        let on = &["ACTIVATED", "ACTIVATION_INPROGRESS"];
        let off = &["CONFIGURED", "DEACTIVATION_INPROGRESS"];
        for (status, towards, seen) in [
            ("ACTIVATED", on, Seen::Done),
            ("ACTIVATION_INPROGRESS", on, Seen::Done),
            ("CONFIGURED", on, Seen::NotDone),
            ("FAILEDACTIVATION", on, Seen::Unknown),
            ("DEACTIVATION_INPROGRESS", on, Seen::Unknown),
            ("CONFIGURED", off, Seen::Done),
            ("ACTIVATED", off, Seen::NotDone),
            ("", off, Seen::Unknown),
        ] {
            assert_eq!(reached(status, towards), seen, "{status}");
        }
    }
}
