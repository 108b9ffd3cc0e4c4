//! Service roles of the destination, which live in its identity domain: how they stand, and whether a run
//! has a way to them; and whether the people that a waybill names are those whom its ids mean.

use std::collections::BTreeSet;

use waybill_client::{Error, IdentityDomain, ScimFilter};
use waybill_model::{Artifact, ArtifactId, Catalogue};

use super::perform::{Hauling, lost};
use crate::access::Grantee;
use crate::change::Stop;
use crate::waybill::{Fate, IdentityKind, RoleBinding};

impl Hauling {
    /// Adds to what the lists tell which of the roles of the waybill are given now.
    pub(super) async fn with_roles(&self, catalogue: Catalogue) -> Result<Catalogue, Stop> {
        let roles = &self.waybill().bindings.roles;
        if roles.is_empty() {
            return Ok(catalogue);
        }
        let Some(domain) = &self.work.domain else {
            return Err(Stop::failed(
                "Nothing was changed. The sign-in of this instance gives no token for its identity domain, where service roles are given.",
                "Choose client credentials as the sign-in of the instance, then run again.",
            ));
        };
        let domain = domain.with_cancellation(self.work.cancel.clone());
        let Catalogue {
            read_at,
            mut artifacts,
            gaps,
        } = catalogue;
        for (id, role) in roles {
            if !is_meant(&domain, id, role)
                .await
                .map_err(|error| lost(&error))?
            {
                return Err(Stop::failed(
                    format!(
                        "Nothing was changed. The ids in this waybill are not those of {} in the identity domain.",
                        id.code.replace('|', " ")
                    ),
                    "Somebody was removed or renamed since it was planned, or the document was changed. Plan again.",
                ));
            }
            let given = grants(&domain, role).await.map_err(|error| lost(&error))?;
            if !given.is_empty() {
                artifacts.push(Artifact::named(id.clone(), id.code.clone()));
            }
        }
        Ok(Catalogue::new(read_at, artifacts, gaps))
    }
}

impl Hauling {
    /// Whether the ids in access lists are those of the names that a person reads in the waybill: a file can
    /// be changed by hand.
    pub(super) async fn check_people(&self) -> Result<(), Stop> {
        let lists = self.waybill().bindings.access.values();
        let members = lists.flat_map(|list| &list.members);
        let meant = members.filter_map(|own| match &own.fate {
            Fate::Goes { to, .. } => Some((own.kind, to.id.as_str(), to.name.as_str())),
            Fate::Left { .. } => None,
        });
        let meant: BTreeSet<(IdentityKind, &str, &str)> = meant.collect();
        let (Some(domain), false) = (&self.work.domain, meant.is_empty()) else {
            return Ok(());
        };
        let domain = domain.with_cancellation(self.work.cancel.clone());
        let read = futures::try_join!(domain.users(None), domain.groups(None));
        let (users, groups) = read.map_err(|error| lost(&error))?;
        let users = users.iter().map(|own| {
            let own = &own.value;
            (IdentityKind::User, own.id.as_str(), own.user_name.as_str())
        });
        let groups = groups.iter().map(|own| {
            let own = &own.value;
            (
                IdentityKind::Group,
                own.id.as_str(),
                own.display_name.as_str(),
            )
        });
        let known: BTreeSet<(IdentityKind, &str, &str)> = users.chain(groups).collect();
        match meant.difference(&known).next() {
            None => Ok(()),
            Some((kind, _, name)) => Err(Stop::failed(
                format!(
                    "Nothing was changed. The id in this waybill is not that of {} `{name}` in the identity domain.",
                    kind.word()
                ),
                "Somebody was removed or renamed since it was planned, or the document was changed. Plan again.",
            )),
        }
    }
}

/// Whether the ids of a role are those of what a person reads: its name, and the name of who has it.
async fn is_meant(
    domain: &IdentityDomain,
    id: &ArtifactId,
    role: &RoleBinding,
) -> Result<bool, Error> {
    let mut parts = id.code.splitn(3, '|');
    let (Some(name), Some(kind), Some(holder)) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(false);
    };
    let of_app = ScimFilter::equals("app.value", &role.app);
    let known = domain.app_roles(Some(&of_app)).await?;
    let is_role = known
        .iter()
        .any(|own| own.value.id == role.role && own.value.display_name == name);
    let called = ScimFilter::equals("displayName", holder);
    let ids: Vec<String> = match role.kind {
        Grantee::User => {
            let called = ScimFilter::equals("userName", holder);
            let users = domain.users(Some(&called)).await?.into_iter();
            users.map(|own| own.value.id).collect()
        }
        Grantee::Group => {
            let groups = domain.groups(Some(&called)).await?.into_iter();
            groups.map(|own| own.value.id).collect()
        }
        Grantee::App => {
            let apps = domain.apps(Some(&called)).await?.into_iter();
            apps.map(|own| own.value.id).collect()
        }
    };
    Ok(is_role && kind == role.kind.word() && ids.contains(&role.grantee))
}

/// The ids of the grants that give a role.
pub(super) async fn grants(
    domain: &IdentityDomain,
    role: &RoleBinding,
) -> Result<Vec<String>, Error> {
    let filter = ScimFilter::equals("grantee.value", &role.grantee)
        .and(&ScimFilter::equals("app.value", &role.app));
    let all = domain.grants(Some(&filter)).await?.into_iter();
    let own = all
        .map(|read| read.value)
        .filter(|grant| grant.entitlement.attribute_value.as_deref() == Some(role.role.as_str()));
    Ok(own.map(|grant| grant.id).collect())
}
