//! What a person enters for a Git target.

use std::path::PathBuf;

use secrecy::SecretString;

use crate::SshSignIn;

/// A repository, and how copies lie in it.
#[derive(Clone, Debug)]
pub struct GitSettings {
    /// `https://…`, `ssh://user@host/…`, `user@host:…`, `file:///…` or the path of a bare repository.
    /// Never with a password in it.
    pub address: String,
    /// The branch that the copies go to; it is made by the first copy where it is not there.
    pub branch: String,
    /// The folder of an instance in the repository; `<instance>` stands for its name. It carries no date,
    /// so that the differences between two copies mean something.
    pub folder: String,
    /// A folder on this computer that this target alone uses: it keeps the objects of the repository.
    pub cache: PathBuf,
    /// Who commits.
    pub author: String,
    /// The e-mail address that stands beside the name.
    pub email: String,
    /// Whether, and how, each copy is tagged.
    pub tags: Option<GitTags>,
    /// What happens where others have pushed since.
    pub others: OthersPushed,
    /// How it signs in.
    pub sign_in: GitSignIn,
    /// The confirmed fingerprint of the SSH host key, `SHA256:…`; none where nobody has confirmed one.
    pub host_key: Option<String>,
    /// Files of certificates (PEM) that HTTPS trusts besides those of the operating system.
    pub ca_files: Vec<PathBuf>,
}

impl GitSettings {
    /// The usual: branch `main`, a folder per instance, no tags, joined by rule.
    #[must_use]
    pub fn new(address: impl Into<String>, cache: impl Into<PathBuf>) -> Self {
        Self {
            address: address.into(),
            branch: "main".to_owned(),
            folder: INSTANCE.to_owned(),
            cache: cache.into(),
            author: "Waybill".to_owned(),
            email: "waybill@localhost".to_owned(),
            tags: None,
            others: OthersPushed::Join,
            sign_in: GitSignIn::None,
            host_key: None,
            ca_files: Vec::new(),
        }
    }
}

/// Stands for the name of the instance in patterns.
pub(super) const INSTANCE: &str = "<instance>";
/// Stands for the number of the copy in patterns.
pub(super) const BUILD: &str = "<build>";

/// A tag for each copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitTags {
    /// Its name; `<instance>` and `<build>` stand for what they say.
    pub pattern: String,
    /// With a message of its own, or a plain name of the commit.
    pub annotated: bool,
}

impl Default for GitTags {
    fn default() -> Self {
        Self {
            pattern: format!("waybill/{INSTANCE}/{BUILD}"),
            annotated: true,
        }
    }
}

/// What happens where others have pushed to the branch since the last copy. Nothing is ever overwritten:
/// where the branch was rewritten, or files in the folder of an instance were changed by hand, the copy is
/// refused in both cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OthersPushed {
    /// The copy is committed on top of theirs.
    #[default]
    Join,
    /// The copy is refused until a person has looked.
    Refuse,
}

/// How a Git target signs in.
#[derive(Clone, Debug)]
pub enum GitSignIn {
    /// It does not: a path, or a server that asks for nothing.
    None,
    /// HTTPS with a user and a token or password.
    Token {
        /// The user; many services take any word here.
        user: String,
        /// The token.
        token: SecretString,
    },
    /// SSH, with a password, a key file or an agent.
    Ssh(SshSignIn),
}
