//! Files of certificates that are named in the arguments of `waybill plan`.

use waybill_app::view::{CertificateInput, CommandError, WhatView};
use waybill_model::{ArtifactId, ArtifactKind};

use crate::arguments::Plan;
use crate::output::bad_input;

/// The types that the service knows.
const TYPES: [&str; 5] = ["X509", "SAML", "PGP", "SIGNKEY", "DIGITALSIGNATURE"];

/// The certificates of the source for which a file was named.
pub fn given(
    asked: &Plan,
    what: &WhatView,
) -> Result<Vec<(ArtifactId, CertificateInput)>, CommandError> {
    let all = asked.certificates.iter();
    all.map(|text| {
        let (alias, named) = parts(text)?;
        let id = find(alias, what)?;
        let told: Vec<&str> = id.code.split('|').collect();
        // `USER|X509|TRUST|alias`, as the service names them.
        let (kind, category) = match told.as_slice() {
            [_, kind, category, _] => (Some(*kind), Some(*category)),
            _ => (None, None),
        };
        let path = std::path::absolute(named.path)
            .map_err(|error| bad_input(&format!("`{}` names no file: {error}.", named.path)))?;
        let input = CertificateInput {
            path: path.display().to_string(),
            certificate_type: named.kind.or(kind).unwrap_or_default().to_uppercase(),
            category: named.category.or(category).map(str::to_uppercase),
        };
        Ok((id, input))
    })
    .collect()
}

fn find(alias: &str, what: &WhatView) -> Result<ArtifactId, CommandError> {
    let ids = what.rows.iter().map(|row| &row.id);
    let known = ids.filter(|id| id.kind == ArtifactKind::Certificate);
    let fitting: Vec<&ArtifactId> = known
        .filter(|id| {
            id.code == alias || id.to_string() == alias || id.code.rsplit('|').next() == Some(alias)
        })
        .collect();
    match fitting.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(bad_input(&format!(
            "There is no certificate `{alias}` in {}.",
            what.from.title
        ))),
        several => {
            let names: Vec<String> = several.iter().map(|id| format!("`{id}`")).collect();
            Err(CommandError {
                guidance: Some(format!("Give the whole id: {}.", names.join(", "))),
                ..bad_input(&format!("More than one certificate is called `{alias}`."))
            })
        }
    }
}

/// What an argument names beside the alias.
#[derive(Debug, PartialEq)]
struct Named<'a> {
    path: &'a str,
    kind: Option<&'a str>,
    category: Option<&'a str>,
}

/// `ALIAS=FILE[,TYPE[,CATEGORY]]`; the name of the file may hold commas too.
fn parts(text: &str) -> Result<(&str, Named<'_>), CommandError> {
    let split = text
        .split_once('=')
        .filter(|(alias, file)| !alias.trim().is_empty() && !file.is_empty());
    let Some((alias, file)) = split else {
        return Err(bad_input(
            "A certificate is written as ALIAS=FILE, ALIAS=FILE,TYPE or ALIAS=FILE,TYPE,CATEGORY.",
        ));
    };
    let is_type = |text: &&str| TYPES.iter().any(|known| known.eq_ignore_ascii_case(text));
    let named = |path, kind, category| Named {
        path,
        kind,
        category,
    };
    let last = file.rsplit_once(',');
    let named = match last {
        Some((path, kind)) if is_type(&kind) => named(path, Some(kind), None),
        Some((head, category)) => match head.rsplit_once(',') {
            Some((path, kind)) if is_type(&kind) => named(path, Some(kind), Some(category)),
            _ => named(file, None, None),
        },
        None => named(file, None, None),
    };
    Ok((alias.trim(), named))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(&str, &str, Option<&str>, Option<&str>)> {
        let (alias, named) = parts(text).ok()?;
        Some((alias, named.path, named.kind, named.category))
    }

    #[test]
    fn type_and_category_may_follow_the_file_whose_name_may_hold_commas() {
        assert_eq!(read("root=a.cer"), Some(("root", "a.cer", None, None)));
        assert_eq!(
            read("root=a, b.cer"),
            Some(("root", "a, b.cer", None, None))
        );
        assert_eq!(
            read("root=a,b.cer,x509"),
            Some(("root", "a,b.cer", Some("x509"), None))
        );
        assert_eq!(
            read("root=a.asc,PGP,PUBLIC"),
            Some(("root", "a.asc", Some("PGP"), Some("PUBLIC")))
        );
        assert_eq!(read("root"), None);
        assert_eq!(read("=a.cer"), None);
    }
}
