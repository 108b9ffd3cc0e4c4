//! Values and secrets that a connection has to have, and that neither the move nor the destination has.

use std::collections::BTreeMap;

use waybill_model::{ArtifactId, ArtifactKind, State};

use super::facts::{ConnectionFacts, PropertyFacts};
use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, Users, named};
use crate::change::{Severity, names};
use crate::waybill::{ConnectionBinding, Finding, Fix, StepKind, secret_account};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "connection-values",
        severity: Severity::Blocking,
        title: "A connection gets values, and some that it needs are missing",
        remedy: "Enter the values and secrets that the finding names.",
        planned: false,
    },
    passed: "Every connection gets the values it needs",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let steps = scene.waybill.steps.iter();
    let set = steps.filter(|step| step.kind == StepKind::SetConnection);
    let needed = scene.needed(ArtifactKind::Connection);
    let mut findings = Vec::new();
    for step in set {
        let id = &step.subject;
        let item = scene.waybill.item(id);
        let from = item.map_or(id, |item| item.source_id());
        let Some(open) = open(scene, id, from) else {
            continue;
        };
        let users = needed.get(id).map(Users::need_it);
        let users = users.unwrap_or_default();
        let mut tell = |severity, text: String, guidance: &str| {
            findings.push(
                CHECK
                    .rule
                    .finding(severity, text.trim_end())
                    .about(id)
                    .guided(guidance)
                    .fixed_by(Fix::EnterValues {
                        connection: id.clone(),
                    }),
            );
        };
        if !open.missing.is_empty() {
            let what = names(open.missing.iter().map(String::as_str));
            tell(
                Severity::Blocking,
                format!("{} lacks {what} in {}. {users}", named(id), scene.there()),
                "Enter them. Without them the connection stays a draft, and what needs it cannot be activated.",
            );
        }
        if !open.not_held.is_empty() {
            let what = names(open.not_held.iter().map(String::as_str));
            tell(
                Severity::Blocking,
                format!(
                    "{what} of {} is to be set, and is not kept on this computer.",
                    lower(id)
                ),
                "Enter it again: secrets are in no document, and those that were entered for a session are gone when the program ends.",
            );
        }
        if !open.doubtful.is_empty() {
            let what = names(open.doubtful.iter().map(String::as_str));
            tell(
                Severity::Warning,
                format!("{} may need {what}, and nothing is entered.", named(id)),
                "The service does not demand it, and gives out no secrets: whether the source has one cannot be seen. Enter it if the source has one.",
            );
        }
    }
    findings
}

fn lower(id: &ArtifactId) -> String {
    format!("connection `{}`", id.code)
}

/// What is left to enter.
#[derive(Debug, Default, PartialEq, Eq)]
struct Open {
    /// It has to have a value and gets none.
    missing: Vec<String>,
    /// Secrets that are to be set and not held.
    not_held: Vec<String>,
    /// Secrets that the service does not demand.
    doubtful: Vec<String>,
}

/// None where nothing is known of the connection.
fn open(scene: &Scene<'_>, id: &ArtifactId, from: &ArtifactId) -> Option<Open> {
    let binding = scene.waybill.bindings.connections.get(id);
    let mut open = Open::default();
    for name in binding.into_iter().flat_map(|binding| &binding.secrets) {
        if !held(scene, id, name) {
            open.not_held.push(name.clone());
        }
    }
    let Some(outlook) = Outlook::of(scene, id, from, binding) else {
        return (!open.not_held.is_empty()).then_some(open);
    };
    for property in outlook.properties() {
        let named = binding.is_some_and(|binding| binding.secrets.contains(&property.name));
        if named || outlook.has(property) {
            continue;
        }
        let label = property.label.clone();
        if property.required {
            open.missing.push(label);
        } else if property.secret && property.credential && outlook.fresh {
            open.doubtful.push(label);
        }
    }
    if outlook.is_told_by_archive() && !outlook.enters_a_secret() {
        let policy = outlook.policy().unwrap_or_default();
        match demands(policy) {
            Some(true) => open.missing.push(format!("secrets of {policy}")),
            Some(false) => open.doubtful.push(format!("secrets of {policy}")),
            None => {}
        }
    }
    Some(open)
}

/// Whether a security policy demands a secret: none where it has no credentials, not for sure where it
/// is not known. Archives tell the policy and not what it asks for.
fn demands(policy: &str) -> Option<bool> {
    let word = policy.to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if word.is_empty()
        || has(&[
            "NO_SECURITY",
            "NO_AUTH",
            "NONE",
            "ANONYMOUS",
            "OAUTH_AUTHORIZATION_CODE",
        ])
    {
        return None;
    }
    Some(has(&[
        "BASIC",
        "PASSWORD",
        "CLIENT_CREDENTIALS",
        "API_KEY",
        "WALLET",
        "SIGNATURE",
    ]))
}

