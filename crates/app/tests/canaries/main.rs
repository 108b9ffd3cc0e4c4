//! Secrets in every kind of place, and everything that can be asked about the archives they are in:
//! nothing that is answered, drawn or written shows one, or eight characters of one.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod made;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use made::{Canary, Made};
use support::{Bench, bench};
use tokio_util::sync::CancellationToken;
use waybill_app::view::{DesignView, InspectAnswer, PlaceRef, SearchRequest, StepView};
use waybill_app::{GraphFormat, graph_text};
use waybill_model::{ArtifactId, ArtifactKind};

/// Characters of a secret that are too many to be shown.
const PART: usize = 8;

/// What was answered, by what was asked.
#[derive(Default)]
struct Told(BTreeMap<String, String>);

impl Told {
    fn add(&mut self, asked: impl Into<String>, answer: impl Into<String>) {
        self.0
            .entry(asked.into())
            .or_default()
            .push_str(&answer.into());
    }

    fn json(&mut self, asked: impl Into<String>, answer: &impl serde::Serialize) {
        self.add(asked, serde_json::to_string(answer).unwrap());
    }

    /// Where a secret is shown, in words.
    fn leaks(&self, canaries: &[Canary]) -> Vec<String> {
        let mut found = Vec::new();
        for (asked, answer) in &self.0 {
            for canary in canaries {
                let shown = (0..=canary.value.len() - PART)
                    .find_map(|at| answer.find(&canary.value[at..at + PART]));
                if let Some(at) = shown {
                    let from = answer.floor_char_boundary(at.saturating_sub(120));
                    let to = answer.ceil_char_boundary((at + 30).min(answer.len()));
                    found.push(format!(
                        "{} in {asked}: …{}…",
                        canary.place,
                        &answer[from..to]
                    ));
                }
            }
        }
        found
    }
}

fn place(path: &Path) -> PlaceRef {
    PlaceRef::File {
        path: path.display().to_string(),
    }
}

fn steps(of: &[StepView]) -> Vec<&StepView> {
    of.iter()
        .flat_map(|step| std::iter::once(step).chain(steps(&step.steps)))
        .collect()
}

async fn ask_of_one(bench: &Bench, path: &Path, told: &mut Told, canaries: &[Canary]) {
    let app = &bench.app;
    let own = place(path);
    for with_flow in [false, true] {
        told.json(
            "inspect",
            &app.inspect(&path.display().to_string(), with_flow)
                .await
                .unwrap(),
        );
    }
    let page = bench.folder.path().join("page.html");
    let cancel = CancellationToken::new();
    app.inspect_write(vec![path.to_owned()], &page, cancel)
        .await
        .unwrap();
    told.add(
        "page of what was inspected",
        std::fs::read_to_string(&page).unwrap(),
    );
    let catalogue = app.catalogue(&own, false).await.unwrap();
    told.json("catalogue", &catalogue);
    let mut designs = 0;
    for artifact in &catalogue.artifacts {
        let id = &artifact.id;
        let detail = app.artifact_detail(&own, id).await.unwrap();
        told.json(format!("detail of a {}", id.kind.name()), &detail);
        if id.kind == ArtifactKind::Integration {
            let view: DesignView = app.design(&own, id).await.unwrap();
            told.json("design", &view);
            for step in steps(&view.steps) {
                if let Some(map) = &step.map {
                    designs += 1;
                    told.add(
                        "text of a map",
                        app.design_text(&own, id, &map.path).await.unwrap(),
                    );
                }
            }
        }
        told.json("impact", &app.impact(&own, id).await.unwrap());
    }
    assert!(designs >= 2, "the maps are part of the flow");
    let graph = app.graph(&own, false).await.unwrap();
    told.json("graph", &graph);
    for format in [GraphFormat::Dot, GraphFormat::Json, GraphFormat::Svg] {
        told.add("drawn graph", graph_text(&graph, format).unwrap());
    }
    // What stands beside the secrets is found, their beginnings are not.
    let asked = [
        "password",
        "Sign in",
        "erp.example.com",
        "bob",
        "secret",
        "BEGIN",
        "return",
    ];
    for text in asked.into_iter().map(str::to_owned).chain(
        canaries
            .iter()
            .flat_map(|one| [one.value[..3].to_owned(), one.value[..12].to_owned()]),
    ) {
        let request = SearchRequest {
            text: text.clone(),
            match_case: true,
            places: vec![own.clone()],
        };
        let found = app
            .search(&request, &|_| {}, &CancellationToken::new())
            .await
            .unwrap();
        told.json("search", &found);
    }
}

async fn compare(bench: &Bench, left: &PlaceRef, right: &PlaceRef, told: &mut Told) {
    let app = &bench.app;
    let view = app
        .compare(left, right, false, &|_| {}, CancellationToken::new())
        .await
        .unwrap();
    told.json("comparison", &view);
    let mut texts = 0;
    let ids: Vec<&ArtifactId> = view.rows.iter().map(|row| &row.id).collect();
    for id in ids {
        let one = app.difference(left, id, right, id).await.unwrap();
        told.json(format!("difference of a {}", id.kind.name()), &one);
        for section in one
            .difference
            .sections
            .iter()
            .filter(|section| section.has_text)
        {
            texts += 1;
            let text = app
                .difference_text(left, id, right, id, &section.key)
                .await
                .unwrap();
            let whole: Vec<String> = text
                .lines
                .iter()
                .flat_map(|line| [&line.left, &line.right])
                .flatten()
                .map(|side| {
                    side.pieces
                        .iter()
                        .map(|piece| piece.text.as_str())
                        .collect()
                })
                .collect();
            told.add(format!("texts of a {}", id.kind.name()), whole.join("\n"));
        }
    }
    assert!(
        texts >= 3,
        "maps, scripts and messages are laid side by side"
    );
    let page = bench.folder.path().join("page.html");
    let cancel = CancellationToken::new();
    app.compare_write(left, right, &page, cancel).await.unwrap();
    told.add(
        "page of a comparison",
        std::fs::read_to_string(&page).unwrap(),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_nowhere_wherever_it_lies() {
    let bench = bench();
    let (mut left, mut right) = (Made::new(0), Made::new(1));
    let mut paths = Vec::new();
    for (name, bytes) in [
        ("left.iar", left.iar()),
        ("right.iar", right.iar()),
        ("left.car", left.car()),
        ("right.car", right.car()),
    ] {
        let path = bench.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        paths.push(path);
    }
    let mut canaries = left.canaries;
    assert!(canaries.len() >= 40);
    let mut told = Told::default();
    for path in [&paths[0], &paths[2]] {
        ask_of_one(&bench, path, &mut told, &canaries).await;
    }
    canaries.extend(right.canaries);
    for (left, right) in [(0, 1), (1, 0), (2, 3), (3, 2)] {
        compare(
            &bench,
            &place(&paths[left]),
            &place(&paths[right]),
            &mut told,
        )
        .await;
    }
    let journal = std::fs::read(bench.folder.path().join("home").join("waybill.db")).unwrap();
    told.add("journal", String::from_utf8_lossy(&journal));
    let answers = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&answers);
    let tell = move |answer: InspectAnswer| into.lock().unwrap().push(format!("{answer:?}"));
    bench
        .app
        .inspect_all(paths, true, tell, CancellationToken::new())
        .await
        .unwrap();
    told.add("inspected for a log", answers.lock().unwrap().concat());
    let leaks = told.leaks(&canaries);
    assert!(
        leaks.is_empty(),
        "{} leaks\n{}",
        leaks.len(),
        leaks.join("\n")
    );
}
