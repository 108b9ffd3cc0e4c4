//! Work that goes on beside the call that asked for it.

use crate::world::{JSON, full, refused};

#[tokio::test]
async fn an_export_that_need_not_be_waited_for_is_asked_after() {
    let (running, caller) = full(4).await;
    let projects = caller.list("projects").await;
    let code = projects[0]["code"].as_str().unwrap();
    let path = format!("projects/{code}/archive?enableAsync=true");
    let reply = caller
        .send("POST", &path, &[JSON], br#"{"type":"DEVELOPED"}"#)
        .await;
    assert_eq!(reply.line, "HTTP/1.1 202 Accepted");
    let id = reply.header("oic-work-request-id").unwrap().to_owned();
    let mut seen = Vec::new();
    for _ in 0..100 {
        let list = caller
            .get(&format!("workRequests?q=%7Bids:'{id}'%7D"))
            .await;
        assert_eq!(list.status, 200);
        let list = list.json();
        assert_eq!(list["items"][0]["id"], id.as_str());
        let status = list["items"][0]["status"].as_str().unwrap().to_owned();
        if seen.last() != Some(&status) {
            seen.push(status);
        }
        if seen.last().is_some_and(|last| last == "SUCCEEDED") {
            assert_eq!(
                list["items"][0]["data"]["objectName"],
                format!("{code}.car")
            );
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(seen, ["ACCEPTED", "IN_PROGRESS", "SUCCEEDED"]);
    refused(&caller.get("workRequests").await, "400 Bad Request");
    refused(
        &caller
            .send(
                "POST",
                "projects/NOBODY/archive?enableAsync=true",
                &[JSON],
                b"{}",
            )
            .await,
        "404 Not Found",
    );
    refused(
        &caller.send("POST", "workRequests", &[JSON], b"{}").await,
        "405 Method Not Allowed",
    );
    running.shutdown().await;
}
