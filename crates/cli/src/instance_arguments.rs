//! The arguments of saving instances.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The ways to sign in that go through an identity domain.
const OAUTH: [(&str, &str); 4] = [
    ("auth", "client-credentials"),
    ("auth", "authorization-code"),
    ("auth", "jwt"),
    ("auth", "password"),
];

/// A new instance.
#[derive(Debug, Args)]
pub struct InstanceAdd {
    /// What to call it.
    pub name: String,
    /// Any address of it, as the browser shows it.
    #[arg(long)]
    pub url: String,
    /// Its generation. Without it: what the address tells.
    #[arg(long, value_enum)]
    pub generation: Option<GenerationName>,
    /// What it is used for.
    #[arg(long, value_enum)]
    pub environment: EnvironmentName,
    /// How to sign in.
    #[arg(long, value_enum)]
    pub auth: AuthName,
    /// The service instance name (OIC 3). Without it: what the address tells.
    #[arg(long)]
    pub instance_name: Option<String>,
    /// The token endpoint of the identity domain (all but Basic).
    #[arg(long, required_if_eq_any = OAUTH)]
    pub token_url: Option<String>,
    /// Where the browser goes to sign in. Without it: `authorize` beside the token endpoint.
    #[arg(long, value_name = "URL")]
    pub authorize_url: Option<String>,
    /// The client id of the application (all but Basic).
    #[arg(long, required_if_eq_any = OAUTH)]
    pub client_id: Option<String>,
    /// The scope, ending in `/ic/api/` (all but Basic).
    #[arg(long, required_if_eq_any = OAUTH)]
    pub scope: Option<String>,
    /// The user (JWT, password, Basic).
    #[arg(long, required_if_eq_any = [("auth", "jwt"), ("auth", "password"), ("auth", "basic")])]
    pub user: Option<String>,
    /// The port of this computer that the browser comes back to; the application has
    /// `http://127.0.0.1:PORT/callback` registered as a redirect URL.
    #[arg(long, value_name = "PORT", default_value_t = waybill_app::view::REDIRECT_PORT)]
    pub redirect_port: u16,
    /// The file with the private key (JWT): PEM, DER or PKCS#12. It is read once, into the place for
    /// secrets.
    #[arg(long, value_name = "FILE", required_if_eq("auth", "jwt"))]
    pub key_file: Option<PathBuf>,
    /// Read the passphrase of the key file from standard input, before the secret.
    #[arg(long, requires = "key_file")]
    pub key_passphrase_stdin: bool,
    /// The alias of the certificate in the application (JWT, `kid`). Without it: the thumbprint of the
    /// certificate that comes with the key.
    #[arg(long, value_name = "ALIAS")]
    pub key_id: Option<String>,
    /// Agree that the user's own password goes through Waybill (password).
    #[arg(long, required_if_eq("auth", "password"))]
    pub insecure_password_grant: bool,
    /// The application has no secret: a public one, or one that proves itself by its key.
    #[arg(long)]
    pub no_client_secret: bool,
    /// A PEM file with further certificate authorities to trust for this instance.
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// A proxy for this instance.
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
    /// At most so many calls a minute.
    #[arg(long, value_name = "N")]
    pub calls_per_minute: Option<u32>,
    /// Read the secrets from standard input, a line each: the password (password, Basic), then the
    /// client secret (all but Basic).
    #[arg(long)]
    pub secret_stdin: bool,
    /// Test the instance and save it only when all stages pass.
    #[arg(long)]
    pub test: bool,
}

/// The generations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GenerationName {
    /// Oracle Integration 3.
    Oic3,
    /// Oracle Integration Gen 2.
    Gen2,
    /// Integration Cloud Service.
    Ics,
}

/// The environments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EnvironmentName {
    /// Where integrations are built.
    Development,
    /// Where they are tried.
    Test,
    /// Where they work for a living. Starts as read-only.
    Production,
    /// Anything else.
    Other,
}

/// How to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AuthName {
    /// OAuth client credentials.
    ClientCredentials,
    /// OAuth authorization code with PKCE, in the browser.
    AuthorizationCode,
    /// OAuth with a signed user assertion.
    Jwt,
    /// OAuth with a user's own password (advised against).
    Password,
    /// User and password (Gen 2 and ICS).
    Basic,
}
