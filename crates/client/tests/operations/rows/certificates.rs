//! Certificates and keys; OIC 3 alone.

use waybill_client::wire::{CertificateDefinition, CertificateReplacement};
use waybill_client::{Error, ListFilter, Upload};
use waybill_model::Generation::Oic3;

use crate::bench::Bench;
use crate::operation::Operation;

pub fn rows() -> Vec<Operation> {
    vec![list(), get(), add(), replace(), delete()]
}

const NO_ID: &str = "USER|X509|TRUST|nowhere";

async fn any(b: &Bench) -> Result<String, Error> {
    Ok(b.client.certificates().await?[0].value.id.clone())
}

fn definition() -> CertificateDefinition {
    CertificateDefinition {
        name: "new_partner".to_owned(),
        certificate_type: "X509".to_owned(),
        category: "TRUST".to_owned(),
        installed_type: Some("USER".to_owned()),
        ..CertificateDefinition::default()
    }
}

/// A real certificate, made for this run.
fn pem() -> Upload {
    let made = rcgen::generate_simple_self_signed(vec!["partner.example.com".to_owned()]).unwrap();
    Upload::Bytes(made.cert.pem().into())
}

fn replacement(id: &str) -> CertificateReplacement {
    let parts: Vec<&str> = id.split('|').collect();
    CertificateReplacement {
        id: id.to_owned(),
        name: parts[3].to_owned(),
        keystore: parts[2].to_owned(),
        certificate_type: parts[1].to_owned(),
        ..CertificateReplacement::default()
    }
}

fn list() -> Operation {
    Operation::design("Retrieve certificates", "GET", "/certificates")
        .on(&[Oic3])
        .source("op-ic-api-integration-v1-certificates-get")
        .client("certificates, certificates_where")
        .call(|b| async move {
            assert!(!b.client.certificates().await?.is_empty());
            let filter = ListFilter {
                order_by: Some("expiry:asc".to_owned()),
                object_type: Some("X509".to_owned()),
                ..ListFilter::default()
            };
            assert!(!b.client.certificates_where(&filter).await?.is_empty());
            Ok(())
        })
        .note("On Gen 2 no page was found.")
}

fn get() -> Operation {
    Operation::design("Retrieve a certificate", "GET", "/certificates/{id}")
        .on(&[Oic3])
        .source("op-ic-api-integration-v1-certificates-id-get")
        .client("certificate")
        .statuses(&[200], &[404, 500])
        .call(|b| async move {
            let id = any(&b).await?;
            assert_eq!(b.client.certificate(&id).await?.value.id, id);
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.certificate(NO_ID).await.map(drop)
        })
        .faulted(500)
        .note("Key material is never given.")
}

fn add() -> Operation {
    Operation::design("Upload a certificate", "POST", "/certificates")
        .on(&[Oic3])
        .source("op-ic-api-integration-v1-certificates-post")
        .client("add_certificate")
        .statuses(&[204, 200], &[409, 500])
        .call(|b| async move {
            let new = definition();
            b.client.add_certificate(&new, "new.pem", pem()).await?;
            b.client.certificate(&new.id()).await.map(drop)
        })
        .refused(409, |b| async move {
            let new = definition();
            b.client.add_certificate(&new, "new.pem", pem()).await?;
            b.client
                .add_certificate(&new, "new.pem", pem())
                .await
                .map(drop)
        })
        .faulted(500)
}

fn replace() -> Operation {
    Operation::design("Update a certificate", "POST", "/certificates/{id}")
        .on(&[Oic3])
        .source("op-ic-api-integration-v1-certificates-id-post")
        .client("replace_certificate")
        .statuses(&[204, 200], &[404, 500])
        .before(|b| async move {
            b.client
                .add_certificate(&definition(), "new.pem", pem())
                .await
                .map(drop)
        })
        .call(|b| async move {
            let id = definition().id();
            b.client
                .replace_certificate(&replacement(&id), "new.pem", pem())
                .await
                .map(drop)
        })
        .refused(404, |b| async move {
            b.client
                .replace_certificate(&replacement(NO_ID), "new.pem", pem())
                .await
                .map(drop)
        })
        .faulted(500)
        .note("`X-HTTP-Method-Override` is required; the page prints no value and its own example leaves it out. PATCH is sent.")
}

fn delete() -> Operation {
    Operation::design("Delete a certificate", "DELETE", "/certificates/{id}")
        .on(&[Oic3])
        .source("op-ic-api-integration-v1-certificates-id-delete")
        .client("delete_certificate")
        .statuses(&[200, 204], &[404, 500])
        .call(|b| async move {
            let id = any(&b).await?;
            b.client.delete_certificate(&id).await?;
            let left = b.client.certificates().await?;
            assert!(left.iter().all(|one| one.value.id != id));
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.delete_certificate(NO_ID).await.map(drop)
        })
        .faulted(500)
}
