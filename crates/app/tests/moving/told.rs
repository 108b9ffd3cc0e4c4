//! Moves between two sandboxes, and all that is answered and written of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use waybill_app::Waybill;
use waybill_app::view::{
    BindingInput, BindingMode, ConnectionsPolicy, FindingSeverity, InstanceView, MoveEdit,
    MovePlan, MovePolicies, PaperForm, PlaceRef, PropertyKind,
};
use waybill_model::{ArtifactKind, Environment, Scope};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

use super::made::Canary;
use super::support::{Bench, bench, form, save, secret};

/// Characters of a secret that are too many to be shown.
pub const PART: usize = 8;

/// What was answered and written, by what was asked.
#[derive(Default)]
pub struct Told(pub BTreeMap<String, Vec<u8>>);

impl Told {
    pub fn add(&mut self, asked: impl Into<String>, answer: impl AsRef<[u8]>) {
        let all = self.0.entry(asked.into()).or_default();
        all.extend_from_slice(answer.as_ref());
    }

    pub fn json(&mut self, asked: impl Into<String>, answer: &impl serde::Serialize) {
        self.add(asked, serde_json::to_string(answer).unwrap());
    }

    pub fn file(&mut self, path: &Path) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        self.add(name, std::fs::read(path).unwrap());
    }

    /// Every file of a folder, its name included.
    pub fn folder(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.folder(&path);
            } else {
                self.add("names of files", path.display().to_string());
                self.file(&path);
            }
        }
    }

    /// Where a secret is shown, in words.
    pub fn leaks(&self, canaries: &[Canary]) -> Vec<String> {
        let mut found = Vec::new();
        for (asked, answer) in &self.0 {
            let answer = String::from_utf8_lossy(answer);
            for canary in canaries {
                let shown = (0..=canary.value.len() - PART)
                    .find_map(|at| answer.find(&canary.value[at..at + PART]));
                if let Some(at) = shown {
                    let from = answer.floor_char_boundary(at.saturating_sub(160));
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

/// Plans a move and says that every warning was read.
pub async fn planned(app: &Waybill, id: &str) -> MovePlan {
    let mut plan = app
        .move_plan(id, true, &|_| {}, CancellationToken::new())
        .await
        .unwrap();
    for one in plan.findings.clone() {
        if one.severity == FindingSeverity::Warning {
            plan = app
                .move_acknowledge(id, &one.rule, one.subject.as_ref(), true)
                .await
                .unwrap();
        }
    }
    plan
}

/// All that can be asked of a move and written of it.
pub async fn ask(bench: &Bench, id: &str, told: &mut Told) {
    let app = &bench.app;
    told.json("move", &app.move_view(id).await.unwrap());
    told.json("moves", &app.moves().await.unwrap());
    told.json("needs", &app.move_needs(id).await.unwrap());
    let what = app.move_what(id, false, &|_| {}, CancellationToken::new());
    told.json("what", &what.await.unwrap());
    told.json("connections", &app.move_connections(id).await.unwrap());
    told.json("plan", &app.move_planned(id).await.unwrap());
    if let Ok(look) = app.move_look(id).await {
        told.json("look", &look);
    }
    for (form, name) in [
        (PaperForm::Json, "paper.json"),
        (PaperForm::Html, "paper.html"),
        (PaperForm::Csv, "paper.csv"),
    ] {
        let path = bench.folder.path().join(name);
        if app.move_write(id, form, &path).await.is_ok() {
            told.file(&path);
        }
    }
    let path = bench.folder.path().join("bindings.json");
    app.bindings_write(id, &path).await.unwrap();
    told.file(&path);
}

/// All that can be asked of a run and written of it.
pub async fn ask_of_run(bench: &Bench, run: &str, told: &mut Told) {
    let app = &bench.app;
    told.json("run", &app.run_detail(run).await.unwrap());
    told.json("runs", &app.runs().await.unwrap());
    told.json("report", &app.report(run).await.unwrap());
    for (form, name) in [
        (PaperForm::Json, "report.json"),
        (PaperForm::Html, "report.html"),
        (PaperForm::Csv, "report.csv"),
    ] {
        let path = bench.folder.path().join(name);
        app.report_write(run, form, &path).await.unwrap();
        told.file(&path);
    }
}
/// Two instances: one with artifacts, one without.
pub async fn two(environment: Environment) -> (Bench, Running, InstanceView) {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .instance(InstanceSpec::oic3("test").empty())
        .synthetic(4, 11)
        .activation_time(Duration::from_millis(30))
        .start()
        .await
        .unwrap();
    let bench = bench();
    save(&bench, &running, "dev").await;
    let instance = running.instance("test").unwrap();
    let mut form = form(instance, "test");
    form.environment = environment;
    let app = &bench.app;
    let there = app
        .instance_save(form, Some(secret(instance)), true)
        .await
        .unwrap();
    let typed = (environment == Environment::Production).then(|| "test".to_owned());
    let _ = app.writes_allow("test", 60, typed).await;
    (bench, running, there)
}

/// A move of the integrations outside projects, with this secret wherever one is taken.
pub async fn entered(bench: &Bench, secret: &str) -> String {
    let app = &bench.app;
    let dev = PlaceRef::Instance { id: "dev".into() };
    let catalogue = app.catalogue(&dev, true).await.unwrap();
    let chosen = catalogue.artifacts.iter().map(|one| one.id.clone());
    let chosen = chosen
        .filter(|id| id.kind == ArtifactKind::Integration && id.scope == Scope::Global)
        .collect();
    let begun = app
        .move_new(MoveEdit {
            name: Some("<img src=x> Orders".to_owned()),
            from: Some(dev),
            to: Some("test".to_owned()),
            chosen: Some(chosen),
            policies: Some(MovePolicies {
                connections: ConnectionsPolicy::FromSource,
                ..MovePolicies::default()
            }),
            ..MoveEdit::default()
        })
        .await
        .unwrap();
    let id = begun.summary.id;
    let file = bench.folder.path().join("given.bin");
    std::fs::write(&file, b"<definitions/>").unwrap();
    for one in app.move_connections(&id).await.unwrap().connections {
        let of = |wanted: fn(&PropertyKind) -> bool| {
            let all = one.properties.iter();
            all.filter(move |own| !own.secret && own.required && wanted(&own.kind))
        };
        let values = of(|kind| *kind != PropertyKind::File).filter(|own| own.source.is_none());
        let files = of(|kind| *kind == PropertyKind::File);
        let input = BindingInput {
            mode: BindingMode::FromSource,
            values: values
                .map(|own| (own.name.clone(), "entered".to_owned()))
                .collect(),
            files: files
                .map(|own| (own.name.clone(), file.display().to_string()))
                .collect(),
            ..BindingInput::default()
        };
        let secrets = one.properties.iter().filter(|own| own.secret);
        let secrets = secrets
            .map(|own| (own.name.clone(), secret.into()))
            .collect();
        app.move_bind(&id, &one.id, input, secrets, true)
            .await
            .unwrap();
    }
    id
}
/// The document of a move as it lies on the disk.
pub fn on_disk(bench: &Bench, id: &str) -> (std::path::PathBuf, serde_json::Value) {
    let path = bench
        .folder
        .path()
        .join("home/waybills")
        .join(format!("{id}.json"));
    let value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    (path, value)
}
