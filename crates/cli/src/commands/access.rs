//! `waybill access` and `waybill roles`.

use tokio_util::sync::CancellationToken;
use waybill_app::view::{
    AccessComparison, AccessCopy, AccessMember, AccessRight, AccessView, CommandError, HolderKind,
    PeopleEntry, PeopleTable, RoleHolder, RolesComparison, RolesCopy, RolesEdit,
};

use super::instance::named;
use super::{Session, plan};
use crate::access_arguments::{
    AccessCompare, AccessCopyArguments, AccessVerb, People, RoleOf, RolesVerb,
};
use crate::exit::Ending;
use crate::output::{Put, bad_input, table};
use crate::place;

pub async fn perform(session: &Session<'_>, verb: AccessVerb) -> Result<Ending, CommandError> {
    match verb {
        AccessVerb::Show {
            place: text,
            project,
        } => {
            session.unlock_vault().await?;
            let place = place::parse(session, &text).await?;
            let view = session.app.access(&place, &project).await?;
            session.output.result("access", &view, || in_words(&view));
            Ok(Ending::Done)
        }
        AccessVerb::Compare(asked) => compare(session, asked).await,
        AccessVerb::Copy(asked) => copy(session, asked).await,
        AccessVerb::People(asked) => people(session, &asked),
    }
}

async fn compare(session: &Session<'_>, asked: AccessCompare) -> Result<Ending, CommandError> {
    session.unlock_vault().await?;
    let left = place::parse(session, &asked.left).await?;
    let right = place::parse(session, &asked.right).await?;
    let told = session
        .app
        .access_compare(&left, &right, &asked.project, asked.other.as_deref())
        .await?;
    session
        .output
        .result("accessComparison", &told, || side_by_side(&told));
    Ok(if told.same {
        Ending::Done
    } else {
        Ending::Different.unless(asked.exit_zero)
    })
}

async fn copy(session: &Session<'_>, asked: AccessCopyArguments) -> Result<Ending, CommandError> {
    session.unlock_vault().await?;
    let from = place::parse(session, &asked.from).await?;
    let to = named(session, &asked.to)?;
    let begun = session
        .app
        .access_copy(AccessCopy {
            from,
            to: to.id,
            projects: asked.projects,
        })
        .await?;
    planned(session, &begun.summary.id).await
}

/// Plans a move that was just begun, and prints its waybill; where that fails nothing of it stays.
pub async fn planned(session: &Session<'_>, number: &str) -> Result<Ending, CommandError> {
    let bar = session.output.work();
    let planned = session
        .app
        .move_plan(
            number,
            false,
            &|progress| bar.show(&progress),
            CancellationToken::new(),
        )
        .await;
    drop(bar);
    let plan = match planned {
        Ok(plan) => plan,
        Err(error) => {
            session.app.move_delete(number).await?;
            return Err(error);
        }
    };
    plan::tell(session, &plan, &[], None);
    Ok(plan::ending(&plan))
}

fn people(session: &Session<'_>, asked: &People) -> Result<Ending, CommandError> {
    let (from, to) = (named(session, &asked.from)?, named(session, &asked.to)?);
    let known = session.app.people(&from.id, &to.id)?;
    let told = if asked.says() {
        let entries = said(known.entries, asked)?;
        session.app.people_set(&from.id, &to.id, entries)?
    } else {
        known
    };
    session
        .output
        .result("people", &told, || table_words(&told));
    Ok(Ending::Done)
}

