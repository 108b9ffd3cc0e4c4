//! The arguments of `waybill target`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What to do with targets.
#[derive(Debug, Subcommand)]
pub enum TargetVerb {
    /// Add a target: a folder, SFTP, Git, S3, Swift or an upload address. Its secrets come through standard input,
    /// a line each in the order of the help, or are asked for.
    #[command(subcommand)]
    Add(Box<TargetAdd>),
    /// List the targets and how they stand.
    List,
    /// Show one target, and the copies that this computer knows of.
    Show {
        /// Its name or id.
        target: String,
    },
    /// Try a target out: really write, list, read and remove there. Ends with 1 where that fails.
    Check {
        /// Its name or id.
        target: String,
    },
    /// Copy what a target lacks, or one snapshot, and wait for it. What is there already is compared.
    Copy {
        /// Its name or id.
        target: String,
        /// This snapshot alone.
        #[arg(long, value_name = "ID")]
        snapshot: Option<String>,
    },
    /// List what lies at a target, whoever brought it. Each can be named as a place: `copy:TARGET/COPY`.
    Copies {
        /// Its name or id.
        target: String,
    },
    /// Confirm the SSH host key of a target. Without a fingerprint: the one that it shows now, after asking.
    AcceptHostKey {
        /// Its name or id.
        target: String,
        /// The fingerprint, `SHA256:…`, as its owner gave it.
        fingerprint: Option<String>,
    },
    /// Enter the secrets of a target again.
    Secret {
        /// Its name or id.
        target: String,
        /// The password of the vault there too, where it is another than that of this computer's vault.
        #[arg(long)]
        vault_password: bool,
    },
    /// Have new snapshots copied to a target by themselves.
    On {
        /// Its name or id.
        target: String,
    },
    /// Copy to a target only when asked to.
    Off {
        /// Its name or id.
        target: String,
    },
    /// Forget a target and its secrets. What lies there stays.
    Remove {
        /// Its name or id.
        target: String,
    },
}

/// A target to add.
#[derive(Debug, Subcommand)]
pub enum TargetAdd {
    /// A folder of this computer, or of a network share that it has.
    Folder {
        /// What to call it.
        name: String,
        /// The folder; it has to exist.
        path: PathBuf,
        #[command(flatten)]
        usual: Usual,
        #[command(flatten)]
        sealed: Sealed,
        #[command(flatten)]
        vault: AsVault,
    },
    /// A folder of a server that speaks SFTP. Secret: the password, or with `--key-passphrase` that of the key.
    Sftp {
        /// What to call it.
        name: String,
        /// The server.
        host: String,
        /// The port.
        #[arg(long, default_value_t = 22)]
        port: u16,
        /// The user there.
        #[arg(long)]
        user: String,
        /// The folder there; it has to exist.
        #[arg(long, default_value = ".")]
        folder: String,
        #[command(flatten)]
        ssh: Ssh,
        #[command(flatten)]
        usual: Usual,
        #[command(flatten)]
        sealed: Sealed,
        #[command(flatten)]
        vault: AsVault,
    },
    /// A branch of a Git repository, a commit for each copy. Secret: the token, the password, or the passphrase of
    /// the key.
    Git {
        /// What to call it.
        name: String,
        /// `https://…`, `ssh://…`, `user@host:…`, or the path of a bare repository.
        address: String,
        /// The branch.
        #[arg(long, default_value = "main")]
        branch: String,
        /// The folder of an instance.
        #[arg(long, default_value = "<instance>")]
        folder: String,
        /// Sign in over HTTPS with this user and a token.
        #[arg(long, value_name = "USER", conflicts_with_all = ["key", "agent", "password"])]
        token_of: Option<String>,
        /// Sign in over SSH with a password.
        #[arg(long, conflicts_with_all = ["key", "agent"])]
        password: bool,
        #[command(flatten)]
        ssh: Ssh,
        /// Tag each copy; `<instance>` and `<build>` stand for what they say.
        #[arg(long, value_name = "PATTERN")]
        tag: Option<String>,
        /// Refuse where others have pushed, instead of committing on top of theirs.
        #[arg(long)]
        alone: bool,
        /// The archives alone, without what is in them.
        #[arg(long)]
        packed: bool,
        /// Who commits.
        #[arg(long, default_value = "Waybill")]
        author: String,
        /// The e-mail address beside the name.
        #[arg(long, default_value = "waybill@localhost")]
        email: String,
        #[command(flatten)]
        usual: Usual,
    },
    /// A bucket that speaks the S3 API. Secret: the secret key.
    S3 {
        /// What to call it.
        name: String,
        /// The address of the service, without the bucket.
        endpoint: String,
        /// The region.
        #[arg(long)]
        region: String,
        /// The bucket; it has to exist.
        #[arg(long)]
        bucket: String,
        /// The folder in it.
        #[arg(long, default_value = "")]
        prefix: String,
        /// The access key.
        #[arg(long)]
        access_key: String,
        /// The bucket stands in front of the name of the server, as AWS wants it.
        #[arg(long)]
        virtual_host: bool,
        #[command(flatten)]
        usual: Usual,
        #[command(flatten)]
        sealed: Sealed,
        #[command(flatten)]
        vault: AsVault,
    },
    /// A container that speaks the Swift API. Secret: the auth token, or the key.
    Swift {
        /// What to call it.
        name: String,
        /// The storage address, or with `--token-first` the address for signing in.
        address: String,
        /// The user.
        #[arg(long)]
        user: String,
        /// The container.
        #[arg(long)]
        container: String,
        /// The folder in it.
        #[arg(long, default_value = "")]
        prefix: String,
        /// Fetch a token first, as OpenStack wants it. OCI takes user and auth token with each request.
        #[arg(long)]
        token_first: bool,
        /// Make the container where there is none.
        #[arg(long)]
        make_container: bool,
        #[command(flatten)]
        usual: Usual,
        #[command(flatten)]
        sealed: Sealed,
        #[command(flatten)]
        vault: AsVault,
    },
    /// An upload address of the pre-authenticated kind. Secret: the address.
    Upload {
        /// What to call it.
        name: String,
        /// The folder below it.
        #[arg(long, default_value = "")]
        prefix: String,
        /// It was made for reading and listing too.
        #[arg(long)]
        reads: bool,
        #[command(flatten)]
        usual: Usual,
        #[command(flatten)]
        sealed: Sealed,
    },
}

