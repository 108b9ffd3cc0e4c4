//! The identity domain: its address and scope come from the sign-in, and its lists are paged.

use serde_json::{Value, json};
use waybill_client::{ErrorKind, IdentityDomain, ScimFilter};
use waybill_model::Generation;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{basic, calls_to, config, instance};

const USERS: &str = "/admin/v1/Users";

/// Gives at most two users at a time.
async fn users(server: &MockServer, total: usize) {
    Mock::given(method("GET"))
        .and(path(USERS))
        .respond_with(move |request: &Request| {
            let parameter = |name: &str| {
                let mut pairs = request.url.query_pairs();
                let (_, value) = pairs.find(|(key, _)| key == name).unwrap();
                value.parse::<usize>().unwrap()
            };
            let start = parameter("startIndex");
            assert_eq!(parameter("count"), 100);
            let users: Vec<Value> = (start..=total)
                .take(2)
                .map(|number| json!({"id": number.to_string(), "userName": format!("u{number}")}))
                .collect();
            ResponseTemplate::new(200).set_body_json(json!({
                "Resources": users, "startIndex": start, "totalResults": total,
            }))
        })
        .mount(server)
        .await;
}

#[tokio::test]
async fn all_pages_are_read_with_a_token_of_the_domain() {
    let server = instance().await;
    users(&server, 5).await;
    // The instance itself is somewhere else: the domain is where tokens are given.
    let domain = IdentityDomain::new(&config("http://127.0.0.1:9", &server.uri())).unwrap();
    let all = domain.users(None).await.unwrap();
    assert_eq!(all.len(), 5);
    assert_eq!(all[4].value.user_name, "u5");
    assert_eq!(calls_to(&server, USERS).await, 3);
    let requests = server.received_requests().await.unwrap();
    let asked = String::from_utf8_lossy(&requests[0].body).into_owned();
    assert!(
        asked.contains("scope=urn%3Aopc%3Aidm%3A__myscopes__"),
        "{asked}"
    );
    // One token for all.
    assert_eq!(calls_to(&server, "/oauth2/v1/token").await, 1);
    let query = requests[1].url.query().unwrap();
    assert!(!query.contains("integrationInstance"), "{query}");
}

#[tokio::test]
async fn a_filter_goes_along_as_it_is() {
    let server = instance().await;
    Mock::given(path(USERS))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"totalResults": 0})))
        .mount(&server)
        .await;
    let domain = IdentityDomain::new(&config(&server.uri(), &server.uri())).unwrap();
    let filter = ScimFilter::equals("userName", "o'neill \"x\"");
    assert!(domain.users(Some(&filter)).await.unwrap().is_empty());
    let requests = server.received_requests().await.unwrap();
    let sent = requests
        .last()
        .unwrap()
        .url
        .query_pairs()
        .find_map(|(name, value)| (name == "filter").then(|| value.into_owned()));
    assert_eq!(sent.as_deref(), Some(r#"userName eq "o'neill \"x\"""#));
}

#[tokio::test]
async fn a_sign_in_that_gives_no_token_for_the_domain_is_refused_at_once() {
    let error = IdentityDomain::new(&basic(Generation::Gen2, "http://127.0.0.1:9"));
    assert_eq!(*error.unwrap_err().kind(), ErrorKind::Unsupported);
}
