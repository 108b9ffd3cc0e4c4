//! Where a text is used: in snapshots, an instance, files; never in a secret.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use std::sync::Mutex;

use support::{Bench, bench, ended, save};
use tokio_util::sync::CancellationToken;
use waybill_app::view::{
    CommandError, ErrorCode, PlaceRef, SearchRequest, SearchView, SelectionView, WorkProgress,
};
use waybill_model::ArtifactKind;
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

async fn find(
    bench: &Bench,
    text: &str,
    places: Vec<PlaceRef>,
) -> Result<SearchView, CommandError> {
    let request = SearchRequest {
        text: text.to_owned(),
        match_case: false,
        places,
    };
    bench
        .app
        .search(&request, &|_| {}, &CancellationToken::new())
        .await
}

async fn sandbox() -> Running {
    Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(12, 3)
        .start()
        .await
        .unwrap()
}

async fn back_up(bench: &Bench, instance: &str) {
    let run = bench
        .app
        .backup_start(instance, SelectionView::Everything, None)
        .await
        .unwrap();
    ended(&bench.app, &run.id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_found_where_it_is_used_and_each_content_once() {
    let sandbox = sandbox().await;
    let bench = bench();
    let instance = save(&bench, &sandbox, "dev").await;
    back_up(&bench, &instance.id).await;
    back_up(&bench, &instance.id).await;
    let here = PlaceRef::Instance {
        id: instance.id.clone(),
    };
    let graph = bench.app.graph(&here, true).await.unwrap();
    let connection = graph
        .nodes
        .iter()
        .find(|node| {
            node.id.kind == ArtifactKind::Connection
                && node.used_by > 0
                && node.id.scope.project().is_none()
        })
        .unwrap();
    let position = graph.nodes.iter().position(|node| node.id == connection.id);
    let position = u32::try_from(position.unwrap()).unwrap();
    let users: Vec<String> = graph
        .edges
        .iter()
        .filter(|edge| edge.to == position)
        .map(|edge| graph.nodes[edge.from as usize].id.to_string())
        .collect();

    let steps: Mutex<Vec<WorkProgress>> = Mutex::default();
    let request = SearchRequest {
        text: connection.id.code.to_lowercase(),
        match_case: false,
        places: Vec::new(),
    };
    let found = bench
        .app
        .search(
            &request,
            &|step| steps.lock().unwrap().push(step),
            &CancellationToken::new(),
        )
        .await
        .unwrap();
    let ids: Vec<String> = found.hits.iter().map(|hit| hit.id.to_string()).collect();
    assert!(ids.contains(&connection.id.to_string()), "{ids:?}");
    for user in &users {
        assert!(ids.contains(user), "{user} is missing in {ids:?}");
    }
    assert_eq!(found.places, 2);
    assert!(found.hits.is_sorted_by(|left, right| left.id <= right.id));
    for hit in &found.hits {
        assert!(hit.count as usize >= hit.matches.len() && !hit.matches.is_empty());
        assert!(
            hit.matches
                .iter()
                .all(|one| one.excerpt.iter().any(|piece| piece.changed))
        );
        assert_eq!(
            hit.also.len(),
            1,
            "the other snapshot holds the same: {}",
            hit.id
        );
        assert!(hit.head.read_at >= hit.also[0].read_at);
    }
    let snapshots = bench.app.snapshots(None).await.unwrap();
    assert_eq!(found.searched, snapshots[0].artifacts);
    let steps = steps.into_inner().unwrap();
    assert!(
        steps
            .iter()
            .any(|step| step.total == Some(found.searched) && step.done == found.searched)
    );

    // The instance gives the same, and nothing is fetched that the snapshot holds unchanged.
    sandbox.control().reset_calls();
    let live = find(&bench, &request.text, vec![here]).await.unwrap();
    let live_ids: Vec<String> = live.hits.iter().map(|hit| hit.id.to_string()).collect();
    for id in &ids {
        assert!(live_ids.contains(id), "{id} is missing in {live_ids:?}");
    }
    assert_eq!(sandbox.control().calls().archives, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_without_a_backup_is_fetched() {
    let sandbox = sandbox().await;
    let bench = bench();
    let instance = save(&bench, &sandbox, "dev").await;
    let here = PlaceRef::Instance {
        id: instance.id.clone(),
    };
    let name = bench
        .app
        .catalogue(&here, false)
        .await
        .unwrap()
        .artifacts
        .into_iter()
        .find(|artifact| artifact.id.kind == ArtifactKind::Integration)
        .unwrap();
    let found = find(&bench, &name.id.code, vec![here]).await.unwrap();
    assert!(found.hits.iter().any(|hit| hit.id == name.id));
    assert!(sandbox.control().calls().archives > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_searched_and_secrets_never_found() {
    let bench = bench();
    let folder = bench.folder.path().join("files");
    std::fs::create_dir(&folder).unwrap();
    let first = folder.join("hosts.csv");
    let lookup =
        "DVM,Hosts,Hosts of systems\nKEY,VALUE\nhost,erp.example.com\npassword,Tiger-Lily-41\n";
    std::fs::write(&first, lookup).unwrap();
    let other = folder.join("other.csv");
    std::fs::write(&other, "DVM,Other,\nA,B\n1,crm.example.com\n").unwrap();
    let place = |path: &std::path::Path| PlaceRef::File {
        path: path.display().to_string(),
    };
    let found = find(&bench, "EXAMPLE.com", vec![place(&folder)])
        .await
        .unwrap();
    let ids: Vec<String> = found.hits.iter().map(|hit| hit.id.to_string()).collect();
    assert_eq!(ids, ["lookup:Hosts", "lookup:Other"], "{found:?}");
    assert_eq!(found.hits[0].matches[0].spot, "Hosts, row 1, VALUE");
    for secret in ["Tiger-Lily-41", "tiger", "ily-4"] {
        let none = find(&bench, secret, vec![place(&folder), place(&first)])
            .await
            .unwrap();
        assert!(none.hits.is_empty(), "{secret}: {none:?}");
    }
    let beside = find(&bench, "password", vec![place(&first)]).await.unwrap();
    assert!(!format!("{beside:?}").contains("Tiger"), "{beside:?}");

    // What cannot be read is told, and the rest found.
    std::fs::write(folder.join("broken.iar"), b"<html>sign in</html>").unwrap();
    let places = vec![place(&other), place(&folder.join("broken.iar"))];
    let partial = find(&bench, "crm.example", places).await.unwrap();
    assert_eq!(partial.hits.len(), 1);
    assert!(
        partial.notes.iter().any(|note| note.contains("broken.iar")),
        "{partial:?}"
    );
    let alone = find(&bench, "crm", vec![place(&folder.join("broken.iar"))]).await;
    assert!(alone.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_refused_called_off_or_empty() {
    let bench = bench();
    let short = find(&bench, " x ", Vec::new()).await.unwrap_err();
    assert_eq!(short.code, ErrorCode::BadInput);
    let nothing = find(&bench, "anything", Vec::new()).await.unwrap();
    assert_eq!((nothing.hits.len(), nothing.places), (0, 0));
    let off = CancellationToken::new();
    off.cancel();
    let request = SearchRequest {
        text: "anything".to_owned(),
        ..SearchRequest::default()
    };
    let stopped = bench.app.search(&request, &|_| {}, &off).await.unwrap_err();
    assert_eq!(stopped.code, ErrorCode::Cancelled);
}