fn held(scene: &Scene<'_>, id: &ArtifactId, name: &str) -> bool {
    let account = secret_account(&scene.destination.stamp.id, id, name);
    scene.facts.own.secrets_held.contains(&account)
}

/// What the connection will have.
struct Outlook<'a> {
    binding: Option<&'a ConnectionBinding>,
    there: Option<&'a ConnectionFacts>,
    source: Option<&'a ConnectionFacts>,
    /// The source's values are set.
    takes: bool,
    /// It is configured in the destination, so that its secrets are set.
    configured: bool,
    /// It has had no credentials of this security policy so far.
    fresh: bool,
}

impl<'a> Outlook<'a> {
    fn of(
        scene: &Scene<'a>,
        id: &ArtifactId,
        from: &ArtifactId,
        binding: Option<&'a ConnectionBinding>,
    ) -> Option<Self> {
        let has = scene.destination.has(id);
        let there = scene.facts.connections.get(id).filter(|_| has);
        let source = scene.connection_of_source(from);
        let configured = has && scene.destination.state(id) != Some(State::Draft);
        let takes = scene.takes_from_source(id, from);
        let of_source = source
            .and_then(|own| own.security_policy.as_ref())
            .filter(|_| takes);
        let before = there.and_then(|own| own.security_policy.as_ref());
        let entered = binding.and_then(|binding| binding.security_policy.as_ref());
        let after = entered.or(of_source).or(before);
        let changed = there.is_some() && after != before;
        (there.is_some() || source.is_some()).then_some(Self {
            binding,
            there,
            source,
            takes,
            configured,
            fresh: !configured || changed,
        })
    }

