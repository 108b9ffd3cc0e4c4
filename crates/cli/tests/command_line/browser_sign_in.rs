//! Signing in in the browser: there and back, kept for later programs, ended by signing out.

use std::time::Duration;

use serde_json::Value;
use waybill_sandbox::{Application, ReadyInstance};

use crate::support::{
    Browser, Home, Keychain, Listener, Live, Stand, canary, free_port, oic3, text,
};

const USER: &str = "integration.admin@example.com";
/// How every token of the sandbox begins.
const SIGNED: &str = "eyJhbGciOiJSUzI1NiIs";

/// Lets the application come back to this port; one that is not known is public.
fn register(stand: &Stand, client: &str, port: u16) {
    let application = Application {
        id: client.to_owned(),
        redirect_uris: vec![format!("http://127.0.0.1:{port}/callback")],
        ..Application::default()
    };
    stand.control().register(&application).unwrap();
}

/// Saves the instance as one that people sign in to in the browser.
fn add(home: &Home, instance: &ReadyInstance, port: u16) {
    home.also_secret(SIGNED);
    let port = port.to_string();
    let auth = ["authorization-code", "--redirect-port", &port];
    let added = home.add_by("Acme", instance, &auth, &[&canary()]);
    added.expect_code(0);
    assert_eq!(added.one("instance")["needsBrowser"], true);
}

/// Starts a sign-in; answers with the address that the browser is to open.
fn begin(home: &Home) -> (Live<'_>, String) {
    let mut live = home.spawn(&["instance", "sign-in", "Acme", "--no-browser"]);
    let address = text(&live.line("address")["address"]).to_owned();
    (live, address)
}

fn sign_in(home: &Home) -> Value {
    let (live, address) = begin(home);
    let browser = Browser::sign_in(home, &address, USER, &canary());
    assert_eq!(browser.status, 200, "{browser:?}");
    assert!(browser.page.contains("close this page"), "{browser:?}");
    let outcome = live.wait();
    outcome.expect_code(0);
    outcome.one("signIn")
}

#[track_caller]
fn says_to_sign_in(home: &Home) {
    let outcome = home.run(&["backup", "Acme"]);
    outcome.expect_code(1);
    let result = outcome.one("result");
    assert_eq!(result["status"], "failed", "{result}");
    let guidance = text(&result["guidance"]);
    assert!(guidance.contains("`waybill instance sign-in`"), "{result}");
    outcome.expect_words(text(&result["message"]), guidance);
}

#[test]
fn a_sign_in_serves_later_programs_until_somebody_signs_out() {
    let stand = Stand::with(6);
    let home = Home::new();
    // Without a keychain on this computer the secrets file stands in.
    let _keychain = Keychain::start(&home);
    there_and_back(&stand, &home);
}

#[test]
fn a_sign_in_is_kept_in_the_encrypted_file_too() {
    let stand = Stand::with(6);
    there_and_back(&stand, &Home::new());
}

fn there_and_back(stand: &Stand, home: &Home) {
    let port = free_port();
    register(stand, &stand.dev().client_id, port);
    let domain = stand.dev().token_url.split("/oauth2").next().unwrap();
    let door = Listener::before(domain);
    add(home, &door.of_tokens(stand.dev()), port);
    says_to_sign_in(home);

    let seen = sign_in(home);
    assert_eq!(seen["kind"], "authorizationCode", "{seen}");
    assert_eq!(seen["subject"], USER, "{seen}");
    assert_eq!(seen["refreshToken"], "kept", "{seen}");
    assert_eq!(seen["canRenew"], true, "{seen}");
    assert_eq!(seen["needsBrowser"], false, "{seen}");

    // Each of these is a program of its own, and each refresh token serves once.
    home.back_up("Acme");
    home.back_up("Acme");
    let seen = home.run(&["instance", "token", "Acme"]).one("signIn");
    assert_eq!(seen["subject"], USER, "{seen}");
    assert!(text(&seen["issuedAt"]) < text(&seen["expiresAt"]), "{seen}");
    let scopes = seen["scopes"].as_array().unwrap();
    assert!(
        scopes.iter().any(|scope| text(scope).ends_with("/ic/api/")),
        "{seen}"
    );
    let told = home.tell(&["instance", "token", "Acme"]);
    told.expect_code(0);
    assert!(told.stdout.contains(USER), "{}", told.stdout);

    let out = home.run(&["instance", "sign-out", "Acme"]);
    out.expect_code(0);
    let seen = out.one("signIn");
    assert_eq!(seen["refreshToken"], "none", "{seen}");
    assert_eq!(seen["needsBrowser"], true, "{seen}");
    says_to_sign_in(home);
    home.run(&["instance", "token", "Acme"])
        .expect_error(1, "signInNeeded");

    let audit = home.run(&["audit", "list", "--instance", "Acme"]);
    let entries = audit.one("audit")["entries"].to_string();
    assert!(entries.contains("signed in in the browser"), "{entries}");
    assert!(entries.contains("signed out"), "{entries}");
    // The home looks for them in all its files when it ends.
    let refreshing = door.said("refresh_token");
    assert!(refreshing.len() >= 4, "{}", refreshing.len());
    for token in refreshing.into_iter().chain(door.said("access_token")) {
        home.also_secret(token);
    }
}

