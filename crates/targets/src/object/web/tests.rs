use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Method, StatusCode, Url};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{Answer, Ask, Web, address, retry_after};
use crate::TargetError;

fn web(url: &Url) -> Web {
    let secrets = vec![SecretString::from("hidden-word".to_owned())];
    Web::new("it".to_owned(), "`ann`".to_owned(), secrets, None, url).unwrap()
}

/// Serves these answers, one per connection, and then nothing.
async fn server(answers: Vec<&'static str>) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0_u8; 4096];
            let _ = stream.read(&mut asked).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    Url::parse(&format!("http://127.0.0.1:{port}/x")).unwrap()
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let url = server(vec![
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        // Cut in the middle.
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwhole",
    ])
    .await;
    let began = std::time::Instant::now();
    let answer = web(&url).ask(&Ask::new(Method::GET, url)).await.unwrap();
    assert_eq!(&answer.body[..], b"whole");
    assert!(
        began.elapsed() >= Duration::from_secs(1),
        "Retry-After was not kept"
    );
}

#[tokio::test]
async fn what_does_not_pass_is_said_at_once_and_without_secrets() {
    let url = server(vec![
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 94\r\nConnection: close\r\n\r\n<Error><Code>AccessDenied</Code><Message>No hidden-word\n   for you.</Message><Bla>1</Bla></Error>",
    ])
    .await;
    let web = web(&url);
    let ask = Ask::new(Method::PUT, url);
    let answer = web.ask(&ask).await.unwrap();
    assert_eq!(
        web.refusal("Writing", &ask, &answer).to_string(),
        "it cannot be written: it answers 403 Forbidden (AccessDenied: No •••••• for you)."
    );
}

fn refusal(method: Method, status: u16, body: &'static str) -> TargetError {
    let url = Url::parse("https://example.com/x").unwrap();
    web(&url).refusal(
        "Writing",
        &Ask::new(method, url),
        &Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.into(),
        },
    )
}

#[test]
fn refusals_are_told_apart() {
    use TargetError as E;
    let put = |status, body| refusal(Method::PUT, status, body);
    assert!(matches!(put(401, ""), E::SignIn { .. }));
    assert!(matches!(put(403, ""), E::ReadOnly { .. }));
    assert!(matches!(refusal(Method::GET, 403, ""), E::SignIn { .. }));
    assert!(matches!(
        put(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>"),
        E::SignIn { .. }
    ));
    assert!(matches!(put(413, "Upload exceeds quota."), E::Full { .. }));
    assert!(matches!(put(507, ""), E::Full { .. }));
    assert!(matches!(
        put(400, r#"{"code":"QuotaExceeded","message":"too much"}"#),
        E::Full { .. }
    ));
    assert!(matches!(
        put(404, "<Error><Code>NoSuchBucket</Code></Error>"),
        E::Missing { .. }
    ));
    assert!(matches!(put(503, ""), E::Unreachable { .. }));
    assert!(matches!(put(412, ""), E::Refused { .. }));
}

#[test]
fn a_pause_is_asked_for_in_seconds_or_as_a_time() {
    let asked = |text: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(text).unwrap());
        retry_after(&headers)
    };
    assert_eq!(asked("7"), Some(Duration::from_secs(7)));
    assert_eq!(asked("99999"), Some(Duration::from_mins(2)));
    assert_eq!(asked("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
    assert_eq!(asked("soon"), None);
}

#[test]
fn addresses_have_to_be_safe() {
    assert!(address("It", "https://s3.example.com").is_ok());
    assert!(address("It", "http://127.0.0.1:9000").is_ok());
    for wrong in [
        "http://s3.example.com",
        "s3.example.com",
        "ftp://s3.example.com",
        "https://ann:secret@s3.example.com",
    ] {
        let refused = address("It", wrong).err().unwrap().to_string();
        assert!(!refused.contains("secret"), "{refused}");
    }
}
