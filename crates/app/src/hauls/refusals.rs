//! What stands against a run of a waybill.

use waybill_engine::waybill::{Finding, Waybill as Document};
use waybill_engine::{InstanceStamp, RunId, RunKind};
use waybill_model::Environment;

use crate::Waybill;
use crate::changes::HOW_TO_ALLOW;
use crate::moves::lasts;
use crate::runs::{is_same_place, stamp};
use crate::settings::StoredInstance;
use crate::view::{CommandError, ErrorCode};

impl Waybill {
    /// The first thing that keeps a waybill from being run as it stands, without asking the
    /// destination: findings, sign-off, address, write policy, another run.
    pub(super) fn refuse_haul(
        &self,
        document: &Document,
        instance: &StoredInstance,
    ) -> Result<(), CommandError> {
        let first = self.stands_against(document, instance).into_iter().next();
        first.map_or(Ok(()), Err)
    }

    /// All of that.
    pub(super) fn stands_against(
        &self,
        document: &Document,
        instance: &StoredInstance,
    ) -> Vec<CommandError> {
        let blocked = |message: String| {
            CommandError::new(ErrorCode::ChangeBlocked, message).with("move", &document.id)
        };
        let mut all = Vec::new();
        if document.steps.is_empty() {
            all.push(blocked("There is nothing to do.".to_owned()).guide(
                "The destination holds what was chosen already. Choose more, or leave it as it is.",
            ));
        }
        if !is_same_place(&document.destination.instance, instance) {
            all.push(
                blocked(format!(
                    "`{}` has another address than when this was planned.",
                    instance.name
                ))
                .guide("Check it again: that plans it for the instance as it is now."),
            );
        }
        if became_production(&document.destination.instance, instance) {
            all.push(
                blocked(format!(
                    "`{}` is Production here, and this was planned as if it were not.",
                    instance.name
                ))
                .guide("Check it again: that plans it for the instance as it is now."),
            );
        }
        let open: Vec<&Finding> = document.open_findings().filter(|one| lasts(one)).collect();
        if let Some(finding) = open.first() {
            let open = open.len();
            let more = match open {
                1 => String::new(),
                many => format!(" There are {} more.", many - 1),
            };
            let guidance = finding.guidance.clone();
            all.push(
                blocked(format!("{}{more}", finding.text))
                    .guide(guidance.unwrap_or_else(|| {
                        "Put right what blocks, and read the warnings, under Checks.".to_owned()
                    }))
                    .with("rule", &finding.rule),
            );
        }
        all.extend(sign_off_missing(document, instance));
        all.extend(self.refuse_read_only(instance).err());
        all.extend(self.refuse_while_running(instance).err());
        all
    }

    /// Whether the instance may be changed at this moment.
    pub(super) fn refuse_read_only(&self, instance: &StoredInstance) -> Result<(), CommandError> {
        match self.write_standing(&instance.id)?.because {
            None => Ok(()),
            Some(because) => Err(CommandError::new(ErrorCode::ReadOnly, because)
                .guide(HOW_TO_ALLOW)
                .with("instance", &instance.name)),
        }
    }

    /// The name that a person types before the run of a waybill goes on, or is tried again, from the
    /// command line: that of its instance, where it is Production. None for other runs.
    ///
    /// # Errors
    /// `UnknownSubject`; the failures of the journal.
    pub fn run_asks_name(&self, run: &str) -> Result<Option<String>, CommandError> {
        let run = self.shared.journal.run(&RunId::named(run))?;
        let Some(id) = run
            .instance_id
            .filter(|_| matches!(run.kind, RunKind::Move | RunKind::Clone))
        else {
            return Ok(None);
        };
        let instance = self.stored_instance(&id).ok();
        let production =
            instance.filter(|instance| instance.environment == Environment::Production);
        Ok(production.map(|instance| instance.name))
    }
}

/// What is said where the destination demands a sign-off and the waybill as it is has none.
pub(super) fn sign_off_missing(
    document: &Document,
    instance: &StoredInstance,
) -> Option<CommandError> {
    let missing = instance.sign_off_required && !document.is_signed_off();
    missing.then(|| {
        CommandError::new(
            ErrorCode::ChangeBlocked,
            format!(
                "`{}` demands that a second person signs off, and nobody has signed this waybill as it is.",
                instance.name
            ),
        )
        .guide("Let a second person read it under Review and sign off. On the command line: `waybill sign-off`.")
        .with("move", &document.id)
        .with("signOff", "required")
    })
}

/// Production wants its name typed.
pub(super) fn check_name(
    instance: &StoredInstance,
    typed: Option<&str>,
) -> Result<(), CommandError> {
    let wanted = (instance.environment == Environment::Production).then_some(&instance.name);
    match wanted {
        Some(name) if typed.map(str::trim) != Some(name.trim()) => Err(CommandError::field(
            "typedName",
            "What was typed is not the name of the destination.",
        )
        .guide(format!(
            "Type `{name}` as it stands here, capital letters included."
        ))),
        _ => Ok(()),
    }
}

/// Whether an instance is Production that was said to be something else: what a person read did not say
/// so, and no name was asked for.
fn became_production(stamped: &InstanceStamp, instance: &StoredInstance) -> bool {
    instance.environment == Environment::Production
        && stamped.environment != Environment::Production
}

/// Whether the run can be taken up in the instance as it is saved now.
pub(super) fn check_place(
    stamped: &InstanceStamp,
    instance: &StoredInstance,
) -> Result<(), CommandError> {
    if became_production(stamped, instance) {
        return Err(CommandError::new(
            ErrorCode::BadInput,
            format!(
                "`{}` was not Production when this run began.",
                instance.name
            ),
        )
        .guide("Give the run up, and plan it anew."));
    }
    if is_same_place(stamped, instance) {
        return Ok(());
    }
    let now = stamp(instance);
    Err(CommandError::new(
        ErrorCode::BadInput,
        format!(
            "`{}` has another address than when this run began: {}.",
            now.name, now.address
        ),
    )
    .guide("Give the run up, and plan it anew."))
}
