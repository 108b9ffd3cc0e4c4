//! What to do when a stage of the connection test fails: steps that an administrator can follow, in
//! the words of the Oracle Cloud console.

use waybill_client::{Error, ErrorKind, SignInRefusal, TlsProblem};
use waybill_model::Generation;

use crate::settings::StoredInstance;
use crate::view::{SignInForm, SignInKind, StageName};

/// The remedy for a failure at a stage.
pub(super) fn remedy(stage: StageName, error: &Error, instance: &StoredInstance) -> String {
    match error.kind() {
        ErrorKind::AddressUnknown if stage == StageName::SignIn => {
            "Check the address of the identity domain: in the Oracle Cloud console open Identity & Security › Domains, choose the domain, and copy Domain URL. If it is right, check the network, VPN and proxy of this computer.".to_owned()
        }
        ErrorKind::AddressUnknown => {
            "Copy the address from the browser while Oracle Integration is open there. If it opens in the browser and not here, check whether this computer needs a VPN or a proxy, and enter the proxy below.".to_owned()
        }
        ErrorKind::Unreachable | ErrorKind::Timeout => {
            "Check that this computer is connected to the network, and that firewall, VPN or proxy let it reach this host. An instance with an allowlist (Networking, Restrict network access) must list the address of this computer.".to_owned()
        }
        ErrorKind::ProxyFailed => {
            "Check the proxy: host, port, and whether it lets this computer through. Leave the field empty to use the proxy of the system.".to_owned()
        }
        ErrorKind::InsecureAddress => {
            "Enter the address with https://. Oracle Integration is never reached without it.".to_owned()
        }
        ErrorKind::Tls(problem) => tls(*problem),
        ErrorKind::SignInRefused { reason, .. } => refused(*reason, instance),
        ErrorKind::SignInExpired => {
            "Choose Sign in in the browser, sign in there as a user who may read designs, then test again. On the command line: `waybill instance sign-in`.".to_owned()
        }
        ErrorKind::ClockWrong => {
            "Set the clock of this computer: switch on setting the time automatically, and check the time zone. Then test again.".to_owned()
        }
        ErrorKind::ScopeRefused => scope(instance),
        ErrorKind::Unauthorised => match instance.sign_in.kind() {
            SignInKind::Basic => basic_sign_in(),
            _ => format!(
                "Check that the scope is the one of this instance: in the Oracle Cloud console open the confidential application and, under Token issuance policy › Resources, copy the scope that begins with the host of {} and ends in `/ic/api/`. If the token was just given a role, wait a minute and test again.",
                name(instance)
            ),
        },
        ErrorKind::Forbidden => rights(instance),
        ErrorKind::WrongInstanceName | ErrorKind::NotFound
            if instance.generation == Generation::Oic3 =>
        {
            format!(
                "`{}` is not known there. Open the console of the instance, choose About in the menu of the user, and copy Service instance. It looks like `acme-oic-abc123-fr` and is longer than the display name.",
                instance.instance_name.as_deref().unwrap_or_default()
            )
        }
        ErrorKind::WrongInstanceName | ErrorKind::NotFound | ErrorKind::NotOracleIntegration
            if stage == StageName::SignIn && !is_basic(instance) =>
        {
            "What answers there is not the token endpoint of an identity domain. In the Oracle Cloud console open Identity & Security › Domains, choose the domain, and copy Domain URL.".to_owned()
        }
        ErrorKind::WrongInstanceName | ErrorKind::NotFound | ErrorKind::NotOracleIntegration => {
            "Copy the address from the browser while Oracle Integration itself is open there, not the Oracle Cloud console. A sign-in page of a company portal or of a proxy in between answers in this way as well. Check the generation too.".to_owned()
        }
        ErrorKind::TooManyRequests => {
            "Wait a minute and test again. Enter a lower number under Calls a minute if it happens during backups.".to_owned()
        }
        ErrorKind::Server(_) | ErrorKind::Truncated | ErrorKind::Malformed => {
            "Test again in a few minutes. If it stays, look at ocistatus.oraclecloud.com and give the exchange below to Oracle Support.".to_owned()
        }
        _ => "Correct the values above and test again.".to_owned(),
    }
}

fn tls(problem: TlsProblem) -> String {
    match problem {
        TlsProblem::UnknownIssuer => "This computer does not know who issued the certificate. If your network inspects TLS, ask its administrators for the certificate of their authority (a PEM file) and enter it under Further certificate authorities. If not, do not go on: somebody may be reading along.",
        TlsProblem::Expired => "The certificate has ended. Oracle renews its own; if the instance has a host name of your own, renew the certificate there. Check the clock of this computer too.",
        TlsProblem::NotYetValid => "Check the date and the time of this computer.",
        TlsProblem::WrongName => "The certificate is for another host. Use the host name that the certificate names, or renew the certificate of the instance's own host name.",
        TlsProblem::Revoked => "The certificate was withdrawn. Ask whoever runs the host, and do not go on.",
        TlsProblem::NotTls => "What answers at this port does not speak TLS. Check the host and the port of the address, and the proxy.",
        _ => "Check whether a proxy or a firewall stands between this computer and the instance, and test again.",
    }
    .to_owned()
}

