//! Others who push to the same branch: at the same time, before, by hand, and against the rules.

use waybill_targets::{GitTarget, OthersPushed, Target, TargetError};

use super::Load;
use super::places::{Place, WAYS, Way, git};

#[tokio::test(flavor = "multi_thread")]
async fn two_that_write_at_once_both_land_and_nothing_is_overwritten() {
    for way in WAYS {
        let place = Place::new(way).await;
        let (here, there) = (place.target("here"), place.target("there"));
        for round in 1..=3_u64 {
            let content = format!("round {round}");
            let erp = Load::new("ERP", round, &[("a.iar", content.as_bytes())]);
            let hcm = Load::new("HCM", round, &[("a.iar", content.as_bytes())]);
            let (one, other) = tokio::join!(erp.carry(&here), hcm.carry(&there));
            one.unwrap();
            other.unwrap();
        }
        // One line of six commits: each on top of the other's.
        assert_eq!(
            place
                .git(&["rev-list", "--count", "--no-merges", "main"])
                .trim(),
            "6",
            "{way:?}"
        );
        assert_eq!(here.copies().await.unwrap().len(), 6);
        place.git(&["fsck", "--strict", "--full"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_computers_that_copy_one_instance_follow_each_other() {
    let place = Place::new(Way::Path).await;
    let (here, there) = (place.target("here"), place.target("there"));
    for build in 1..=4_u64 {
        let content = format!("build {build}");
        let load = Load::new("ERP", build, &[("a.iar", content.as_bytes())]);
        load.carry(if build % 2 == 0 { &there } else { &here })
            .await
            .unwrap();
    }
    let builds: Vec<_> = here
        .copies()
        .await
        .unwrap()
        .iter()
        .map(|copy| copy.build)
        .collect();
    assert_eq!(builds, [4, 3, 2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_pushed_is_joined_or_refused() {
    for way in WAYS {
        let place = Place::new(way).await;
        let joins = place.target("joins");
        let mut settings = place.settings("refuses");
        settings.others = OthersPushed::Refuse;
        let refuses = GitTarget::new(settings).unwrap();
        Load::new("ERP", 1, &[("a.iar", b"one")])
            .carry(&refuses)
            .await
            .unwrap();

        place.commit_by_hand("docs/readme.md", "hello\n");
        let second = Load::new("ERP", 2, &[("a.iar", b"two")]);
        let refused = second.carry(&refuses).await.unwrap_err();
        assert!(matches!(refused, TargetError::MovedOn { .. }), "{refused}");
        let words = refused.to_string();
        assert!(words.contains("1 commit was added to main"), "{words}");
        assert!(words.contains("`by hand` by Ben"), "{words}");

        second.carry(&joins).await.unwrap();
        assert_eq!(
            place.git(&["cat-file", "-p", "main:docs/readme.md"]),
            "hello\n"
        );
        assert_eq!(place.git(&["rev-list", "--count", "main"]).trim(), "3");

        // After a person has looked.
        refuses.accept().await.unwrap();
        Load::new("ERP", 3, &[("a.iar", b"three")])
            .carry(&refuses)
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_copy_that_somebody_changed_are_not_written_over() {
    let place = Place::new(Way::Path).await;
    let target = place.target("cache");
    Load::new("ERP", 1, &[("a.iar", b"one")])
        .carry(&target)
        .await
        .unwrap();
    place.commit_by_hand("ERP/a.iar", "edited");
    let second = Load::new("ERP", 2, &[("a.iar", b"two")]);
    let refused = second.carry(&target).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("files of the copy in `ERP` were changed by `by hand` by Ben"),
        "{refused}"
    );
    // Put back as it was, it goes on.
    place.commit_by_hand("ERP/a.iar", "one");
    second.carry(&target).await.unwrap();
    place.commit_by_hand("ERP/mine.txt", "mine");
    let third = Load::new("ERP", 3, &[("a.iar", b"three")])
        .carry(&target)
        .await;
    assert!(
        matches!(third, Err(TargetError::MovedOn { .. })),
        "{third:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_a_copy_is_left_alone() {
    let place = Place::new(Way::Path).await;
    place.commit_by_hand("ERP/plan.txt", "a plan");
    let refused = Load::new("ERP", 1, &[("a.iar", b"one")])
        .carry(&place.target("cache"))
        .await
        .unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("`ERP` holds files that no copy put there"),
        "{refused}"
    );
    assert_eq!(
        place.git(&["cat-file", "-p", "main:ERP/plan.txt"]),
        "a plan"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewritten_history_is_noticed() {
    let place = Place::new(Way::Path).await;
    let target = place.target("cache");
    for build in 1..=2 {
        let content = format!("build {build}");
        Load::new("ERP", build, &[("a.iar", content.as_bytes())])
            .carry(&target)
            .await
            .unwrap();
    }
    place.git(&["update-ref", "refs/heads/main", "main~1"]);
    let third = Load::new("ERP", 3, &[("a.iar", b"three")]);
    let refused = third.carry(&target).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("the history of main was rewritten"),
        "{refused}"
    );
    target.accept().await.unwrap();
    third.carry(&target).await.unwrap();

    place.git(&["update-ref", "-d", "refs/heads/main"]);
    let refused = Load::new("ERP", 4, &[("a.iar", b"four")])
        .carry(&target)
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("the branch main is gone"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_with_work_of_others_takes_copies_on_a_branch_of_their_own() {
    let place = Place::new(Way::Ssh).await;
    place.commit_by_hand("src/main.txt", "work");
    let mut settings = place.settings("cache");
    settings.branch = "backups/oic".to_owned();
    let target = GitTarget::new(settings).unwrap();
    let load = Load::new("ERP", 1, &[("a.iar", b"one")]);
    load.carry(&target).await.unwrap();
    load.compare(&target, &load.head.folder).await;
    assert_eq!(place.git(&["rev-list", "--count", "main"]).trim(), "1");
    assert_eq!(
        place.git(&["rev-list", "--count", "backups/oic"]).trim(),
        "1"
    );
    // A clone of it is what people expect.
    git(
        place.folder.path(),
        &[
            "clone",
            "--quiet",
            "--branch=backups/oic",
            "oic.git",
            "clone",
        ],
    );
    assert_eq!(
        std::fs::read(place.folder.path().join("clone/ERP/a.iar")).unwrap(),
        b"one"
    );
}