#[test]
fn a_public_application_signs_in_where_the_browser_knows_the_person() {
    let stand = Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .synthetic(6, 11)
            .auto_consent()
    });
    let home = Home::new();
    home.also_secret(SIGNED);
    let port = free_port();
    register(&stand, "public", port);
    let port = port.to_string();
    let auth = [
        "authorization-code",
        "--redirect-port",
        &port,
        "--client-id",
        "public",
        "--no-client-secret",
        "--authorize-url",
        &stand.dev().authorize_url,
    ];
    home.add_by("Acme", stand.dev(), &auth, &[]).expect_code(0);
    let (live, address) = begin(&home);
    assert_eq!(Browser::open(&home, &address).status, 200);
    live.wait().expect_code(0);
    home.back_up("Acme");
    // An administrator ended it.
    stand.control().revoke_refresh_tokens();
    says_to_sign_in(&home);
}

#[test]
fn a_sign_in_that_is_refused_or_given_up_keeps_nothing() {
    let stand = Stand::with(3);
    let home = Home::new();
    let port = free_port();
    add(&home, stand.dev(), port);
    // The redirect address is not known yet: the page says so, and the program waits.
    let (live, address) = begin(&home);
    let stopped = Browser::open(&home, &address);
    assert_eq!(stopped.status, 400);
    assert!(stopped.page.contains("not registered"), "{stopped:?}");
    live.interrupt();
    let outcome = live.wait();
    outcome.expect_code(4);
    assert_eq!(outcome.one("error")["code"], "cancelled");

    register(&stand, &stand.dev().client_id, port);
    let (live, address) = begin(&home);
    let wrong = Browser::sign_in(&home, &address, USER, "not the password");
    assert!(wrong.page.contains("password is wrong"), "{wrong:?}");
    // What another page of this computer brings is not taken for the answer.
    let stranger = format!("http://127.0.0.1:{port}/callback?code=x&state=y");
    assert_eq!(Browser::open(&home, &stranger).status, 400);
    assert_eq!(Browser::cancel(&home, &address).status, 200);
    let refused = live.wait();
    let error = refused.expect_error(1, "signInRefused");
    assert!(text(&error["message"]).contains("refused"), "{error}");
    says_to_sign_in(&home);

    // Signing in works all the same afterwards.
    assert_eq!(sign_in(&home)["refreshToken"], "kept");
    home.back_up("Acme");
}

#[test]
fn a_sign_in_that_ends_in_the_middle_of_a_backup_loses_nothing_that_was_fetched() {
    let stand = Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .synthetic(60, 11)
            .latency(Duration::from_millis(25))
    });
    let home = Home::new();
    let port = free_port();
    register(&stand, &stand.dev().client_id, port);
    add(&home, stand.dev(), port);
    sign_in(&home);
    let mut live = home.spawn(&["backup", "Acme"]);
    assert!(live.wait_for_fetched(10));
    stand.control().revoke_refresh_tokens();
    stand.control().expire_tokens();
    let outcome = live.wait();
    outcome.expect_code(1);
    let result = outcome.one("result");
    assert_eq!(result["status"], "failed", "{result}");
    assert!(result["fetched"].as_u64() >= Some(10), "{result}");
    outcome.expect_words(text(&result["message"]), text(&result["guidance"]));
    assert!(home.snapshots().is_empty());

    sign_in(&home);
    stand.control().reset_calls();
    let result = home.back_up("Acme");
    let planned = result["planned"].as_u64().unwrap();
    let again = stand.archives_asked();
    assert!(again + 10 <= planned, "{again} archives again of {planned}");
}

#[test]
fn a_port_that_another_program_has_is_named() {
    let stand = Stand::with(3);
    let home = Home::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    add(&home, stand.dev(), port);
    let arguments = ["instance", "sign-in", "Acme", "--no-browser"];
    let error = home.refuses(&arguments, &[], 2, "badInput");
    assert_eq!(error["context"]["field"], "redirectPort", "{error}");
    assert!(
        text(&error["message"]).contains(&port.to_string()),
        "{error}"
    );
}
