//! What depends on what: in archives on disk, and in an instance before and after its first backup.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use std::path::Path;

use support::{bench, ended, save};
use waybill_app::view::{ErrorCode, GraphView, PlaceRef, SelectionView};
use waybill_app::{GraphFormat, graph_text};
use waybill_model::{ArtifactKind, Scope};
use waybill_sandbox::{InstanceSpec, Sandbox};

fn assert_drawn(view: &GraphView) {
    assert!(!view.nodes.is_empty());
    assert!(view.nodes.is_sorted_by(|left, right| left.id < right.id));
    for node in &view.nodes {
        assert!(node.x >= 0.0 && node.x < view.width, "{}", node.id);
        assert!(node.y > 0.0 && node.y < view.height, "{}", node.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn archives_tell_what_they_need_and_lack() {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        Into::into,
    );
    if !folder.is_dir() {
        #[expect(
            clippy::print_stderr,
            reason = "the reader of the test run has to know"
        )]
        {
            eprintln!("passed over: no real archives in {}", folder.display());
        }
        return;
    }
    let bench = bench();
    let place = PlaceRef::File {
        path: folder.display().to_string(),
    };
    let view = bench.app.graph(&place, false).await.unwrap();
    assert_drawn(&view);
    assert!(view.nodes.len() > 50 && view.edges.len() > 50);
    // What only stands in the place of a connection is not missed.
    for node in view.nodes.iter().filter(|node| !node.present) {
        let code = &node.id.code;
        assert!(
            code != "SCHEDULE" && !code.starts_with("PRESEEDED_"),
            "{}",
            node.id
        );
    }
    // Nobody can change what is needed without reaching who needs it.
    for edge in view
        .edges
        .iter()
        .filter(|edge| edge.role == "invoke")
        .take(5)
    {
        let (from, to) = (
            &view.nodes[edge.from as usize],
            &view.nodes[edge.to as usize],
        );
        let impact = bench.app.impact(&place, &to.id).await.unwrap();
        assert!(
            impact
                .rows
                .iter()
                .any(|row| row.id == from.id && row.distance == 1)
        );
    }
    let svg = graph_text(&view, GraphFormat::Svg).unwrap();
    assert_eq!(svg.matches("<g class=\"node").count(), view.nodes.len());
    assert!(svg.matches("marker-end").count() == view.edges.len());
    let parsed: GraphView =
        serde_json::from_str(&graph_text(&view, GraphFormat::Json).unwrap()).unwrap();
    assert_eq!(parsed, view);
    let unknown = "lookup:NOBODY_HAS_IT".parse().unwrap();
    let refused = bench.app.impact(&place, &unknown).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::UnknownSubject);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_tells_of_an_instance_what_its_lists_do_not() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(30, 3)
        .start()
        .await
        .unwrap();
    let bench = bench();
    let app = &bench.app;
    let instance = save(&bench, &sandbox, "dev").await;
    let place = PlaceRef::Instance {
        id: instance.id.clone(),
    };
    let before = app.graph(&place, true).await.unwrap();
    assert_drawn(&before);
    assert!(
        before
            .notes
            .iter()
            .any(|note| note.contains("no backup of this instance")),
        "{:?}",
        before.notes
    );
    let run = app
        .backup_start(&instance.id, SelectionView::Everything, None)
        .await
        .unwrap();
    ended(app, &run.id).await;
    let after = app.graph(&place, true).await.unwrap();
    assert!(
        !after.notes.iter().any(|note| note.contains("backup")),
        "{:?}",
        after.notes
    );
    assert!(after.edges.len() >= before.edges.len());
    let snapshot = PlaceRef::Snapshot {
        id: app.snapshots(None).await.unwrap()[0].id.clone(),
    };
    let kept = app.graph(&snapshot, false).await.unwrap();
    let edges = |view: &GraphView| -> Vec<(String, String, String)> {
        let id = |at: u32| view.nodes[at as usize].id.to_string();
        let edges = view.edges.iter();
        edges
            .map(|edge| (id(edge.from), id(edge.to), edge.role.clone()))
            .collect()
    };
    assert_eq!(edges(&after), edges(&kept));
    // Used connections are not unused, and a place of one instance misses none of its own.
    for node in &kept.nodes {
        assert!(!(node.unused && node.used_by > 0), "{}", node.id);
        if node.id.kind == ArtifactKind::Connection && node.id.scope == Scope::Global {
            assert!(node.present, "{}", node.id);
        }
    }

    let file = bench.folder.path().join("graph.dot");
    let saved = app
        .graph_write(&snapshot, GraphFormat::Dot, &file)
        .await
        .unwrap();
    let dot = std::fs::read_to_string(&saved.path).unwrap();
    assert!(dot.starts_with("digraph \"dev\" {") && dot.ends_with("}\n"));
    assert_eq!(dot.matches(" -> ").count(), kept.edges.len());

    let connection = kept
        .nodes
        .iter()
        .find(|node| node.id.kind == ArtifactKind::Connection && node.used_by > 0)
        .unwrap();
    let part = app
        .graph_around(&snapshot, &connection.id, false)
        .await
        .unwrap();
    assert!(part.nodes.len() < kept.nodes.len() && part.nodes.len() > 1);
    assert_drawn(&part);
}