/// What was said before, with what is said now in its place.
fn said(mut entries: Vec<PeopleEntry>, asked: &People) -> Result<Vec<PeopleEntry>, CommandError> {
    let mut new = Vec::new();
    for (kind, pairs) in [
        (HolderKind::User, &asked.user),
        (HolderKind::Group, &asked.group),
    ] {
        for pair in pairs {
            let Some((from, to)) = pair.split_once('=') else {
                return Err(bad_input(&format!(
                    "`{pair}` says nothing: write it as FROM=TO."
                )));
            };
            new.push(PeopleEntry {
                kind,
                from: from.trim().to_owned(),
                to: Some(to.trim().to_owned()),
            });
        }
    }
    for (kind, names) in [
        (HolderKind::User, &asked.leave_out_user),
        (HolderKind::Group, &asked.leave_out_group),
    ] {
        new.extend(names.iter().map(|name| PeopleEntry {
            kind,
            from: name.trim().to_owned(),
            to: None,
        }));
    }
    let alike = |left: &str, right: &str| left.to_lowercase() == right.to_lowercase();
    entries.retain(|known| {
        let said_anew = new
            .iter()
            .any(|one| one.kind == known.kind && alike(&one.from, &known.from));
        let forgotten = asked.forget.iter().any(|name| alike(name, &known.from));
        !said_anew && !forgotten
    });
    entries.extend(new);
    Ok(entries)
}

pub async fn roles(session: &Session<'_>, verb: RolesVerb) -> Result<Ending, CommandError> {
    match verb {
        RolesVerb::Show { instance, role } => {
            let instance = named(session, &instance)?;
            let mut view = session.app.roles(&instance.id).await?;
            if let Some(role) = role {
                if !view.roles.contains(&role) {
                    let known = view.roles.join(", ");
                    return Err(CommandError {
                        guidance: Some(format!("It has {known}.")),
                        ..bad_input(&format!("{} has no role `{role}`.", view.title))
                    });
                }
                view.holders.retain(|holder| holder.role == role);
            }
            session
                .output
                .result("roles", &view, || holders(&view.holders));
            Ok(Ending::Done)
        }
        RolesVerb::Compare {
            left,
            right,
            exit_zero,
        } => {
            let (left, right) = (named(session, &left)?, named(session, &right)?);
            let told = session.app.roles_compare(&left.id, &right.id).await?;
            session
                .output
                .result("rolesComparison", &told, || roles_side_by_side(&told));
            let same = told.only_left.is_empty() && told.only_right.is_empty();
            Ok(if same {
                Ending::Done
            } else {
                Ending::Different.unless(exit_zero)
            })
        }
        RolesVerb::Copy {
            from,
            to,
            take_away,
        } => {
            session.unlock_vault().await?;
            let (from, to) = (named(session, &from)?, named(session, &to)?);
            let begun = session
                .app
                .roles_copy(RolesCopy {
                    from: from.id,
                    to: to.id,
                    take_away,
                })
                .await?;
            planned(session, &begun.summary.id).await
        }
        RolesVerb::Give(of) => {
            let (instance, give) = role_of(session, of)?;
            edit(session, instance, give, Vec::new()).await
        }
        RolesVerb::Take(of) => {
            let (instance, take) = role_of(session, of)?;
            edit(session, instance, Vec::new(), take).await
        }
    }
}

/// The id of the instance, and who is meant.
fn role_of(session: &Session<'_>, of: RoleOf) -> Result<(String, Vec<RoleHolder>), CommandError> {
    let instance = named(session, &of.instance)?.id;
    let role = of.role;
    let users = of.users.into_iter().map(|name| (HolderKind::User, name));
    let groups = of.groups.into_iter().map(|name| (HolderKind::Group, name));
    let all = users.chain(groups).map(|(kind, name)| RoleHolder {
        role: role.clone(),
        kind,
        name,
    });
    Ok((instance, all.collect()))
}

async fn edit(
    session: &Session<'_>,
    instance: String,
    give: Vec<RoleHolder>,
    take: Vec<RoleHolder>,
) -> Result<Ending, CommandError> {
    session.unlock_vault().await?;
    let begun = session
        .app
        .roles_edit(RolesEdit {
            instance,
            give,
            take,
        })
        .await?;
    planned(session, &begun.summary.id).await
}

