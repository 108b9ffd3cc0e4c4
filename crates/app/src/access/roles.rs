//! Service roles: who has which in an instance, and how two instances differ. Roles are grants of the
//! identity domain for the application of the instance (`oic/api-projects-monitoring-auth.md` §5).

use std::collections::HashMap;

use waybill_client::{IdentityDomain, ScimFilter};
use waybill_engine::access::{Grantee, RoleGrant, compare_roles};

use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{CommandError, ErrorCode, HolderKind, RoleHolder, RolesComparison, RolesView};

/// What an instance has to do with its identity domain.
pub(crate) struct InstanceRoles {
    /// The id of the application that stands for the instance.
    pub app: String,
    /// The names of the roles by their ids.
    pub names: HashMap<String, String>,
    /// Who has which.
    pub grants: Vec<RoleGrant>,
}

impl Waybill {
    /// Who has which service role of an instance.
    ///
    /// # Errors
    /// `UnknownSubject`; `NotOffered` for a way of signing in that gives no token for the identity domain;
    /// `NotFound` where the domain has no application of that instance; `RightMissing`; the failures of
    /// any call.
    pub async fn roles(&self, instance: &str) -> Result<RolesView, CommandError> {
        let instance = self.stored_instance(instance)?;
        let told = self.roles_of(&instance).await?;
        let mut roles: Vec<String> = told.names.into_values().collect();
        roles.sort();
        Ok(RolesView {
            instance: instance.id,
            title: instance.name,
            roles,
            holders: holders(told.grants),
        })
    }

    /// Lays the service roles of two instances side by side.
    ///
    /// # Errors
    /// As [`Waybill::roles`].
    pub async fn roles_compare(
        &self,
        left: &str,
        right: &str,
    ) -> Result<RolesComparison, CommandError> {
        let (left, right) = (self.stored_instance(left)?, self.stored_instance(right)?);
        let (ours, theirs) = futures::try_join!(self.roles_of(&left), self.roles_of(&right))?;
        let told = compare_roles(&ours.grants, &theirs.grants);
        Ok(RolesComparison {
            left: left.name,
            right: right.name,
            only_left: holders(told.only_first),
            only_right: holders(told.only_second),
            same: holders(told.same),
        })
    }

    pub(crate) async fn roles_of(
        &self,
        instance: &StoredInstance,
    ) -> Result<InstanceRoles, CommandError> {
        let domain = self.identity_domain_of(instance).await?;
        let app = application(&domain, &self.located(instance)?).await?;
        let of_app = ScimFilter::equals("app.value", &app);
        let read = async {
            futures::try_join!(
                domain.app_roles(Some(&of_app)),
                domain.grants(Some(&of_app)),
                domain.users(None),
                domain.groups(None),
                domain.apps(None)
            )
        };
        let (roles, grants, users, groups, apps) = Box::pin(read).await?;
        let names: HashMap<String, String> = roles
            .into_iter()
            .map(|read| (read.value.id, read.value.display_name))
            .collect();
        let mut known: HashMap<(Grantee, String), String> = HashMap::new();
        let users = users.into_iter().map(|read| read.value);
        known.extend(users.map(|own| ((Grantee::User, own.id), own.user_name)));
        let groups = groups.into_iter().map(|read| read.value);
        known.extend(groups.map(|own| ((Grantee::Group, own.id), own.display_name)));
        let apps = apps.into_iter().map(|read| read.value);
        known.extend(apps.map(|own| ((Grantee::App, own.id), own.display_name)));
        let grants = grants.into_iter().filter_map(|read| {
            let grant = read.value;
            let kind = Grantee::from_wire(grant.grantee.kind.as_deref())?;
            let role = grant.entitlement.attribute_value.as_ref()?;
            let id = grant.grantee.value;
            let name = known.get(&(kind, id.clone())).cloned();
            Some(RoleGrant {
                role: names.get(role)?.clone(),
                kind,
                name: name.or(grant.grantee.display).unwrap_or_else(|| id.clone()),
                id,
                grant: grant.id,
            })
        });
        let grants = grants.collect();
        Ok(InstanceRoles { app, names, grants })
    }
}

/// The id of the application that stands for an instance in its identity domain: it bears the name of
/// the service instance.
async fn application(
    domain: &IdentityDomain,
    instance: &StoredInstance,
) -> Result<String, CommandError> {
    let name = instance.instance_name.as_deref().unwrap_or(&instance.name);
    let filter = ScimFilter::equals("displayName", name);
    let mut found = domain.apps(Some(&filter)).await?.into_iter();
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.value.id),
        (None, _) => Err(CommandError::new(
            ErrorCode::NotFound,
            format!(
                "The identity domain of {} has no application `{name}`.",
                instance.name
            ),
        )
        .guide("Look in the identity domain under Oracle Cloud Services how the application of the instance is called. Waybill looks for the name of the service instance, as its About page shows it.")
        .with("instance", &instance.id)),
        (Some(_), Some(_)) => Err(CommandError::new(
            ErrorCode::NotFound,
            format!(
                "The identity domain of {} has more than one application `{name}`.",
                instance.name
            ),
        )
        .guide("Nobody can tell which of them stands for the instance. Give the roles in the console.")
        .with("instance", &instance.id)),
    }
}

fn holders(grants: Vec<RoleGrant>) -> Vec<RoleHolder> {
    let mut all: Vec<RoleHolder> = grants
        .into_iter()
        .map(|grant| RoleHolder {
            role: grant.role,
            kind: match grant.kind {
                Grantee::User => HolderKind::User,
                Grantee::Group => HolderKind::Group,
                Grantee::App => HolderKind::App,
            },
            name: grant.name,
        })
        .collect();
    all.sort();
    all
}
