//! Schedules created, changed, started, stopped, and run now.
//!
//! Outside projects the calls are documented or described by Oracle's own articles; within projects
//! public scripts use them, and [`Client::delete_schedule`] exists there alone.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_model::{Generation, Scope};

use super::{Changed, Path, Seen, named};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::Expect;
use crate::pace::CallClass;
use crate::wire::{
    Read, Schedule, ScheduleDefinition, ScheduleMode, ScheduleParameter, ScheduleRun,
};

/// A change of a schedule's state.
#[derive(Clone, Copy)]
enum Verb {
    Start,
    Stop,
    Pause,
    Resume,
}

impl Verb {
    const fn path(self) -> &'static str {
        match self {
            Self::Start => "/start",
            Self::Stop => "/stop",
            Self::Pause => "/pause",
            Self::Resume => "/resume",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Start => "Starting",
            Self::Stop => "Stopping",
            Self::Pause => "Pausing",
            Self::Resume => "Resuming",
        }
    }

    /// Whether the state shows that the call was taken. States beside those documented leave it open.
    fn seen(self, state: Option<&str>) -> Seen {
        let (done, not_done): (&[&str], &[&str]) = match self {
            Self::Start => (&["ACTIVE", "STARTING"], &["CANCELLED", "STOPPED"]),
            Self::Stop => (
                &["CANCELLED", "STOPPED", "STOPPING"],
                &["ACTIVE", "STARTING", "PAUSED"],
            ),
            Self::Pause => (&["PAUSED", "PAUSING"], &["ACTIVE", "STARTING"]),
            Self::Resume => (&["ACTIVE", "RESUMING"], &["PAUSED"]),
        };
        match state {
            Some(state) if done.contains(&state) => Seen::Done,
            Some(state) if not_done.contains(&state) => Seen::NotDone,
            _ => Seen::Unknown,
        }
    }
}

impl Client {
    /// Gives an integration a schedule. Described by an article of Oracle's (Gen 2) and used by public
    /// scripts (projects); its codes are not documented.
    pub async fn create_schedule(
        &self,
        within: &Scope,
        integration_id: &str,
        definition: &ScheduleDefinition,
    ) -> Result<Changed, Error> {
        let path = self.schedule_path(within, integration_id, "Creating the schedule of")?;
        let call = path
            .clone()
            .post(CallClass::Change)
            .json(definition.to_body());
        self.write(call, &path).await
    }

    /// Replaces the schedule of an integration. Documented for OIC 3: 200 with the schedule.
    pub async fn update_schedule(
        &self,
        within: &Scope,
        integration_id: &str,
        definition: &ScheduleDefinition,
    ) -> Result<Changed, Error> {
        let path = self.schedule_path(within, integration_id, "Changing the schedule of")?;
        let call = path.put(CallClass::Change).json(definition.to_body());
        Ok(self.send(call).await?.into())
    }

    /// Removes the schedule of an integration of a project (a public script of Oracle's; outside
    /// projects no such call is known).
    pub async fn delete_schedule(
        &self,
        project: &str,
        integration_id: &str,
    ) -> Result<Changed, Error> {
        let within = Scope::Project(project.to_owned());
        let path = self.schedule_path(&within, integration_id, "Deleting the schedule of")?;
        self.remove(path).await
    }

    /// Sets values of schedule parameters; permitted between runs. A real PATCH (documented by
    /// example).
    ///
    /// Documented: 200; `Server(400)`; `NotFound`; `WrongState`.
    pub async fn set_schedule_parameters(
        &self,
        within: &Scope,
        integration_id: &str,
        parameters: &[ScheduleParameter],
    ) -> Result<Changed, Error> {
        let path = self.schedule_path(
            within,
            integration_id,
            "Changing the schedule parameters of",
        )?;
        let call = path
            .then("/parameters")
            .call(Method::PATCH, CallClass::Change)
            .expecting(Expect::Nothing)
            .json(json!({ "parameters": parameters }));
        Ok(self.send(call).await?.into())
    }

    /// Starts the schedule. What the run says goes with its runs; none begins now (the documented
    /// `action` of the body is left out). Documented: 200; on OIC 3 also 202 with a `Location` to look
    /// at; `NotFound`.
    pub async fn start_schedule(
        &self,
        within: &Scope,
        integration_id: &str,
        run: &ScheduleRun,
        mode: ScheduleMode,
    ) -> Result<Changed, Error> {
        let body = (*run != ScheduleRun::default()).then(|| json!(run));
        self.turn_schedule(Verb::Start, within, integration_id, mode, body)
            .await
    }

