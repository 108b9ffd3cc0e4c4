//! What every kind of target has to do, told once. Each bench brings the real thing, and ways to break it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use waybill_targets::{StageState, Target, TargetError};

pub use crate::cargo::{Cargo, noise, sha256};

/// A place to try a target in, of its own for each test.
#[async_trait]
pub trait Bench: Send + Sync {
    /// The target, each time as another program would open it.
    fn target(&self) -> Arc<dyn Target>;

    /// The same, over a connection that is cut once, when so many bytes went to it.
    async fn cut_after(&self, _bytes: u64) -> Option<Arc<dyn Target>> {
        None
    }

    /// The same place where it may only be read; copies that were written before are seen.
    async fn read_only(&self) -> Option<Arc<dyn Target>> {
        None
    }

    /// A place with less than a megabyte of space.
    async fn full(&self) -> Option<Arc<dyn Target>> {
        None
    }

    /// The same with a wrong password, key or token.
    async fn wrong_secret(&self) -> Option<Arc<dyn Target>> {
        None
    }

    /// The same where another host key was confirmed.
    async fn other_host_key(&self) -> Option<Arc<dyn Target>> {
        None
    }

    /// The same where no host key was confirmed.
    async fn no_host_key(&self) -> Option<Arc<dyn Target>> {
        None
    }

    /// Changes a byte of a file of a copy, behind the back of the target.
    async fn flip(&self, _folder: &str, _path: &str) -> bool {
        false
    }

    /// Whether two cannot write at once.
    fn one_at_a_time(&self) -> bool {
        true
    }

    /// Whether copies can be removed.
    fn forgets(&self) -> bool {
        true
    }
}

/// A bench that cannot break its target in this way says so.
fn passed_over(what: &str) {
    println!("passed over: this bench has no {what}");
}

async fn folders(target: &dyn Target) -> Vec<String> {
    target
        .copies()
        .await
        .unwrap()
        .into_iter()
        .map(|head| head.folder)
        .collect()
}

/// A check tells every stage, and leaves nothing behind.
pub async fn is_checked(bench: &dyn Bench) {
    let target = bench.target();
    let stages = std::sync::Mutex::new(Vec::new());
    target
        .check(&|stage| stages.lock().unwrap().push(stage))
        .await
        .unwrap();
    let stages = stages.into_inner().unwrap();
    assert!(
        stages.iter().all(|stage| stage.state != StageState::Failed),
        "{stages:?}"
    );
    for name in ["Connect", "Write", "Read", "Remove"] {
        assert!(
            stages.iter().any(|stage| stage.name == name),
            "{name} in {stages:?}"
        );
    }
    assert_eq!(folders(&*target).await, Vec::<String>::new());
}

/// What is written can be read, and is listed with its head.
pub async fn written_and_read_back(bench: &dyn Bench) {
    let cargo = Cargo::small("2026/11/21/Test");
    let finished = cargo.carry(&*bench.target()).await.unwrap();
    assert!(finished.carried >= cargo.bytes(), "{finished:?}");
    assert_eq!(finished.kept, 0);
    let target = bench.target();
    cargo.compare(&*target).await;
    let copies = target.copies().await.unwrap();
    assert_eq!(copies.len(), 1, "{copies:?}");
    assert_eq!(copies[0].title, cargo.head.title);
    assert_eq!(copies[0].build, 7);
    let reader = target.open(&cargo.head.folder).await.unwrap();
    let none = reader.read("Lookups/NONE.csv").await.unwrap_err();
    assert!(matches!(none, TargetError::Missing { .. }), "{none}");
    let none = target.open("2020/01/01/Test").await.map(drop).unwrap_err();
    assert!(matches!(none, TargetError::Missing { .. }), "{none}");
}

/// The same copy once more carries nothing; another one under its name is refused.
pub async fn carried_once(bench: &dyn Bench) {
    let cargo = Cargo::small("2026/11/21/Test");
    cargo.carry(&*bench.target()).await.unwrap();
    let again = cargo.carry(&*bench.target()).await.unwrap();
    assert_eq!((again.carried, again.kept), (0, cargo.files.len() as u64));
    let other = Cargo::new(
        "2026/11/21/Test",
        [("manifest.json".to_owned(), b"{\"other\":1}".to_vec())],
    );
    other.carry(&*bench.target()).await.unwrap_err();
    cargo.compare(&*bench.target()).await;
}

/// What was not finished is no copy, and is taken up where it was left.
pub async fn taken_up_again(bench: &dyn Bench) {
    let cargo = Cargo::many("2026/11/21/Test", 12, 5_000);
    let target = bench.target();
    let mut writer = target.begin(&cargo.head, &cargo.files).await.unwrap();
    for file in &cargo.files[..9] {
        writer
            .put(file, cargo.contents[&file.path].clone())
            .await
            .unwrap();
    }
    // What is on its way lands, and what is not yet on its way does not.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(
        folders(&*target).await,
        Vec::<String>::new(),
        "without its note it is no copy"
    );
    target.open(&cargo.head.folder).await.map(drop).unwrap_err();
    drop(writer);
    let finished = cargo.carry(&*bench.target()).await.unwrap();
    assert!(finished.kept >= 5, "{finished:?}");
    cargo.compare(&*bench.target()).await;
    assert_eq!(
        folders(&*target).await,
        std::slice::from_ref(&cargo.head.folder)
    );
}

