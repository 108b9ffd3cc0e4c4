//! Signing in with an assertion, signed by a key as people have them.

use serde_json::Value;
use waybill_sandbox::Application;

use crate::support::{Home, Key, Stand, canary, text};

const USER: &str = "integration.admin@example.com";
const ALIAS: &str = "waybill-key";
/// How every token and assertion of the sandbox and of the program begins.
const SIGNED: &str = "eyJhbGciOiJSUzI1NiIs";

/// A sandbox whose application trusts the certificate, and one without a secret that does too.
fn trusting(key: &Key) -> Stand {
    let stand = Stand::with(6);
    for id in [&stand.dev().client_id, "keyed"] {
        stand
            .control()
            .register(&Application {
                id: id.to_owned(),
                certificate: Some(key.certificate()),
                certificate_alias: Some(ALIAS.to_owned()),
                ..Application::default()
            })
            .unwrap();
    }
    stand
}

/// A home that keeps the key, and all that is signed with it, a secret.
fn home_for(key: &Key) -> Home {
    let home = Home::new();
    home.also_secret(key.line());
    home.also_secret(SIGNED);
    home
}

fn sign_in_of(home: &Home, name: &str) -> Value {
    let token = home.run(&["instance", "token", name]);
    token.expect_code(0);
    token.one("signIn")
}

#[test]
fn a_pem_key_signs_in_and_its_file_may_go() {
    let key = Key::new();
    let (stand, home) = (trusting(&key), home_for(&key));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.pem");
    key.write_pem(&file);
    let file = file.to_str().unwrap();
    let auth = ["jwt", "--user", USER, "--key-file", file];
    let with = |more: &[&'static str]| [&auth[..], more].concat();
    let tested = with(&["--key-id", ALIAS, "--test"]);
    let added = home.add_by("Acme", stand.dev(), &tested, &[&canary()]);
    added.expect_code(0);
    assert_eq!(added.one("instance")["needsBrowser"], false);
    // Without a secret, the application proves itself by the same key.
    let keyed = with(&[
        "--key-id",
        ALIAS,
        "--client-id",
        "keyed",
        "--no-client-secret",
        "--test",
    ]);
    home.add_by("Keyed", stand.dev(), &keyed, &[])
        .expect_code(0);
    std::fs::remove_file(file).unwrap();

    for name in ["Acme", "Keyed"] {
        let seen = sign_in_of(&home, name);
        assert_eq!(seen["kind"], "jwtAssertion", "{seen}");
        assert_eq!(seen["subject"], USER, "{seen}");
        assert_eq!(seen["needsBrowser"], false, "{seen}");
        assert!(seen["expiresAt"].is_string(), "{seen}");
        home.back_up(name);
    }
}

#[test]
fn a_pkcs12_key_wants_its_passphrase_and_is_known_by_its_certificate() {
    let key = Key::new();
    let (stand, home) = (trusting(&key), home_for(&key));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.p12");
    key.write_pkcs12(&file, &canary());
    let file = file.to_str().unwrap();
    let without = ["jwt", "--user", USER, "--key-file", file];
    let with = [&without[..], &["--key-passphrase-stdin", "--test"]].concat();
    let adding = |auth: &[&str]| Home::adding_by("Acme", stand.dev(), auth);

    home.run(&["secrets", "status"]).expect_code(0);
    let arguments = adding(&with);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let wrong = format!("not-{}", canary());
    let error = home.refuses(&arguments, &[&wrong, &canary()], 2, "badInput");
    assert_eq!(error["context"]["field"], "keyPassphrase", "{error}");
    let words = text(&error["message"]);
    assert!(words.contains("the passphrase does not open it"), "{words}");

    let arguments = adding(&without);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let error = home.refuses(&arguments, &[&canary()], 2, "badInput");
    let words = text(&error["message"]);
    assert!(words.contains("needs its passphrase"), "{words}");
    let guidance = text(&error["guidance"]);
    assert!(guidance.contains("`--key-passphrase-stdin`"), "{guidance}");

    home.add_by("Acme", stand.dev(), &with, &[&canary(), &canary()])
        .expect_code(0);
    std::fs::remove_file(file).unwrap();
    home.back_up("Acme");
}

#[test]
fn each_way_a_key_can_be_wrong_has_its_own_words() {
    let key = Key::new();
    let (stand, home) = (trusting(&key), home_for(&key));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let good = path("key.pem");
    key.write_pem(good.as_ref());
    let stranger = path("stranger.pem");
    Key::new().write_pem(stranger.as_ref());
    let certificate = path("certificate.pem");
    std::fs::write(&certificate, key.certificate()).unwrap();
    home.run(&["secrets", "status"]).expect_code(0);

    for (file, words) in [
        (path("none.pem"), "cannot be used"),
        (certificate, "holds no private key"),
    ] {
        let auth = ["jwt", "--user", USER, "--key-file", &file];
        let arguments = Home::adding_by("Acme", stand.dev(), &auth);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let error = home.refuses(&arguments, &[&canary()], 2, "badInput");
        assert_eq!(error["context"]["field"], "keyFile", "{error}");
        assert!(text(&error["message"]).contains(words), "{error}");
    }
    for (file, user, words) in [
        (&stranger, USER, "does not know the key"),
        (&good, "nobody@example.com", "does not accept the user"),
    ] {
        let auth = ["jwt", "--user", user, "--key-id", ALIAS, "--test"];
        let auth = [&auth[..], &["--key-file", file]].concat();
        let refused = home.add_by("Acme", stand.dev(), &auth, &[&canary()]);
        refused.expect_code(1);
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
    let listed = home.run(&["instance", "list"]).one("instances");
    assert_eq!(listed["instances"], serde_json::json!([]));
}