    /// The properties that it has, under its security policy. What another policy asks for shows in
    /// the destination before it is chosen only where the source has it too.
    fn properties(&self) -> Vec<&'a PropertyFacts> {
        let entered = self
            .binding
            .and_then(|binding| binding.security_policy.as_ref());
        let of_source = self.source.and_then(|own| own.security_policy.as_ref());
        let policy = match (entered, self.takes) {
            (Some(policy), _) => Some(policy),
            (None, true) => of_source,
            (None, false) => None,
        };
        let base = self.there.or(self.source);
        let mut all: BTreeMap<&str, &PropertyFacts> = BTreeMap::new();
        let fits =
            |own: &ConnectionFacts| policy.is_none() || own.security_policy.as_ref() == policy;
        if let Some(own) = base {
            for property in &own.properties {
                if !property.credential || fits(own) {
                    all.insert(&property.name, property);
                }
            }
        }
        let other = self
            .source
            .filter(|own| base.is_none_or(|base| !fits(base)) && fits(own));
        for property in other.into_iter().flat_map(|own| &own.properties) {
            if property.credential {
                all.insert(&property.name, property);
            }
        }
        all.into_values().collect()
    }

    fn is_told_by_archive(&self) -> bool {
        self.there.or(self.source).is_some_and(|own| own.of_archive)
    }

    fn enters_a_secret(&self) -> bool {
        self.binding
            .is_some_and(|binding| !binding.secrets.is_empty() || !binding.attachments.is_empty())
    }

    fn policy(&self) -> Option<&'a str> {
        let entered = self
            .binding
            .and_then(|binding| binding.security_policy.as_deref());
        entered.or_else(|| self.there.or(self.source)?.security_policy.as_deref())
    }

    fn has(&self, property: &PropertyFacts) -> bool {
        let name = property.name.as_str();
        let entered = self.binding.is_some_and(|binding| {
            binding
                .values
                .get(name)
                .is_some_and(|value| !value.trim().is_empty())
                || binding.attachments.iter().any(|file| file.property == name)
        });
        entered || self.source_gives(name) || self.stays(property)
    }

    fn source_gives(&self, name: &str) -> bool {
        let own = self.source.filter(|_| self.takes);
        let mut properties = own.into_iter().flat_map(|own| &own.properties);
        properties.any(|own| {
            own.name == name
                && !own.secret
                && !own.file
                && own
                    .value
                    .as_ref()
                    .is_some_and(|value| !value.trim().is_empty())
        })
    }

    /// The destination has it, and keeps it.
    fn stays(&self, property: &PropertyFacts) -> bool {
        if property.credential && self.fresh && self.configured {
            // Another security policy.
            return false;
        }
        let own = self.there.into_iter().flat_map(|own| &own.properties);
        let own = own.filter(|own| own.name == property.name);
        let mut own = own.map(|own| own.set || (self.configured && (own.secret || own.file)));
        own.any(|set| set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, id, orders};
    use crate::waybill::{AttachmentBinding, ConnectionMode};

    const ERP: &str = "connection:ERP";
    const PROPERTIES: [(&str, bool, bool, &str); 4] = [
        ("url", true, false, "https://erp.example"),
        ("username", true, false, "erp"),
        ("password", true, true, ""),
        ("hint", false, false, ""),
    ];

    fn texts(look: &Look) -> Vec<String> {
        look.found("connection-values")
            .into_iter()
            .map(|one| one.text)
            .collect()
    }

    #[test]
    fn a_new_connection_takes_all_from_the_source_but_its_secrets() {
        let mut look = Look::at(orders());
        look.source_connection(ERP, &PROPERTIES);
        let found = look.found("connection-values");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(
            found[0].text.contains("lacks `password` in PROD"),
            "{found:?}"
        );
        assert!(
            matches!(&found[0].fix, Some(Fix::EnterValues { connection }) if *connection == id(ERP))
        );

        look.bind(ERP).mode = ConnectionMode::FromSource;
        look.bind(ERP).secrets = vec!["password".to_owned()];
        assert_eq!(
            texts(&look),
            ["`password` of connection `ERP` is to be set, and is not kept on this computer."]
        );
        let account = secret_account("prod", &id(ERP), "password");
        look.facts.own.secrets_held.insert(account);
        assert_eq!(texts(&look), Vec::<String>::new());
        assert!(look.passed("connection-values").is_some());
    }

    #[test]
    fn of_a_draft_that_is_there_all_that_is_required_and_not_entered_is_named() {
        let mut look = Look::at(orders());
        look.stage.stands(ERP, Some(State::Draft), 2, &[]);
        look.connection(
            ERP,
            &[
                ("url", true, false, ""),
                ("username", true, false, ""),
                ("password", true, true, ""),
            ],
        );
        look.bind(ERP).mode = ConnectionMode::Enter;
        look.bind(ERP)
            .values
            .insert("url".to_owned(), "https://erp.example".to_owned());
        let found = texts(&look);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].contains("lacks `password` and `username`"),
            "{found:?}"
        );
    }

    #[test]
    fn a_configured_one_keeps_its_secrets_unless_its_policy_changes() {
        let mut look = Look::at(orders());
        look.stage.stands(ERP, Some(State::Configured), 2, &[]);
        look.connection(ERP, &PROPERTIES);
        look.source_connection(ERP, &PROPERTIES);
        look.take_from_source(ERP);
        assert_eq!(texts(&look), Vec::<String>::new());
        let source = look.facts.source_connections.get_mut(&id(ERP)).unwrap();
        source.security_policy = Some("OTHER".to_owned());
        assert!(
            texts(&look)[0].contains("lacks `password`"),
            "{:?}",
            texts(&look)
        );
    }

    #[test]
    fn where_an_archive_alone_tells_of_it_the_policy_says_whether_a_secret_is_needed() {
        for (policy, severity) in [
            ("BASIC_AUTH", Some(Severity::Blocking)),
            ("SOMETHING_NEW", Some(Severity::Warning)),
            ("NO_SECURITY_POLICY", None),
        ] {
            let mut look = Look::at(orders());
            let own = ConnectionFacts {
                security_policy: Some(policy.to_owned()),
                of_archive: true,
                ..ConnectionFacts::default()
            };
            let archive = look.archive("integration:ORDER|01.02.0000");
            archive.connections.insert(id(ERP), own);
            look.bind(ERP).mode = ConnectionMode::Enter;
            look.bind(ERP)
                .values
                .insert("url".to_owned(), "https://x.example".to_owned());
            let found = look.found("connection-values");
            assert_eq!(
                found.first().map(|one| one.severity),
                severity,
                "{policy}: {found:?}"
            );
        }
    }

    #[test]
    fn files_count_as_values_and_secrets_that_may_be_left_out_are_a_warning() {
        let mut look = Look::at(orders());
        look.source_connection(
            ERP,
            &[("wallet", true, false, ""), ("passphrase", false, true, "")],
        );
        look.bind(ERP).mode = ConnectionMode::FromSource;
        assert!(texts(&look)[0].contains("lacks `wallet`"));
        look.bind(ERP).attachments.push(AttachmentBinding {
            property: "wallet".to_owned(),
            path: "wallet.zip".to_owned(),
            sha256: String::new(),
        });
        let found = look.found("connection-values");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].severity, Severity::Warning);
        assert!(found[0].text.contains("may need `passphrase`"), "{found:?}");
    }
}
