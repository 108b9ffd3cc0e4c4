//! Grants: who has which role of an application.

use reqwest::Method;
use serde_json::json;

use super::pages::{PAGE, Resources};
use super::{IdentityDomain, ScimFilter};
use crate::calls::{Changed, Made, Seen};
use crate::error::Error;
use crate::http::Expect;
use crate::pace::CallClass;
use crate::wire::{NewRoleGrant, Read, RoleGrant};

impl IdentityDomain {
    /// Grants.
    pub async fn grants(&self, filter: Option<&ScimFilter>) -> Result<Vec<Read<RoleGrant>>, Error> {
        let path = Self::path("/Grants", "Listing the grants".to_owned());
        self.resources(path, filter).await
    }

    /// Grants, with the filter in the body of a POST: for filters too long for an address (RFC 7644
    /// §3.4.3). A read.
    pub async fn search_grants(&self, filter: &ScimFilter) -> Result<Vec<Read<RoleGrant>>, Error> {
        let path = Self::path("/Grants/.search", "Searching the grants".to_owned());
        let operation = path.operation.clone();
        let mut collected = Resources::default();
        loop {
            let call = path
                .clone()
                .call(Method::POST, CallClass::Object)
                .json(json!({
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
                    "filter": filter.text(),
                    "startIndex": collected.next,
                    "count": PAGE,
                }));
            let page = self.client.json(call).await?;
            if collected.take(page, &operation)? {
                return collected.decoded(&operation);
            }
        }
    }

    /// One grant.
    pub async fn grant(&self, id: &str) -> Result<Read<RoleGrant>, Error> {
        let path = Self::path("/Grants", format!("Reading grant `{id}`"));
        self.client.read(path.name(id)?.get()).await
    }

    /// Gives a role. `Conflict` where the grantee has it already. Needs a right to administer the domain.
    pub async fn create_grant(&self, grant: &NewRoleGrant) -> Result<Made<RoleGrant>, Error> {
        let call = Self::path("/Grants", "Granting a role".to_owned())
            .post(CallClass::Change)
            .json(grant.body())
            .expecting(Expect::MaybeJson);
        let filter = ScimFilter::equals("grantee.value", &grant.grantee)
            .and(&ScimFilter::equals("app.value", &grant.app));
        let made = self
            .client
            .change(call, || async {
                let grants = self.grants(Some(&filter)).await?;
                Ok(Seen::done_if(
                    grants.iter().any(|found| grant.is(&found.value)),
                ))
            })
            .await?;
        Ok(made.into())
    }

    /// Takes a role away.
    pub async fn delete_grant(&self, id: &str) -> Result<Changed, Error> {
        let call = Self::path("/Grants", format!("Deleting grant `{id}`"))
            .name(id)?
            .delete();
        self.client
            .change(call, || async { Seen::gone(self.grant(id).await) })
            .await
    }
}
