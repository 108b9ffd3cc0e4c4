//! Certificates and keys (Oracle Integration 3 only). Their content cannot be fetched: no call does.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::body::Form;
use super::call::{
    Answer, Call, Refusal, Verb, bad, bare, conflict, not_allowed, not_found, silent,
};
use super::desk::{Desk, changed};
use crate::role::Action;
use crate::store::Certificate;
use crate::wire::{self, Listing, WithinInstance};

pub(crate) fn read(place: WithinInstance<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    call.needs(Action::View)?;
    let all = &place.instance.certificates;
    match path {
        [] => {
            // Ordered by their end on request: those that end first come first.
            let by_end = call
                .query
                .get("orderBy")
                .is_some_and(|order| order.starts_with("expiry"));
            let now = Timestamp::now();
            let turned =
                |end: Timestamp| Timestamp::from_second(-end.as_second()).unwrap_or(Timestamp::MIN);
            let rows = all
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.id(),
                    name: &one.name,
                    updated: if by_end {
                        one.expiry.map_or(Timestamp::MIN, turned)
                    } else {
                        one.audit.updated
                    },
                    keys: vec![
                        ("type", one.kind.clone()),
                        (
                            "status",
                            if one.expiry.is_some_and(|end| end < now) {
                                "EXPIRED"
                            } else {
                                "CONFIGURED"
                            }
                            .to_owned(),
                        ),
                    ],
                })
                .collect();
            call.page(rows, &place.href("certificates"), |one| {
                wire::certificate(one, place)
            })
        }
        [id] => {
            let one = all.get(*id).ok_or_else(|| not_found("Certificate"))?;
            Ok(call.show(&wire::certificate(one, place)))
        }
        _ => Err(not_found("Resource")),
    }
}

pub(crate) fn change(desk: &mut Desk<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    desk.may_edit(call)?;
    match (call.verb, path) {
        (Verb::Post, []) => add(desk, call),
        (Verb::Post | Verb::PostPatch | Verb::PostPut, [id]) => replace(desk, call, id),
        (Verb::Delete, [id]) => {
            desk.instance
                .certificates
                .remove(*id)
                .ok_or_else(|| not_found("Certificate"))?;
            Ok(bare(StatusCode::OK))
        }
        (_, [] | [_]) => Err(not_allowed()),
        _ => Err(not_found("Resource")),
    }
}

/// The kinds and their categories (documented).
const KINDS: [(&str, &[&str]); 5] = [
    ("X509", &["TRUST", "IDENTITY"]),
    ("SAML", &["OWSM"]),
    ("PGP", &["PRIVATE", "PUBLIC"]),
    ("SIGNKEY", &["PRIVATE", "PUBLIC"]),
    (
        "DIGITALSIGNATURE",
        &["TRUST", "IDENTITY", "PRIVATE", "PUBLIC"],
    ),
];

fn add(desk: &mut Desk<'_>, call: &Call<'_>) -> Answer {
    let form = call.form()?;
    let field = |name: &str| {
        form.text(name)
            .ok_or_else(|| bad(&format!("{name} is required.")))
    };
    let (name, kind, category) = (field("name")?, field("type")?, field("category")?);
    let known = KINDS
        .iter()
        .find(|(known, _)| *known == kind)
        .ok_or_else(|| bad("type is not known."))?;
    if !known.1.contains(&category.as_str()) {
        return Err(bad("category does not fit type."));
    }
    let file = call.file()?;
    secrets(form, &kind, &category)?;
    let one = Certificate {
        expiry: expiry(file, &kind, &category)?,
        installed: form
            .text("installedType")
            .unwrap_or_else(|| "USER".to_owned()),
        name,
        kind,
        category,
        audit: desk.fresh(),
    };
    let id = one.id();
    if desk.instance.certificates.contains_key(&id) {
        return Err(conflict(&format!("Certificate {id} already exists.")));
    }
    let answer = silent(StatusCode::NO_CONTENT, &id);
    desk.instance.certificates.insert(id, one);
    Ok(answer)
}

/// Key stores and private keys come with their passwords.
fn secrets(form: &Form, kind: &str, category: &str) -> Result<(), Refusal> {
    let wanted: &[&str] = match (kind, category) {
        ("X509", "IDENTITY") => &["keystorePassword", "keyPasswords"],
        ("PGP", "PRIVATE") => &["passPhrase"],
        _ => &[],
    };
    match wanted.iter().find(|name| form.text(name).is_none()) {
        Some(name) => Err(bad(&format!("{name} is required."))),
        None => Ok(()),
    }
}

/// The end of an X.509 certificate, in PEM or DER. Key stores do not tell it here.
fn expiry(file: &[u8], kind: &str, category: &str) -> Result<Option<Timestamp>, Refusal> {
    use x509_parser::prelude::{FromDer, X509Certificate, parse_x509_pem};
    if kind != "X509" || category != "TRUST" {
        return Ok(None);
    }
    let invalid = || bad("The file is not an X.509 certificate.");
    let der = match parse_x509_pem(file) {
        Ok((_, pem)) => pem.contents,
        Err(_) => file.to_vec(),
    };
    let (_, certificate) = X509Certificate::from_der(&der).map_err(|_| invalid())?;
    let end = certificate.validity().not_after.timestamp();
    Timestamp::from_second(end).map(Some).map_err(|_| invalid())
}

/// `POST certificates/{id}` with `X-HTTP-Method-Override`, whose value is not printed: `PATCH` and
/// `PUT` are taken. The parts `file` and `certificate`, a JSON file that may repeat the id.
fn replace(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    call.needs_override()?;
    let form = call.form()?;
    let (who, now) = (desk.who, desk.now);
    let one = desk
        .instance
        .certificates
        .get_mut(id)
        .ok_or_else(|| not_found("Certificate"))?;
    let described: Value = match form.part("certificate") {
        None => Value::Null,
        Some(part) => super::body::leading_json(&part.content)
            .ok_or_else(|| bad("The part certificate is not JSON."))?,
    };
    if described
        .get("id")
        .and_then(Value::as_str)
        .is_some_and(|other| other != id)
    {
        return Err(bad("The part certificate is that of another one."));
    }
    match form.part("file").filter(|part| !part.content.is_empty()) {
        Some(part) => one.expiry = expiry(&part.content, &one.kind, &one.category)?.or(one.expiry),
        None if described.is_null() => return Err(bad("The request has no file.")),
        None => {}
    }
    changed(&mut one.audit, who, now);
    Ok(bare(StatusCode::NO_CONTENT))
}
