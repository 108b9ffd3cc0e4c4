//! Service roles of the destination, which live in its identity domain: how they stand, and whether a run
//! has a way to them.

use waybill_client::{Error, IdentityDomain, ScimFilter};
use waybill_model::{Artifact, Catalogue};

use super::perform::{Hauling, lost};
use crate::change::Stop;
use crate::waybill::RoleBinding;

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
            let given = grants(&domain, role).await.map_err(|error| lost(&error))?;
            if !given.is_empty() {
                artifacts.push(Artifact::named(id.clone(), id.code.clone()));
            }
        }
        Ok(Catalogue::new(read_at, artifacts, gaps))
    }
}

/// The ids of the grants that give a role.
pub(super) async fn grants(
    domain: &IdentityDomain,
    role: &RoleBinding,
) -> Result<Vec<String>, Error> {
    let filter = ScimFilter::equals("grantee.value", &role.grantee)
        .and(&ScimFilter::equals("app.value", &role.app));
    let all = domain.grants(Some(&filter)).await?.into_iter();
    let own = all.map(|read| read.value).filter(|grant| {
        grant.entitlement.attribute_value.as_deref() == Some(role.role.as_str())
    });
    Ok(own.map(|grant| grant.id).collect())
}