    /// Stops the schedule and cancels its runs. As starting; public scripts also see `WrongState`
    /// (412) where there is nothing to stop.
    pub async fn stop_schedule(
        &self,
        within: &Scope,
        integration_id: &str,
        mode: ScheduleMode,
    ) -> Result<Changed, Error> {
        self.turn_schedule(Verb::Stop, within, integration_id, mode, None)
            .await
    }

    /// Pauses the schedule and lets its runs end. Codes as for starting.
    pub async fn pause_schedule(
        &self,
        within: &Scope,
        integration_id: &str,
        mode: ScheduleMode,
    ) -> Result<Changed, Error> {
        self.turn_schedule(Verb::Pause, within, integration_id, mode, None)
            .await
    }

    /// Resumes a paused schedule. Codes as for starting.
    pub async fn resume_schedule(
        &self,
        within: &Scope,
        integration_id: &str,
        mode: ScheduleMode,
    ) -> Result<Changed, Error> {
        self.turn_schedule(Verb::Resume, within, integration_id, mode, None)
            .await
    }

    /// Runs a scheduled integration once, now. Documented: 204 (OIC 3); `NotFound`. Whether a lost
    /// answer began a run cannot be told by the design: such a call ends with `Uncertain`.
    pub async fn run_now(
        &self,
        within: &Scope,
        integration_id: &str,
        run: &ScheduleRun,
    ) -> Result<Changed, Error> {
        let path = self.schedule_path(within, integration_id, "Running")?;
        let call = path
            .then("/jobs")
            .post(CallClass::Change)
            .json(run_body(run));
        self.change(call, || async { Ok(Seen::Unknown) }).await
    }

    fn schedule_path(
        &self,
        within: &Scope,
        integration_id: &str,
        doing: &str,
    ) -> Result<Path, Error> {
        let operation = format!("{doing} {}", named("integration", integration_id, within));
        self.only_on(
            &[Generation::Oic3, Generation::Gen2],
            "schedules",
            &operation,
        )?;
        let path = self.integration_path(within, integration_id, operation)?;
        Ok(path.then("/schedule"))
    }

    async fn turn_schedule(
        &self,
        verb: Verb,
        within: &Scope,
        integration_id: &str,
        mode: ScheduleMode,
        body: Option<Value>,
    ) -> Result<Changed, Error> {
        let doing = format!("{} the schedule of", verb.words());
        let schedule = self.schedule_path(within, integration_id, &doing)?;
        if mode != ScheduleMode::default() {
            self.only_on(
                &[Generation::Oic3],
                "these ways to turn schedules",
                &schedule.operation,
            )?;
        }
        let mut call = schedule
            .clone()
            .then(verb.path())
            .post(CallClass::Activation)
            .query_if("async", mode.at_once.then_some("true"))
            .query_if("retry", mode.retry.then_some("true"));
        if let Some(body) = body {
            call = call.json(body);
        }
        let schedule = &schedule;
        self.change(call, || async move {
            let read: Result<Read<Schedule>, Error> =
                self.object(schedule.clone(), Vec::new()).await;
            match read {
                Ok(schedule) => Ok(verb.seen(schedule.value.state.as_deref())),
                Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Seen::Unknown),
                Err(error) => Err(error),
            }
        })
        .await
    }
}

/// The body of a run, with the documented `action`.
fn run_body(run: &ScheduleRun) -> Value {
    let mut body = json!(run);
    body["action"] = json!("NOW");
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_tells_whether_the_verb_was_taken() {
        for (verb, state, seen) in [
            (Verb::Start, Some("STARTING"), Seen::Done),
            (Verb::Start, Some("CANCELLED"), Seen::NotDone),
            (Verb::Start, Some("PAUSED"), Seen::Unknown),
            (Verb::Stop, Some("CANCELLED"), Seen::Done),
            (Verb::Stop, Some("ACTIVE"), Seen::NotDone),
            (Verb::Pause, Some("PAUSING"), Seen::Done),
            (Verb::Resume, Some("PAUSED"), Seen::NotDone),
            (Verb::Resume, None, Seen::Unknown),
        ] {
            assert_eq!(verb.seen(state), seen, "{} {state:?}", verb.words());
        }
    }

    #[test]
    fn a_run_says_what_is_documented() {
        let run = ScheduleRun {
            parameters: Vec::new(),
            run_as_schedule: Some(true),
            run_as_user_name: Some("user@example.com".to_owned()),
        };
        assert_eq!(
            run_body(&run),
            json!({"action": "NOW", "runAsSchedule": true, "runAsUserName": "user@example.com"})
        );
    }
}
