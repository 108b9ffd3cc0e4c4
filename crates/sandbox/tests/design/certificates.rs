//! Certificates, and agents, which no call changes.

use crate::world::{JSON, PATCH, Part, full, gen2, refused, text};

/// A certificate of a name, in PEM.
fn certificate() -> Vec<u8> {
    rcgen::generate_simple_self_signed(["partner.example.com".to_owned()])
        .unwrap()
        .cert
        .pem()
        .into_bytes()
}

fn parts<'part>(file: &'part [u8], kind: &'part str, category: &'part str) -> Vec<Part<'part>> {
    vec![
        ("name", None, b"new_one"),
        ("type", None, kind.as_bytes()),
        ("category", None, category.as_bytes()),
        ("file", Some("new.pem"), file),
    ]
}

#[tokio::test]
async fn certificates_are_added_replaced_and_removed() {
    let (running, caller) = full(4).await;
    let pem = certificate();
    let all = parts(&pem, "X509", "TRUST");
    let new = caller.send_form("POST", "certificates", &all).await;
    assert_eq!(new.line, "HTTP/1.1 204 No Content", "{}", text(&new));
    let path = "certificates/USER|X509|TRUST|new_one";
    let shown = caller.get(path).await.json();
    // The usual end of certificates of the library that made it.
    assert!(
        shown["expiryDate"].as_str().unwrap().starts_with("4096-"),
        "{shown}"
    );
    refused(
        &caller.send_form("POST", "certificates", &all).await,
        "409 Conflict",
    );
    let described: Part<'_> = (
        "certificate",
        Some("certificate.json"),
        br#"{"id":"USER|X509|TRUST|new_one","name":"new_one","type":"X509"}"#,
    );
    let file: Part<'_> = ("file", Some("new.pem"), &pem);
    for header in [PATCH, "X-HTTP-Method-Override: PUT"] {
        let replaced = caller
            .send_form_with(
                "POST",
                "certificates/USER%7CX509%7CTRUST%7Cnew_one/",
                &[header],
                &[file, described],
            )
            .await;
        assert_eq!(
            replaced.line,
            "HTTP/1.1 204 No Content",
            "{}",
            text(&replaced)
        );
    }
    refused(
        &caller.send_form("POST", path, &[file, described]).await,
        "400 Bad Request",
    );
    refused(
        &caller
            .send_form_with("POST", path, &[PATCH], &[("file", Some("x"), b"nothing")])
            .await,
        "400 Bad Request",
    );
    refused(
        &caller
            .send_form_with("POST", path, &[PATCH], &[("other", None, b"x")])
            .await,
        "400 Bad Request",
    );
    refused(
        &caller
            .send_form_with(
                "POST",
                "certificates/USER|X509|TRUST|no_one",
                &[PATCH],
                &[file],
            )
            .await,
        "404 Not Found",
    );
    assert_eq!(caller.delete(path).await.line, "HTTP/1.1 200 OK");
    refused(&caller.delete(path).await, "404 Not Found");
    refused(&caller.get(path).await, "404 Not Found");
    running.shutdown().await;
}

#[tokio::test]
async fn kinds_categories_and_passwords_have_to_fit() {
    let (running, caller) = full(4).await;
    let pem = certificate();
    for (kind, category) in [("X509", "PRIVATE"), ("JKS", "TRUST"), ("PGP", "TRUST")] {
        refused(
            &caller
                .send_form("POST", "certificates", &parts(&pem, kind, category))
                .await,
            "400 Bad Request",
        );
    }
    refused(
        &caller
            .send_form("POST", "certificates", &parts(b"text", "X509", "TRUST"))
            .await,
        "400 Bad Request",
    );
    refused(
        &caller
            .send_form("POST", "certificates", &parts(b"", "X509", "TRUST"))
            .await,
        "400 Bad Request",
    );
    let mut key = parts(b"a key", "PGP", "PRIVATE");
    refused(
        &caller.send_form("POST", "certificates", &key).await,
        "400 Bad Request",
    );
    key.push(("passPhrase", None, b"secret"));
    assert_eq!(
        caller.send_form("POST", "certificates", &key).await.status,
        204
    );
    refused(
        &caller.send("POST", "certificates", &[JSON], b"{}").await,
        "415 Unsupported Media Type",
    );
    let ordered = caller.list("certificates?orderBy=expiry").await;
    let ends: Vec<&str> = ordered
        .iter()
        .filter_map(|one| one["expiryDate"].as_str())
        .collect();
    assert!(ends.len() > 3 && ends.is_sorted());
    running.shutdown().await;

    let (running, caller) = gen2().await;
    refused(
        &caller
            .send_form("POST", "certificates", &parts(&pem, "X509", "TRUST"))
            .await,
        "404 Not Found",
    );
    running.shutdown().await;
}

#[tokio::test]
async fn agents_are_shown_and_never_changed() {
    let (running, caller) = full(4).await;
    let groups = caller.list("monitoring/agentgroups").await;
    assert_eq!(groups[0]["id"], "PLANT_NETWORK");
    let path = "monitoring/agentgroups/PLANT_NETWORK";
    let agents = caller.get(&format!("{path}/agents")).await.json();
    assert_eq!(agents["items"].as_array().unwrap().len(), 2);
    let one = caller.get(&format!("{path}/agents/plant-agent-1")).await;
    assert_eq!(one.json()["status"], "RUNNING");
    for absent in [
        "monitoring/agentgroups/NOBODY",
        "monitoring/agentgroups/NOBODY/agents",
        "monitoring/agentgroups/PLANT_NETWORK/agents/none",
        "agentgroups/NOBODY/configuration",
    ] {
        refused(&caller.get(absent).await, "404 Not Found");
    }
    let profile = caller.get("agentgroups/PLANT_NETWORK/configuration").await;
    assert!(text(&profile).contains("PLANT_NETWORK"));
    let installer = caller.get("agents/binaries/connectivity").await;
    assert!(installer.body.starts_with(b"PK"));
    refused(&caller.delete(path).await, "405 Method Not Allowed");
    refused(
        &caller
            .send("POST", "agents/binaries/connectivity", &[], b"")
            .await,
        "405 Method Not Allowed",
    );
    running.shutdown().await;
}
