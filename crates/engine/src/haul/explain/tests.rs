use super::*;

const KINDS: [StepKind; 10] = [
    StepKind::StopSchedule,
    StepKind::Deactivate,
    StepKind::SetLookup,
    StepKind::SetConnection,
    StepKind::TestConnection,
    StepKind::Activate { tracing: None },
    StepKind::SetSchedule,
    StepKind::StartSchedule,
    StepKind::SetAccess,
    StepKind::Delete,
];

fn all_kinds() -> Vec<StepKind> {
    let hows = [
        ImportHow::Integration,
        ImportHow::Package,
        ImportHow::Project,
        ImportHow::Lookup,
        ImportHow::Library,
        ImportHow::Certificate,
    ];
    let imports = hows
        .into_iter()
        .flat_map(|how| [true, false].map(|replace| StepKind::Import { how, replace }));
    imports.chain(KINDS).collect()
}

#[test]
fn every_answer_to_every_step_has_a_cause_and_a_remedy_in_plain_words() {
    let errors = [
        ErrorKind::Server(400),
        ErrorKind::Unauthorised,
        ErrorKind::Forbidden,
        ErrorKind::NotFound,
        ErrorKind::Conflict,
        ErrorKind::WrongState,
        ErrorKind::Server(413),
        ErrorKind::Server(422),
        ErrorKind::Locked,
        ErrorKind::TooManyRequests,
        ErrorKind::Server(500),
        ErrorKind::Server(502),
        ErrorKind::Server(503),
        ErrorKind::Server(504),
        ErrorKind::Timeout,
        ErrorKind::Unsupported,
        ErrorKind::Uncertain,
        ErrorKind::Malformed,
    ];
    let id: ArtifactId = "integration:ORDER_SYNC|01.02.0003".parse().unwrap();
    for kind in all_kinds() {
        for error in &errors {
            let (why, what) = cause(kind, &id, error, "the reason");
            let what = what.unwrap();
            for text in [&why, &what] {
                assert!(text.ends_with('.') && !text.contains(".."), "{text}");
                assert!(text.starts_with(char::is_uppercase), "{text}");
                assert!(!text.contains("HTTP") && !text.contains("null"), "{text}");
            }
            assert!(why.contains("ORDER_SYNC") || why.contains("offer"), "{why}");
        }
    }
}

#[test]
fn what_the_service_says_of_an_activation_leads_to_what_to_do() {
    let id: ArtifactId = "integration:ORDER_SYNC|01.02.0003".parse().unwrap();
    for (said, what) in [
        ("Connection ERP is not configured.", "Test its connections"),
        ("PKIX path building failed", "Upload the certificate"),
        ("No agent is running", "agent group"),
        ("Endpoint is in use by ORDERS", "Another integration"),
        ("Anything else", "Put that right"),
    ] {
        let failure = activation_failed(&id, &[said.to_owned()]);
        assert!(failure.what_to_do.unwrap().contains(what), "{said}");
        assert!(failure.why.contains(said.trim_end_matches('.')), "{said}");
    }
    let silent = activation_failed(&id, &[]);
    assert!(silent.why.contains("does not say why"), "{}", silent.why);
}

#[test]
fn a_failed_test_says_whose_it_is_and_why() {
    let id: ArtifactId = "HR/connection:ERP".parse().unwrap();
    let failure = test_failed(&id, &["Wrong password.".to_owned()]);
    assert_eq!(
        failure.why,
        "The test of connection `ERP` of project `HR` failed: Wrong password."
    );
}
