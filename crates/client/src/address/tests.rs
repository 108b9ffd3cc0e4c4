use super::*;

fn pasted(text: &str) -> PastedAddress {
    Address::parse_pasted(text).unwrap()
}

/// Generation, certainty, base, instance name, region; empty where not told.
fn told(text: &str) -> (Generation, bool, String, String, String) {
    let pasted = pasted(text);
    (
        pasted.generation,
        pasted.certain,
        pasted.base.to_string(),
        pasted.instance_name.unwrap_or_default(),
        pasted.region.unwrap_or_default(),
    )
}

const DESIGN: &str = "https://design.integration.ap-mumbai-1.ocp.oraclecloud.com/";

#[test]
fn the_design_host_tells_everything() {
    for text in [
        "https://design.integration.ap-mumbai-1.ocp.oraclecloud.com/?integrationInstance=myoic-abc-bo",
        " \"https://design.integration.ap-mumbai-1.ocp.oraclecloud.com:443/ic/home?root=x&integrationInstance=myoic-abc-bo#top\" ",
        "design.integration.ap-mumbai-1.ocp.oraclecloud.com/#/home?integrationInstance=myoic-abc-bo",
        "HTTPS://DESIGN.integration.ap-mumbai-1.ocp.oraclecloud.com/?INTEGRATIONINSTANCE=myoic-abc-bo",
    ] {
        assert_eq!(
            told(text),
            (
                Generation::Oic3,
                true,
                DESIGN.into(),
                "myoic-abc-bo".into(),
                "ap-mumbai-1".into()
            ),
            "{text}"
        );
    }
}

#[test]
fn a_console_host_leads_to_the_design_host() {
    assert_eq!(
        told("https://myoic-abc-bo.integration.ap-mumbai-1.ocp.oraclecloud.com/ic/home/"),
        (
            Generation::Oic3,
            false,
            DESIGN.into(),
            "myoic-abc-bo".into(),
            "ap-mumbai-1".into()
        )
    );
}

#[test]
fn older_generations_keep_their_host() {
    assert_eq!(
        told("https://my-tenancy-ia.integration.ocp.oraclecloud.com/ic/home"),
        (
            Generation::Gen2,
            true,
            "https://my-tenancy-ia.integration.ocp.oraclecloud.com/".into(),
            String::new(),
            String::new()
        )
    );
    assert_eq!(
        told("https://myics-mydomain.integration.us2.oraclecloud.com:443/ics/faces/global"),
        (
            Generation::Ics,
            true,
            "https://myics-mydomain.integration.us2.oraclecloud.com/".into(),
            String::new(),
            "us2".into()
        )
    );
}

#[test]
fn an_own_host_and_this_computer_stay_as_typed() {
    let own = pasted("oic.example.com:8443/ic/home");
    assert_eq!(own.base.as_str(), "https://oic.example.com:8443/");
    assert!(own.own_host && !own.certain);
    for (text, base) in [
        (
            "localhost:7001/x?integrationInstance=dev",
            "http://localhost:7001/",
        ),
        (
            "http://127.0.0.1:7001?integrationInstance=dev",
            "http://127.0.0.1:7001/",
        ),
        (
            "http://[::1]:7001/?integrationInstance=dev",
            "http://[::1]:7001/",
        ),
    ] {
        let local = pasted(text);
        assert_eq!(local.base.as_str(), base);
        assert_eq!(local.instance_name.as_deref(), Some("dev"));
        let address = local.into_address(Generation::Oic3);
        assert_eq!(address.design().base.as_str(), base);
    }
    assert_eq!(
        pasted("https://ics.example.com/icsapis/v2/x").generation,
        Generation::Ics
    );
}

#[test]
fn what_cannot_be_used_is_said() {
    use PastedAddressError::{Empty, HoldsSignIn, Insecure, NotAnAddress, NotAnInstance};
    let refused = |text: &str| Address::parse_pasted(text).unwrap_err();
    assert_eq!(refused("  "), Empty);
    assert!(matches!(refused("my instance"), NotAnAddress(_)));
    assert!(matches!(refused("ftp://example.com/"), NotAnAddress(_)));
    assert!(matches!(refused("myoic"), NotAnAddress(_)));
    assert!(matches!(refused("http://oic.example.com/"), Insecure(_)));
    assert_eq!(refused("https://me:hush@oic.example.com/"), HoldsSignIn);
    assert!(matches!(
        refused("https://cloud.oracle.com/oic?region=x"),
        NotAnInstance(_)
    ));
    assert!(matches!(
        refused("https://idcs-01.identity.oraclecloud.com/ui"),
        NotAnInstance(_)
    ));
}

#[test]
fn the_sign_in_follows_within_the_cloud_alone() {
    let follows = |from: &str, to: &str| may_follow(&from.parse().unwrap(), &to.parse().unwrap());
    let console = "https://a-b-c.integration.eu-x-1.ocp.oraclecloud.com/";
    let design = "https://design.integration.eu-x-1.ocp.oraclecloud.com/";
    assert!(follows(console, design));
    assert!(follows("https://oic.example.com/", design));
    assert!(follows(
        "https://oic.example.com/a",
        "https://oic.example.com/b"
    ));
    assert!(follows("http://127.0.0.1:1/", "http://localhost:2/"));
    for (from, to) in [
        (console, "https://evil.example.com/"),
        (console, "https://evil-oraclecloud.com/"),
        (console, "https://oraclecloud.com.example.com/"),
        (
            console,
            "http://design.integration.eu-x-1.ocp.oraclecloud.com/",
        ),
        (console, "http://127.0.0.1:1/"),
        ("http://127.0.0.1:1/", design),
        (
            console,
            "https://u:p@design.integration.eu-x-1.ocp.oraclecloud.com/",
        ),
        ("https://oic.example.com/", "https://other.example.com/"),
        (
            "https://oic.example.com/",
            "https://x.integration.eu-x-1.ocp.oraclecloud.com/",
        ),
        ("https://oic.example.com/", "https://oic.example.com:8443/"),
    ] {
        assert!(!follows(from, to), "{from} -> {to}");
    }
}

#[test]
fn what_is_written_goes_to_the_same_host_or_a_design_host() {
    let takes =
        |from: &str, to: &str| may_take_writes(&from.parse().unwrap(), &to.parse().unwrap());
    let console = "https://a-b-c.integration.eu-x-1.ocp.oraclecloud.com/";
    let design = "https://design.integration.eu-x-1.ocp.oraclecloud.com/";
    assert!(takes(console, design));
    assert!(takes(console, console));
    assert!(takes("http://127.0.0.1:1/", "http://127.0.0.1:2/"));
    for to in [
        "https://objectstorage.eu-x-1.oraclecloud.com/",
        "https://x-y-z.integration.eu-x-1.ocp.oraclecloud.com/",
        "https://evil.example.com/",
    ] {
        assert!(!takes(console, to), "{to}");
    }
}

#[test]
fn only_this_computer_may_do_without_tls() {
    let safe = |text: &str| is_secure_or_loopback(&text.parse().unwrap());
    for text in [
        "https://x.example",
        "http://127.9.9.9:1",
        "http://[::1]:1",
        "http://localhost",
    ] {
        assert!(safe(text), "{text}");
    }
    for text in [
        "http://x.example",
        "http://10.0.0.1",
        "http://localhost.example",
        "http://0.0.0.0",
    ] {
        assert!(!safe(text), "{text}");
    }
}