const fn right(right: AccessRight) -> &'static str {
    match right {
        AccessRight::Owner => "Owners",
        AccessRight::Editor => "Editors",
        AccessRight::Viewer => "Viewers",
        AccessRight::Monitor => "Monitors",
    }
}

const fn kind(kind: HolderKind) -> &'static str {
    match kind {
        HolderKind::User => "user",
        HolderKind::Group => "group",
        HolderKind::App => "application",
    }
}

fn member(one: &AccessMember) -> String {
    let mut text = format!("{} {}", kind(one.kind), one.name);
    if let Some(email) = one.email.as_ref().filter(|email| **email != one.name) {
        text.put(format_args!(" ({email})"));
    }
    if one.dangling {
        text.push_str(", not known to the identity domain any more");
    }
    text
}

fn in_words(view: &AccessView) -> String {
    let mut text = format!("{} in {}", view.project, view.title);
    for group in &view.groups {
        text.put(format_args!("\n{}", right(group.right)));
        if group.everyone {
            text.push_str("\n  everyone");
        }
        for one in &group.members {
            text.put(format_args!("\n  {}", member(one)));
        }
        if !group.everyone && group.members.is_empty() {
            text.push_str("\n  nobody");
        }
    }
    for note in &view.notes {
        text.put(format_args!("\n{note}"));
    }
    text
}

fn side_by_side(told: &AccessComparison) -> String {
    if told.same {
        return format!(
            "{} has the same access in {} and {}.",
            told.left.project, told.left.title, told.right.title
        );
    }
    let mut text = String::new();
    for one in &told.rights {
        let differs = one.everyone_left != one.everyone_right
            || !one.only_left.is_empty()
            || !one.only_right.is_empty();
        if !differs {
            continue;
        }
        text.put(format_args!("{}\n", right(one.right)));
        if one.everyone_left != one.everyone_right {
            let place = if one.everyone_left {
                &told.left.title
            } else {
                &told.right.title
            };
            text.put(format_args!("  everyone, in {place} alone\n"));
        }
        for (members, place) in [
            (&one.only_left, &told.left.title),
            (&one.only_right, &told.right.title),
        ] {
            for own in members {
                text.put(format_args!("  {}, in {place} alone\n", member(own)));
            }
        }
    }
    text.trim_end().to_owned()
}

fn table_words(told: &PeopleTable) -> String {
    let mut text = format!("From {} to {}", told.from, told.to);
    if told.same_domain {
        text.push_str(
            "\nBoth instances belong to one identity domain: users and groups are the same in both.",
        );
    }
    if told.entries.is_empty() {
        text.push_str(
            "\nNothing is said. Users are found by user name and e-mail address, groups by name.",
        );
        return text;
    }
    let rows: Vec<Vec<String>> = told
        .entries
        .iter()
        .map(|one| {
            let to = one.to.clone();
            vec![
                kind(one.kind).to_owned(),
                one.from.clone(),
                to.unwrap_or_else(|| "gets no access".to_owned()),
            ]
        })
        .collect();
    text.put(format_args!("\n{}", table(&["Kind", "From", "To"], &rows)));
    text
}

fn holders(all: &[RoleHolder]) -> String {
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|one| {
            vec![
                one.role.clone(),
                kind(one.kind).to_owned(),
                one.name.clone(),
            ]
        })
        .collect();
    table(&["Role", "Kind", "Name"], &rows)
}

fn roles_side_by_side(told: &RolesComparison) -> String {
    let mut text = String::new();
    for (all, place) in [
        (&told.only_left, &told.left),
        (&told.only_right, &told.right),
    ] {
        for one in all {
            text.put(format_args!(
                "{}  {} {}, in {place} alone\n",
                one.role,
                kind(one.kind),
                one.name
            ));
        }
    }
    text.put(format_args!("{} the same in both", told.same.len()));
    text
}
