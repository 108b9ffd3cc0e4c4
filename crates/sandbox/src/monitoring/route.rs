//! Which monitoring call is answered how.

use axum::http::StatusCode;
use jiff::Timestamp;
use waybill_model::Generation;

use super::journal::Journal;
use super::{audit, counts, instances, logs, recovery};
use crate::api::{Answer, Call, Verb, not_found, refuse};
use crate::house::{House, Resident, hold, read};
use crate::role::Action;
use crate::store::Instance;

/// What a monitoring call is answered from.
pub(super) struct Scene<'call> {
    pub call: &'call Call<'call>,
    pub instance: &'call Instance,
    pub base: &'call str,
    pub now: Timestamp,
}

impl Scene<'_> {
    pub fn oic3(&self) -> bool {
        self.instance.generation == Generation::Oic3
    }

    /// The address of something below `monitoring`.
    pub fn href(&self, path: &str) -> String {
        let selector = if self.oic3() {
            format!("?integrationInstance={}", self.instance.wire_name)
        } else {
            String::new()
        };
        format!(
            "{}/ic/api/integration/v1/monitoring/{path}{selector}",
            self.base
        )
    }
}

/// Answers a call below `monitoring`; `path` is what comes after it.
pub(crate) fn answer(house: &House, resident: &Resident, call: &Call<'_>, path: &[&str]) -> Answer {
    let content = read(&resident.content);
    let mut journal = hold(&resident.journal);
    let now = Timestamp::now();
    journal.advance(&content, house.traffic, now);
    let scene = Scene {
        call,
        instance: &content,
        base: &resident.base,
        now,
    };
    match call.verb {
        Verb::Get => {
            call.needs(Action::Monitor)?;
            shown(&scene, &journal, path)
        }
        Verb::Post => {
            call.needs(Action::Operate)?;
            changed(&scene, &mut journal, path)
        }
        _ => Err(refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "Method not allowed.",
        )),
    }
}

fn shown(scene: &Scene<'_>, journal: &Journal, path: &[&str]) -> Answer {
    match path {
        ["instances"] => instances::list(scene, journal),
        ["instances", id] => instances::single(scene, journal, id),
        ["instances", id, "activityStream" | "activityStreamDetails"] => {
            instances::activity(scene, journal, id, None)
        }
        ["instances", id, "activityStreamDetails", key] => {
            instances::activity(scene, journal, id, Some(key))
        }
        ["errors"] => recovery::list(scene, journal),
        ["errors", "recoveryJobs"] => recovery::jobs(scene, journal),
        ["errors", "recoveryJobs", id] => recovery::job(scene, journal, id),
        ["errors", id] => recovery::single(scene, journal, id),
        ["integrations"] => counts::integrations(scene, journal),
        ["integrations", "messages", "summary"] => counts::summary(scene, journal),
        ["integrations", id] => counts::integration(scene, journal, id),
        ["history"] => counts::history(scene, journal),
        ["auditRecords"] => audit::list(scene, journal),
        ["futureruns"] => counts::future_runs(scene),
        ["logs", id] => logs::download(scene, journal, id),
        _ => Err(not_found("Resource")),
    }
}

fn changed(scene: &Scene<'_>, journal: &mut Journal, path: &[&str]) -> Answer {
    match path {
        ["instances", id, "abort"] => instances::abort(scene, journal, id),
        ["errors", "resubmit"] => recovery::resubmit_many(scene, journal),
        ["errors", "discard"] => recovery::discard_many(scene, journal),
        ["errors", id, "resubmit"] => recovery::resubmit(scene, journal, id),
        ["errors", id, "discard"] => recovery::discard(scene, journal, id),
        _ => Err(not_found("Resource")),
    }
}
