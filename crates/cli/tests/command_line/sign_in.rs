//! The ways to sign in, as `instance add` takes them, and what is told of a token.

use waybill_sandbox::{Application, Role, UserSpec};

use crate::support::{Home, Listener, Stand, canary, oic3, text};

const USER: &str = "integration.admin@example.com";
const SIGNED: &str = "eyJhbGciOiJSUzI1NiIs";

#[test]
fn client_credentials_are_told_of_by_their_life_and_scopes_alone() {
    let stand = Stand::with(3);
    let home = Home::new();
    home.also_secret(SIGNED);
    let auth = ["client-credentials", "--test"];
    home.add_by("Acme", stand.dev(), &auth, &[&canary()])
        .expect_code(0);
    let token = home.run(&["instance", "token", "Acme"]);
    token.expect_code(0);
    let seen = token.one("signIn");
    assert_eq!(seen["kind"], "clientCredentials", "{seen}");
    assert_eq!(seen["refreshToken"], "none", "{seen}");
    assert_eq!(seen["canRenew"], true, "{seen}");
    let (issued, ends) = (text(&seen["issuedAt"]), text(&seen["expiresAt"]));
    assert!(issued < ends, "{seen}");
    let scopes = seen["scopes"].as_array().unwrap();
    assert!(
        scopes.iter().any(|scope| text(scope).ends_with("/ic/api/")),
        "{seen}"
    );

    let told = home.tell(&["instance", "token", "Acme"]);
    told.expect_code(0);
    for line in ["issued ", "ends ", "scopes ", "renewed "] {
        assert!(told.stdout.contains(line), "{}", told.stdout);
    }
    // Signing out has nothing to take away that the next call could not get again.
    home.run(&["instance", "sign-out", "Acme"]).expect_code(0);
    home.back_up("Acme");
    let error = home.refuses(&["instance", "sign-in", "Acme"], &[], 2, "badInput");
    assert_eq!(error["context"]["field"], "signIn", "{error}");
}

#[test]
fn a_password_goes_through_the_program_only_where_that_was_agreed_to() {
    let stand = Stand::start(|builder| {
        let careful = UserSpec {
            name: "careful@example.com".to_owned(),
            password: canary(),
            roles: vec![Role::Administrator],
            instances: Vec::new(),
            second_factor: true,
        };
        let public = Application {
            id: "public".to_owned(),
            ..Application::default()
        };
        builder
            .instance(oic3("dev"))
            .user(careful)
            .application(public)
            .synthetic(6, 11)
    });
    let home = Home::new();
    home.also_secret(SIGNED);
    let auth = ["password", "--user", USER];
    let agreed = [&auth[..], &["--insecure-password-grant", "--test"]].concat();

    let refused = home.add_by("Acme", stand.dev(), &auth, &[&canary(), &canary()]);
    refused.expect_code(2);
    let told = &refused.stderr;
    assert!(told.contains("--insecure-password-grant"), "{told}");

    let added = home.add_by("Acme", stand.dev(), &agreed, &[&canary(), &canary()]);
    added.expect_code(0);
    assert!(
        added.stderr.contains("password of the user goes through"),
        "{}",
        added.stderr
    );
    home.back_up("Acme");
    let seen = home.run(&["instance", "token", "Acme"]).one("signIn");
    assert_eq!(
        (text(&seen["kind"]), text(&seen["subject"])),
        ("password", USER),
        "{seen}"
    );

    let public = [
        &agreed[..],
        &["--client-id", "public", "--no-client-secret"],
    ]
    .concat();
    home.add_by("Public", stand.dev(), &public, &[&canary()])
        .expect_code(0);
    home.back_up("Public");

    let careful = ["password", "--user", "careful@example.com"];
    let careful = [&careful[..], &["--insecure-password-grant", "--test"]].concat();
    let refused = home.add_by("Careful", stand.dev(), &careful, &[&canary(), &canary()]);
    refused.expect_code(1);
    let told = &refused.stderr;
    assert!(told.contains("second factor"), "{told}");
    assert!(told.contains("in the browser"), "{told}");
    let wrong = format!("not-{}", canary());
    let refused = home.add_by("Wrong", stand.dev(), &agreed, &[&wrong, &canary()]);
    refused.expect_code(1);
    let told = &refused.stderr;
    assert!(told.contains("password"), "{told}");
}

#[test]
fn what_a_way_to_sign_in_needs_is_asked_for() {
    let home = Home::new();
    let begin = ["instance", "add", "Acme", "--environment", "test"];
    let begin = [&begin[..], &["--url", "https://oic.example.com", "--auth"]].concat();
    let domain = [
        "--token-url",
        "https://idcs.example.com",
        "--client-id",
        "a",
    ];
    let scope = ["--scope", "https://oic.example.com:443/ic/api/"];
    for (auth, missing) in [
        ("client-credentials", "--scope"),
        ("authorization-code", "--scope"),
        ("jwt", "--key-file"),
        ("password", "--user"),
    ] {
        let alone = home.run_bare(&[&begin[..], &[auth]].concat(), &[]);
        alone.expect_code(2);
        assert!(alone.stderr.contains("--token-url"), "{}", alone.stderr);
        let mut arguments = [&begin[..], &[auth], &domain].concat();
        if missing != "--scope" {
            arguments.extend(scope);
        }
        let outcome = home.run_bare(&arguments, &[]);
        outcome.expect_code(2);
        assert!(outcome.stderr.contains(missing), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
    }
    let basic = home.run_bare(&[&begin[..], &["basic"]].concat(), &[]);
    basic.expect_code(2);
    assert!(basic.stderr.contains("--user"), "{}", basic.stderr);
    assert!(!home.data().exists());
}

#[test]
fn an_access_token_is_never_kept() {
    let stand = Stand::with(6);
    let home = Home::new();
    let host = stand.dev().token_url.split("/oauth2").next().unwrap();
    let door = Listener::before(host);
    home.add("Acme", &door.of_tokens(stand.dev()));
    home.back_up("Acme");
    let given = door.said("access_token");
    assert!(!given.is_empty());
    // The home looks for it in all its files when it ends.
    for token in given {
        home.also_secret(token);
    }
}