/// What to do when the identity domain refuses, by what it refuses.
fn refused(reason: SignInRefusal, instance: &StoredInstance) -> String {
    let application = application(instance);
    match reason {
        SignInRefusal::GrantNotAllowed => format!(
            "{application} Under OAuth configuration › Client configuration tick {} under Allowed grant types, and save.",
            grant(instance)
        ),
        SignInRefusal::SecondFactor => {
            "Sign in in the browser instead (Authorization code), where the second factor can be given. Or use a user whom the sign-on policy of the identity domain does not ask for one.".to_owned()
        }
        SignInRefusal::UserRefused if instance.sign_in.kind() == SignInKind::JwtAssertion => format!(
            "Check the user name: it is the one that the user signs in with in this identity domain, and the user must be active. {application} It needs the right to use user assertions."
        ),
        SignInRefusal::UserRefused => basic_sign_in(),
        SignInRefusal::KeyRefused => format!(
            "{application} Under Client configuration choose Trusted, import the certificate that belongs to the private key, and enter its alias here as the key id."
        ),
        SignInRefusal::AssertionRefused => format!(
            "{application} Check that JWT assertion is ticked under Allowed grant types, that the certificate of the key is imported there, that its alias is the key id here, and that the user exists in the identity domain."
        ),
        SignInRefusal::RedirectNotRegistered => redirect(instance),
        SignInRefusal::CodeEnded => {
            "Sign in in the browser once more, and go through the pages without reloading them.".to_owned()
        }
        _ if instance.sign_in.kind() == SignInKind::Basic => basic_sign_in(),
        _ => format!(
            "{application} Check that it is active and that {} is ticked under Allowed grant types. Choose Show secret, copy it and enter it here. After Regenerate the old secret ends at once.",
            grant(instance)
        ),
    }
}

/// How to let the browser come back.
pub(super) fn redirect(instance: &StoredInstance) -> String {
    let address = match &instance.sign_in {
        SignInForm::AuthorizationCode { redirect_port, .. } => {
            format!("http://127.0.0.1:{redirect_port}/callback")
        }
        _ => "http://127.0.0.1:8734/callback".to_owned(),
    };
    format!(
        "{} Under Client configuration tick Authorization code and Refresh token, tick Allow non-HTTPS URLs, and add the redirect URL `{address}` exactly as it stands here.",
        application(instance)
    )
}

/// The way to the application in the console.
fn application(instance: &StoredInstance) -> String {
    let client_id = match &instance.sign_in {
        SignInForm::ClientCredentials { client_id, .. }
        | SignInForm::AuthorizationCode { client_id, .. }
        | SignInForm::JwtAssertion { client_id, .. }
        | SignInForm::Password { client_id, .. } => client_id,
        SignInForm::Basic { .. } => return String::new(),
    };
    format!(
        "In the Oracle Cloud console open Identity & Security › Domains, choose the domain, then Integrated applications › the application with the client id `{client_id}`."
    )
}

/// The grant in the words of the console.
fn grant(instance: &StoredInstance) -> &'static str {
    match instance.sign_in.kind() {
        SignInKind::AuthorizationCode => "Authorization code and Refresh token",
        SignInKind::JwtAssertion => "JWT assertion",
        SignInKind::Password => "Resource owner",
        _ => "Client credentials",
    }
}

fn basic_sign_in() -> String {
    "Check user name and password by signing in with them in the browser. A federated (single sign-on) user cannot sign in with a password here: use a user of the identity domain itself.".to_owned()
}

fn scope(instance: &StoredInstance) -> String {
    format!(
        "In the Oracle Cloud console open Identity & Security › Domains › Integrated applications › the confidential application. Under Token issuance policy › Resources add the scope of {} that ends in `/ic/api/`, then copy exactly that scope into the form, with the slash at its end.",
        name(instance)
    )
}

fn rights(instance: &StoredInstance) -> String {
    match &instance.sign_in {
        SignInForm::ClientCredentials { client_id, .. } => format!(
            "In the Oracle Cloud console open Identity & Security › Domains › your domain › Oracle cloud services, choose {}, and under Application roles add the confidential application with the client id `{client_id}` to ServiceDeveloper. The right is there about a minute later.",
            name(instance)
        ),
        SignInForm::AuthorizationCode { .. } => format!(
            "In the Oracle Cloud console open the roles of {} and give the user who signed in in the browser the role ServiceDeveloper. The right is there about a minute later; then sign in in the browser again.",
            name(instance)
        ),
        SignInForm::JwtAssertion { user, .. }
        | SignInForm::Password { user, .. }
        | SignInForm::Basic { user } => format!(
            "In the Oracle Cloud console open the roles of {} and give `{user}` the role ServiceDeveloper. The right is there about a minute later.",
            name(instance)
        ),
    }
}

fn is_basic(instance: &StoredInstance) -> bool {
    instance.sign_in.kind() == SignInKind::Basic
}

fn name(instance: &StoredInstance) -> String {
    match &instance.instance_name {
        Some(name) => format!("`{name}`"),
        None => "the instance".to_owned(),
    }
}
