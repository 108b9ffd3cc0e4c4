//! Targets: where copies of snapshots go.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::Environment;

use super::{SecretPlace, StageState};

/// How a target signs in to an SSH server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "type"
)]
#[ts(export)]
pub enum SshWay {
    /// With a password.
    Password,
    /// With the file of a private key; its passphrase is the secret, where it has one.
    Key {
        /// The file.
        file: String,
    },
    /// With the agent of this computer.
    Agent,
}

/// How a target signs in to a Git server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "type"
)]
#[ts(export)]
pub enum GitWay {
    /// It does not: a path, or a server that asks for nothing.
    Nothing,
    /// HTTPS, with a user and a token or password, which is the secret.
    Token {
        /// The user; many services take any word here.
        user: String,
    },
    /// SSH.
    Ssh {
        /// How.
        way: SshWay,
    },
}

/// Where a target is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "type"
)]
#[ts(export, optional_fields)]
pub enum TargetPlace {
    /// A folder of this computer, or of a network share that it has.
    Folder {
        /// The full path.
        path: String,
    },
    /// A folder of a server that speaks SFTP.
    Sftp {
        /// Its name or address.
        host: String,
        /// Its port, mostly 22.
        port: u16,
        /// The user there.
        user: String,
        /// The folder there, which has to exist.
        folder: String,
        /// How the user signs in.
        sign_in: SshWay,
    },
    /// A branch of a Git repository: a commit for each copy.
    Git {
        /// `https://…`, `ssh://…`, `user@host:…`, or the path of a bare repository. Never with a password in it.
        address: String,
        /// The branch.
        branch: String,
        /// The folder of an instance; `<instance>` stands for its name.
        folder: String,
        /// How it signs in.
        sign_in: GitWay,
        /// Who commits, and the e-mail address beside the name.
        author: String,
        /// The e-mail address.
        email: String,
        /// The pattern of a tag for each copy; none where nothing is tagged.
        tags: Option<String>,
        /// Whether a copy is committed on top of what others pushed; else it is refused.
        join: bool,
        /// What is in archives goes there too, unpacked, so that differences can be read.
        unpacked: bool,
        /// A file of certificates (PEM) that are trusted beside those of the system.
        ca_file: Option<String>,
    },
    /// A bucket that speaks the S3 API, such as OCI's.
    S3 {
        /// The address of the service, without the bucket.
        endpoint: String,
        /// The region that requests are signed for.
        region: String,
        /// The bucket, which has to exist.
        bucket: String,
        /// The folder in it; may be empty.
        prefix: String,
        /// The access key, which is no secret; the secret key is.
        access_key: String,
        /// Whether the bucket stands in the path, as OCI and most others want it, and AWS does not.
        path_style: bool,
        /// A file of certificates (PEM) that are trusted beside those of the system.
        ca_file: Option<String>,
    },
    /// A container that speaks the Swift API, such as OCI's.
    Swift {
        /// The storage address, or with `token_first` the address for signing in.
        address: String,
        /// Whether a token is fetched first; OCI takes user and auth token with each request.
        token_first: bool,
        /// The user.
        user: String,
        /// The container.
        container: String,
        /// The folder in it; may be empty.
        prefix: String,
        /// Whether the container is made where there is none.
        make_container: bool,
        /// A file of certificates (PEM) that are trusted beside those of the system.
        ca_file: Option<String>,
    },
    /// An upload address of the pre-authenticated kind. The address is the secret.
    Upload {
        /// The folder below it; may be empty.
        prefix: String,
        /// Whether it was made for reading and listing too.
        reads: bool,
        /// A file of certificates (PEM) that are trusted beside those of the system.
        ca_file: Option<String>,
    },
}

/// Whether, and how, the files of copies are encrypted (age).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "type"
)]
#[ts(export)]
pub enum EncryptionWay {
    /// They lie there as they are.
    #[default]
    Plain,
    /// With a passphrase, which is the secret.
    Passphrase,
    /// To public keys; a secret key of one of them lets copies be opened here.
    Recipients {
        /// The public keys (`age1…`).
        recipients: Vec<String>,
    },
}