/// A connection that is cut in the middle is an error that passes, and what went over is not carried again.
pub async fn cut_and_resumed(bench: &dyn Bench) {
    let cargo = Cargo::many("2026/11/21/Test", 80, 64 << 10);
    let Some(target) = bench.cut_after(3 << 20).await else {
        return passed_over("connection that could be cut");
    };
    let cut = cargo.carry(&*target).await.unwrap_err();
    assert!(cut.is_passing(), "{cut}");
    assert_eq!(folders(&*bench.target()).await, Vec::<String>::new());
    let finished = cargo.carry(&*target).await.unwrap();
    assert!(
        finished.carried <= cargo.bytes() - (1 << 20),
        "{finished:?}"
    );
    cargo.compare(&*bench.target()).await;
}

/// A place that may only be read says so, and its copies can be read.
pub async fn read_only(bench: &dyn Bench) {
    let cargo = Cargo::small("2026/11/20/Test");
    cargo.carry(&*bench.target()).await.unwrap();
    let Some(target) = bench.read_only().await else {
        return passed_over("place that may only be read");
    };
    let refused = Cargo::small("2026/11/21/Test")
        .carry(&*target)
        .await
        .unwrap_err();
    assert!(matches!(refused, TargetError::ReadOnly { .. }), "{refused}");
    let refused = target.check(&|_| {}).await.unwrap_err();
    assert!(matches!(refused, TargetError::ReadOnly { .. }), "{refused}");
    cargo.compare(&*target).await;
}

/// A full place says so, and what was whole before stays whole.
pub async fn full(bench: &dyn Bench) {
    let Some(target) = bench.full().await else {
        return passed_over("full place");
    };
    let before = Cargo::small("2026/11/20/Test");
    before.carry(&*target).await.unwrap();
    let refused = Cargo::many("2026/11/21/Test", 40, 64 << 10)
        .carry(&*target)
        .await
        .unwrap_err();
    assert!(matches!(refused, TargetError::Full { .. }), "{refused}");
    assert_eq!(
        folders(&*target).await,
        std::slice::from_ref(&before.head.folder)
    );
    before.compare(&*target).await;
}

/// A place of one megabyte that fills up on the way says so, and what was carried stays. `ballast` is a file in it.
pub async fn fills_up(target: &dyn Target, ballast: &std::path::Path) {
    let cargo = Cargo::many("2026/11/21/Test", 12, 64 << 10);
    let mut writer = target.begin(&cargo.head, &cargo.files).await.unwrap();
    let first = &cargo.files[0];
    writer
        .put(first, cargo.contents[&first.path].clone())
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    std::fs::write(ballast, noise(1, 600 << 10)).unwrap();
    let mut refused = None;
    for file in &cargo.files[1..] {
        if let Err(reason) = writer.put(file, cargo.contents[&file.path].clone()).await {
            refused = Some(reason);
            break;
        }
    }
    let refused = if let Some(refused) = refused {
        drop(writer);
        refused
    } else {
        writer.finish().await.unwrap_err()
    };
    assert!(matches!(refused, TargetError::Full { .. }), "{refused}");
    std::fs::remove_file(ballast).unwrap();
    let finished = cargo.carry(target).await.unwrap();
    assert!(finished.kept >= 1, "{finished:?}");
    cargo.compare(target).await;
}

/// A wrong secret is told as one, and is not part of the error.
pub async fn wrong_secret(bench: &dyn Bench, secret: &str) {
    let Some(target) = bench.wrong_secret().await else {
        return passed_over("secret");
    };
    for refused in [
        target.check(&|_| {}).await.map(drop).unwrap_err(),
        target.copies().await.map(drop).unwrap_err(),
    ] {
        assert!(matches!(refused, TargetError::SignIn { .. }), "{refused}");
        assert!(!format!("{refused} {refused:?} {}", target.title()).contains(secret));
    }
}

/// A host key counts only when it was confirmed.
pub async fn host_keys(bench: &dyn Bench) {
    let (Some(unknown), Some(other)) = (bench.no_host_key().await, bench.other_host_key().await)
    else {
        return passed_over("host key");
    };
    let refused = unknown.check(&|_| {}).await.unwrap_err();
    let TargetError::HostKeyUnknown { shown, .. } = &refused else {
        panic!("{refused}");
    };
    assert!(shown.starts_with("SHA256:"), "{shown}");
    let refused = Cargo::small("2026/11/21/Test")
        .carry(&*other)
        .await
        .unwrap_err();
    let TargetError::HostKeyChanged { shown: now, .. } = &refused else {
        panic!("{refused}");
    };
    assert_eq!(now, shown);
}

