//! What was set about word, as `settings.json` has it: no secret.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::view::{DigestForm, HookForm, MailForm, OwnerRule, WordForm, WordSeverity};

/// What was set about word.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct StoredWord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mail: Option<MailForm>,
    pub(crate) owners: bool,
    pub(crate) owner_rules: Vec<OwnerRule>,
    pub(crate) hooks: Vec<HookForm>,
    pub(crate) digest: DigestForm,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<String>,
    /// What a later version added.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

/// One way to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Mail to administrators, or to the owner that the words name.
    Mail,
    /// A webhook, by its id.
    Hook(String),
}

impl Way {
    /// Its name in the queue.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Mail => "mail".to_owned(),
            Self::Hook(id) => format!("hook/{id}"),
        }
    }

    pub(super) fn named(name: &str) -> Self {
        match name.strip_prefix("hook/") {
            Some(id) => Self::Hook(id.to_owned()),
            None => Self::Mail,
        }
    }
}

impl StoredWord {
    /// Nothing was ever set.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The ways by which something of this weight is said; digests go by all of them.
    pub(super) fn ways(&self, severity: Option<WordSeverity>) -> Vec<Way> {
        let wanted = |least: WordSeverity| severity.is_none_or(|severity| severity >= least);
        let mail = self
            .mail
            .iter()
            .filter(|mail| mail.on && wanted(mail.severity))
            .map(|_| Way::Mail);
        let hooks = self
            .hooks
            .iter()
            .filter(|hook| hook.on && wanted(hook.severity))
            .filter_map(|hook| Some(Way::Hook(hook.id.clone()?)));
        mail.chain(hooks).collect()
    }

    pub(super) fn hook(&self, id: &str) -> Option<&HookForm> {
        self.hooks
            .iter()
            .find(|hook| hook.id.as_deref() == Some(id))
    }

    /// What people call a way.
    pub(super) fn title(&self, way: &Way) -> String {
        match way {
            Way::Mail => match &self.mail {
                Some(mail) => format!("Mail to {}", mail.to.join(", ")),
                None => "Mail".to_owned(),
            },
            Way::Hook(id) => self
                .hook(id)
                .map_or_else(|| "A removed webhook".to_owned(), |hook| hook.name.clone()),
        }
    }

    pub(super) fn form(&self) -> WordForm {
        WordForm {
            mail: self.mail.clone(),
            owners: self.owners,
            owner_rules: self.owner_rules.clone(),
            hooks: self.hooks.clone(),
            digest: self.digest.clone(),
            ca_file: self.ca_file.clone(),
        }
    }
}