/// What every target has.
#[derive(Debug, Args)]
pub struct Usual {
    /// Copy only snapshots of this instance; can be given again. Without it: of all.
    #[arg(long = "instance", value_name = "NAME")]
    pub instances: Vec<String>,
    /// The folder of each copy: `<YYYY>`, `<MM>`, `<DD>`, `<HHMM>` and `<instance>` stand for what they say.
    #[arg(long, value_name = "PATTERN", default_value = "")]
    pub pattern: String,
    /// A file of certificates (PEM) that are trusted beside those of this computer.
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// The confirmed fingerprint of the SSH host key, `SHA256:…`.
    #[arg(long, value_name = "FINGERPRINT")]
    pub host_key: Option<String>,
    /// Copy only when asked to.
    #[arg(long)]
    pub off: bool,
}

/// How to sign in to an SSH server, other than with a password.
#[derive(Debug, Args)]
pub struct Ssh {
    /// With this private key.
    #[arg(long, value_name = "FILE", conflicts_with = "agent")]
    pub key: Option<PathBuf>,
    /// The key has a passphrase, which is asked for.
    #[arg(long, requires = "key")]
    pub key_passphrase: bool,
    /// With the agent of this computer.
    #[arg(long)]
    pub agent: bool,
}

/// Whether files are encrypted there.
#[derive(Debug, Args)]
pub struct Sealed {
    /// Encrypt the files with a passphrase, which is asked for.
    #[arg(long, conflicts_with = "recipients")]
    pub encrypt: bool,
    /// Encrypt the files to this public key of age; can be given again.
    #[arg(long = "recipient", value_name = "KEY")]
    pub recipients: Vec<String>,
    /// Open copies with a secret key of age, which is asked for.
    #[arg(long, requires = "recipients")]
    pub identity: bool,
}

/// Whether it holds a vault.
#[derive(Debug, Args)]
pub struct AsVault {
    /// Keep a vault there, which restic reads, instead of files. It has the password of this computer's vault.
    #[arg(long, conflicts_with_all = ["encrypt", "recipients"])]
    pub vault: bool,
    /// The vault there has a password of its own, which is asked for.
    #[arg(long, requires = "vault")]
    pub vault_password: bool,
}