/// A target as a person sets it. The secrets come beside it, as [`TargetSecrets`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct TargetForm {
    /// Which target is changed; a new one without it.
    pub id: Option<String>,
    /// What people call it; unique.
    pub name: String,
    /// New snapshots are copied to it by themselves.
    pub on: bool,
    /// The instances whose snapshots go there, by id or name; all where nothing is said.
    pub instances: Option<Vec<String>>,
    /// Where it is.
    pub place: TargetPlace,
    /// It holds a vault that restic reads, instead of files. Not for Git and upload addresses.
    pub vault: bool,
    /// The folder of each copy: `<YYYY>`, `<MM>`, `<DD>`, `<HHMM>` and `<instance>` stand for what they say.
    pub pattern: String,
    /// Whether files are encrypted there.
    pub encryption: EncryptionWay,
    /// The confirmed fingerprint of the SSH host key (`SHA256:…`).
    pub host_key: Option<String>,
}

/// The secrets of a target, as they are entered. What is missing stays as it was.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct TargetSecrets {
    /// What lets in: password, passphrase of the key, token, secret key, or the upload address.
    #[ts(as = "Option<String>")]
    pub access: Option<SecretString>,
    /// What encrypts: the passphrase, or a secret key of age.
    #[ts(as = "Option<String>")]
    pub encryption: Option<SecretString>,
    /// What opens the vault there; that of this computer's vault where nothing is said.
    #[ts(as = "Option<String>")]
    pub vault: Option<SecretString>,
}

/// How a target stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum TargetState {
    /// Nothing was copied there yet, and nothing is due.
    Empty,
    /// It has all that it is to have.
    Equal,
    /// It lacks snapshots; the next look copies them.
    Behind,
    /// A copy goes on.
    Copying,
    /// The last copy failed.
    Failed,
}

/// A saved target, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct TargetView {
    /// Never changes.
    pub id: String,
    /// What was set; `instances` holds ids.
    pub form: TargetForm,
    /// Where it is, for people and without a secret.
    pub address: String,
    /// How it stands.
    pub state: TargetState,
    /// How many snapshots it lacks.
    pub behind: u32,
    /// The newest copy that is whole.
    pub last: Option<CopyView>,
    /// Why the last copy failed.
    pub problem: Option<String>,
    /// What to do about it.
    pub guidance: Option<String>,
    /// Where the secret lies that lets in.
    pub access: SecretPlace,
    /// Where the secret lies that encrypts.
    pub encryption: SecretPlace,
    /// Where the password of the vault there lies; `notNeeded` where it is that of this computer's vault.
    pub vault: SecretPlace,
}

/// How a copy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum CopyStanding {
    /// Whole, and compared.
    Whole,
    /// On its way.
    Copying,
    /// The program ended in the middle; the next look goes on with it.
    Interrupted,
    /// The last try failed.
    Failed,
}

/// A copy of a snapshot at a target, as this computer knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct CopyView {
    /// The target.
    pub target: String,
    /// Its name.
    pub target_name: String,
    /// How it stands.
    pub standing: CopyStanding,
    /// By what it is opened as a place, once it is whole.
    pub copy: Option<String>,
    /// The snapshot.
    pub snapshot: String,
    /// The instance.
    pub instance_id: String,
    /// When the snapshot was taken.
    pub taken_at: String,
    /// When the last try ended, or began where it goes on.
    pub at: String,
    /// Where it is, for people: a folder, a commit.
    pub reference: Option<String>,
    /// Why it is not there.
    pub problem: Option<String>,
    /// What to do about it.
    pub guidance: Option<String>,
    /// The run of the last try.
    pub run: String,
}

/// A copy as it lies at a target, whoever brought it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct LyingCopy {
    /// By what it is opened as a place.
    pub copy: String,
    /// What it says of itself, in one line.
    pub title: String,
    /// The name of the instance.
    pub instance: String,
    /// The environment of that instance, where it is saved here.
    pub environment: Option<Environment>,
    /// The snapshot.
    pub snapshot: String,
    /// When the snapshot was taken.
    pub taken_at: String,
    /// Counts up by one per copy of an instance; 0 where nobody counts.
    pub build: u32,
}

/// One stage of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct TargetStage {
    /// What was tried: `Connect`, `Sign in`, `Write`, `List`, `Read`, `Remove`, `Vault`.
    pub name: String,
    /// How it ended.
    pub state: StageState,
    /// What was found, in a sentence; may be empty.
    pub detail: String,
    /// What to do about a failure.
    pub remedy: Option<String>,
}

/// What a check of a target found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct TargetReport {
    /// All stages went well.
    pub passed: bool,
    /// The stages, in order.
    pub stages: Vec<TargetStage>,
    /// What is worth knowing, in sentences.
    pub notes: Vec<String>,
    /// Bytes that are free there, where it tells.
    pub free: Option<u64>,
    /// The fingerprint of the SSH host key that it shows, where that is not the confirmed one.
    pub host_key: Option<String>,
    /// When it was.
    pub at: String,
}
