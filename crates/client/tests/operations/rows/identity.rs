//! The identity domain: users, groups, applications, roles, grants.

use waybill_client::wire::{Grantee, NewRoleGrant};
use waybill_client::{Error, ScimFilter};
use waybill_model::Generation::Oic3;

use crate::bench::{Bench, INSTANCE};
use crate::operation::{Mark, Operation};

const PAGE: &str = "the REST API of identity domains";

fn row(name: &'static str, method: &'static str, path: &str) -> Operation {
    Operation::at(name, method, format!("/admin/v1{path}"))
        .on(&[Oic3])
        .source(PAGE)
        // So that the token is there before a fault is laid.
        .before(|b| async move { b.domain().users(None).await.map(drop) })
}

pub fn rows() -> Vec<Operation> {
    vec![
        users(),
        groups(),
        apps(),
        roles(),
        grants(),
        search(),
        get(),
        create(),
        delete(),
    ]
}

/// A grant that is not there: a monitor's role for the first user who has none of it.
async fn wanted(b: &Bench) -> Result<NewRoleGrant, Error> {
    let domain = b.domain();
    let roles = domain
        .app_roles(Some(&ScimFilter::equals("displayName", "ServiceDeployer")))
        .await?;
    let role = &roles[0].value;
    let users = domain.users(None).await?;
    Ok(NewRoleGrant {
        grantee_kind: Grantee::User,
        grantee: users[0].value.id.clone(),
        app: role.app.value.clone(),
        app_role: role.id.clone(),
    })
}

/// The id of a grant that was just made.
async fn made(b: &Bench) -> Result<String, Error> {
    let made = b.domain().create_grant(&wanted(b).await?).await?;
    Ok(made.answer.unwrap().value.id)
}

fn users() -> Operation {
    row("Search users", "GET", "/Users")
        .client("IdentityDomain::users")
        .statuses(&[200], &[429])
        .call(|b| async move {
            let all = b.domain().users(None).await?;
            let one = &all[0].value;
            let filter = ScimFilter::equals("userName", &one.user_name);
            let found = b.domain().users(Some(&filter)).await?;
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].value.id, one.id);
            Ok(())
        })
        .refused(429, |b| async move {
            b.domain().users(None).await?;
            b.control().fail(waybill_sandbox::Fault {
                kind: waybill_sandbox::FaultKind::Status {
                    code: 429,
                    // Longer than the client waits: it gives up.
                    retry_after: Some(0),
                },
                times: 100,
                path: Some("/admin/v1/Users".to_owned()),
            });
            b.domain().users(None).await.map(drop)
        })
        .note("The token is of another scope, `urn:opc:idm:__myscopes__`.")
}

fn groups() -> Operation {
    row("Search groups", "GET", "/Groups")
        .client("IdentityDomain::groups")
        .call(|b| async move {
            let filter = ScimFilter::starts_with("displayName", "Integration");
            let found = b.domain().groups(Some(&filter)).await?;
            assert!(!found.is_empty());
            let all = b.domain().groups(None).await?;
            assert!(all.len() > found.len());
            Ok(())
        })
}

fn apps() -> Operation {
    row("Search applications", "GET", "/Apps")
        .client("IdentityDomain::apps")
        .call(|b| async move {
            let all = b.domain().apps(None).await?;
            let name = b.instance().integration_instance.clone().unwrap();
            assert!(name.contains(INSTANCE));
            assert!(all.iter().any(|one| one.value.display_name.contains(&name)));
            Ok(())
        })
}

fn roles() -> Operation {
    row("Search application roles", "GET", "/AppRoles")
        .marks(&[Mark::Inferred])
        .client("IdentityDomain::app_roles")
        .call(|b| async move {
            let filter = ScimFilter::equals("displayName", "ServiceDeveloper");
            let found = b.domain().app_roles(Some(&filter)).await?;
            assert_eq!(found[0].value.display_name, "ServiceDeveloper");
            assert!(!found[0].value.app.value.is_empty());
            Ok(())
        })
}

fn grants() -> Operation {
    row("Search grants", "GET", "/Grants")
        .client("IdentityDomain::grants")
        .call(|b| async move {
            let id = made(&b).await?;
            let all = b.domain().grants(None).await?;
            assert!(all.iter().any(|one| one.value.id == id));
            Ok(())
        })
}

fn search() -> Operation {
    row("Search grants (POST)", "POST", "/Grants/.search")
        .client("IdentityDomain::search_grants")
        .call(|b| async move {
            let id = made(&b).await?;
            let filter = ScimFilter::equals("grantee.value", &wanted(&b).await?.grantee);
            let found = b.domain().search_grants(&filter).await?;
            assert!(found.iter().any(|one| one.value.id == id));
            Ok(())
        })
        .note("A read: it is repeated without looking.")
}

fn get() -> Operation {
    row("Retrieve a grant", "GET", "/Grants/{id}")
        .client("IdentityDomain::grant")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let id = made(&b).await?;
            let grant = b.domain().grant(&id).await?.value;
            assert_eq!(grant.grantee.kind.as_deref(), Some("User"));
            Ok(())
        })
        .refused(
            404,
            |b| async move { b.domain().grant("none").await.map(drop) },
        )
}

fn create() -> Operation {
    row("Grant a role", "POST", "/Grants")
        .client("IdentityDomain::create_grant")
        .statuses(&[201], &[400, 409])
        .call(|b| async move { made(&b).await.map(drop) })
        .refused(400, |b| async move {
            let mut grant = wanted(&b).await?;
            "none".clone_into(&mut grant.app_role);
            b.domain().create_grant(&grant).await.map(drop)
        })
        .refused(409, |b| async move {
            made(&b).await?;
            let grant = wanted(&b).await?;
            b.domain().create_grant(&grant).await.map(drop)
        })
}

fn delete() -> Operation {
    row("Take a role away", "DELETE", "/Grants/{id}")
        .client("IdentityDomain::delete_grant")
        .statuses(&[204], &[404])
        .call(|b| async move {
            let id = made(&b).await?;
            b.domain().delete_grant(&id).await?;
            assert!(b.domain().grant(&id).await.is_err());
            Ok(())
        })
        .refused(404, |b| async move {
            b.domain().delete_grant("none").await.map(drop)
        })
}
