//! Access lists: who is let in, who is not, and what is said about those who are not.

use waybill_model::{ArtifactId, ArtifactKind};

use super::actions::{Decision, Decisions, barred_or};
use super::world::World;
use crate::change::{Severity, names, upper};
use crate::waybill::{AccessBinding, Action, Candidate, Existing, Finding, Fix, LeftWhy};

/// So many who may be meant are named.
const NAMED: usize = 3;

impl Decisions {
    pub fn access_list(
        &mut self,
        world: &World<'_>,
        from: &ArtifactId,
        to: &ArtifactId,
    ) -> Decision {
        let project = ArtifactId::global(ArtifactKind::Project, &*to.code, None);
        if !world.destination().has(&project)
            && !self.brings(&project)
            && !self.deploys_into(&to.code)
        {
            return Decision::cannot_go(from, format!("Its project is not in {}.", world.title()));
        }
        let bound = world.request.bindings.access.get(to);
        let action = if !world.destination().has(to) {
            Action::Create
        } else if world.request.policies.existing(to) == Existing::Skip {
            return Decision::skipped(from);
        } else if world.request.policies.existing(to) == Existing::Replace
            // Of two identity domains the ids differ though the people are the same.
            || bound.is_some()
            || world.differs(from, to)
        {
            Action::Replace
        } else {
            self.tell_environment(world, from, to);
            return Decision::new(from, Action::Keep);
        };
        let decision = barred_or(world, from, to, action);
        if !decision.action.brings() || world.same_instance {
            return decision;
        }
        match bound {
            Some(AccessBinding {
                unread: Some(why), ..
            }) => Decision::cannot_go(from, why.clone()),
            Some(bound) if bound.lets_nobody_in() => Decision::cannot_go(
                from,
                format!(
                    "None of the users and groups that it names was found in the identity domain of {}. Say who is who (under Connections), then check again.",
                    world.title()
                ),
            ),
            Some(bound) => {
                self.tell_left(world, to, bound);
                decision
            }
            None => {
                self.find(unbound(from, to));
                decision
            }
        }
    }

    /// Everybody who does not go along is told by name, before anything is written.
    fn tell_left(&mut self, world: &World<'_>, to: &ArtifactId, bound: &AccessBinding) {
        let title = world.title();
        for (own, why, maybe) in bound.left() {
            let text = format!(
                "{} `{}` gets no access to project `{}`: {}.",
                upper(own.kind.word()),
                own.name,
                to.code,
                left_words(why, own.kind.word(), title)
            );
            let mut guidance = String::new();
            if !maybe.is_empty() {
                guidance = format!("{} may be meant. ", candidates(maybe));
            }
            guidance.push_str(
                "To let somebody in, say who is who (under Connections); it is remembered for these two identity domains.",
            );
            let finding = if why == LeftWhy::LeftOut {
                Finding::new("identity-left-out", Severity::Note, text)
            } else {
                Finding::new("identity-unsettled", Severity::Warning, text)
            };
            self.find(finding.about(to).guided(guidance));
        }
    }
}

/// Nobody found out who is meant: the ids are those of the source.
fn unbound(from: &ArtifactId, to: &ArtifactId) -> Finding {
    Finding::new(
        "other-identities",
        Severity::Warning,
        format!(
            "The access list of project `{}` names users and groups of the source.",
            to.code
        ),
    )
    .about(to)
    .guided(
        "They are sent with their ids in the identity domain of the source. Where the destination has another one, leave the list out and say in the console who may do what.",
    )
    .fixed_by(Fix::LeaveOut {
        artifact: from.clone(),
    })
}

/// Why somebody does not go along, within a sentence.
#[must_use]
pub fn left_words(why: LeftWhy, kind: &str, title: &str) -> String {
    match why {
        LeftWhy::Unknown => format!("the identity domain of {title} has no such {kind}"),
        LeftWhy::Dangling => "the source does not know this id any more".to_owned(),
        LeftWhy::EmailDiffers => {
            "name and e-mail address do not belong to the same user there".to_owned()
        }
        LeftWhy::Ambiguous => format!("more than one {kind} there may be meant"),
        LeftWhy::Inactive => format!("the user is deactivated in {title}"),
        LeftWhy::NameAlone => {
            "the source tells nothing but a name, which several may have".to_owned()
        }
        LeftWhy::TableOutOfDate => {
            format!("the table names somebody whom {title} does not know")
        }
        LeftWhy::LeftOut => "so it was decided".to_owned(),
    }
}

fn candidates(maybe: &[Candidate]) -> String {
    let told = maybe.iter().take(NAMED).map(|one| match &one.email {
        Some(email) if *email != one.name => format!("{} ({email})", one.name),
        _ => one.name.clone(),
    });
    let told: Vec<String> = told.collect();
    names(told.iter().map(String::as_str))
}