/// Names with blanks, umlauts, marks, and of 180 characters.
pub async fn names(bench: &dyn Bench) {
    let long = format!(
        "{}.iar",
        "LANGER_NAME_"
            .repeat(15)
            .chars()
            .take(176)
            .collect::<String>()
    );
    assert_eq!(long.chars().count(), 180);
    let cargo = Cargo::new(
        "2026/11/21/Prüfung (neu) & mehr",
        [
            (format!("Integrations/{long}"), noise(1, 100)),
            (
                "Integrations/With blanks  and two_01.00.0000.iar".to_owned(),
                noise(2, 100),
            ),
            (
                "Lookups/Länder & Städte – Übersicht.csv".to_owned(),
                noise(3, 100),
            ),
            (
                "Lookups/100% #1+2 'quoted' [x] {y} ~z;a=b,c@d!$^.csv".to_owned(),
                noise(4, 100),
            ),
            (
                format!("Projects/ORDERS/{}/ä.json", "TIEF_".repeat(20)),
                noise(5, 100),
            ),
            ("Lookups/.leading dot.csv".to_owned(), noise(6, 100)),
        ],
    );
    cargo.carry(&*bench.target()).await.unwrap();
    cargo.compare(&*bench.target()).await;
    let listed = folders(&*bench.target()).await;
    assert_eq!(listed, std::slice::from_ref(&cargo.head.folder));
}

/// Two thousand files.
pub async fn many_files(bench: &dyn Bench) {
    let cargo = Cargo::many("2026/11/21/Test", 2_000, 2_000);
    let begun = Instant::now();
    cargo.carry(&*bench.target()).await.unwrap();
    let took = begun.elapsed();
    println!("{}: 2,000 files in {took:.1?}", bench.target().title());
    let begun = Instant::now();
    let again = cargo.carry(&*bench.target()).await.unwrap();
    println!(
        "{}: compared again in {:.1?}",
        bench.target().title(),
        begun.elapsed()
    );
    assert_eq!(again.carried, 0);
}

/// Two writers at once: one waits, or both land.
pub async fn two_writers(bench: &dyn Bench) {
    let (one, other) = (
        Cargo::small("2026/11/21/One"),
        Cargo::small("2026/11/21/Other"),
    );
    if bench.one_at_a_time() {
        let (target, second) = (bench.target(), bench.target());
        let writer = target.begin(&one.head, &one.files).await.unwrap();
        let busy = other.carry(&*second).await.unwrap_err();
        assert!(matches!(busy, TargetError::Busy { .. }), "{busy}");
        assert!(busy.is_passing());
        drop(writer);
        other.carry(&*second).await.unwrap();
        one.carry(&*target).await.unwrap();
    } else {
        let (first, second) = (bench.target(), bench.target());
        let (first, second) = tokio::join!(one.carry(&*first), other.carry(&*second));
        first.unwrap();
        second.unwrap();
    }
    one.compare(&*bench.target()).await;
    other.compare(&*bench.target()).await;
}

/// A byte that changed is found when reading and when finishing, and only its file is carried again.
pub async fn flipped_byte(bench: &dyn Bench) {
    let cargo = Cargo::small("2026/11/21/Test");
    cargo.carry(&*bench.target()).await.unwrap();
    let hit = "Integrations/ORDERS_01.00.0002.iar";
    if !bench.flip(&cargo.head.folder, hit).await {
        return passed_over("way to change a byte");
    }
    let target = bench.target();
    let reader = target.open(&cargo.head.folder).await.unwrap();
    let damaged = reader.read(hit).await.unwrap_err();
    assert!(matches!(damaged, TargetError::Damaged { .. }), "{damaged}");
    assert!(damaged.to_string().contains(hit), "{damaged}");
    reader.read("Lookups/COUNTRIES.csv").await.unwrap();
    let damaged = cargo.carry(&*target).await.unwrap_err();
    assert!(matches!(damaged, TargetError::Damaged { .. }), "{damaged}");
    assert!(damaged.to_string().contains(hit), "{damaged}");
    assert_eq!(
        folders(&*target).await,
        Vec::<String>::new(),
        "a damaged copy does not count"
    );
    let mended = cargo.carry(&*target).await.unwrap();
    assert_eq!(mended.kept, cargo.files.len() as u64 - 1);
    cargo.compare(&*bench.target()).await;
}

/// A copy that is removed is gone, and the others stay.
pub async fn removed(bench: &dyn Bench) {
    let (one, other) = (
        Cargo::small("2026/11/20/Test"),
        Cargo::small("2026/11/21/Test"),
    );
    let target = bench.target();
    one.carry(&*target).await.unwrap();
    other.carry(&*target).await.unwrap();
    if !bench.forgets() {
        let refused = target.remove(&one.head.folder).await.unwrap_err();
        assert!(matches!(refused, TargetError::Refused { .. }), "{refused}");
        return;
    }
    target.remove(&one.head.folder).await.unwrap();
    assert_eq!(
        folders(&*target).await,
        std::slice::from_ref(&other.head.folder)
    );
    let none = target.remove(&one.head.folder).await.unwrap_err();
    assert!(matches!(none, TargetError::Missing { .. }), "{none}");
    other.compare(&*target).await;
    one.carry(&*target).await.unwrap();
    one.compare(&*target).await;
}
