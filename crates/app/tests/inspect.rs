//! What is in files and folders, as a screen asks for it.

#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use std::fs;

use waybill_app::view::{ArchiveType, ErrorCode, InspectAnswer};
use waybill_app::{KeychainChoice, OpenOptions, Waybill};

#[tokio::test]
async fn a_folder_is_answered_archive_by_archive_and_errors_stand_in_their_place() {
    let home = tempfile::tempdir().unwrap();
    let mut options = OpenOptions::new(home.path().join("data"));
    options.keychain = KeychainChoice::None;
    let app = Waybill::open(options).unwrap();
    let folder = home.path().join("archives");
    fs::create_dir(&folder).unwrap();
    fs::write(
        folder.join("a.csv"),
        "DVM,CODES,\nhost,b\nerp.example.com,2\n",
    )
    .unwrap();
    fs::write(folder.join("b.iar"), "no archive").unwrap();
    fs::write(folder.join("d.txt"), "DVM of another world").unwrap();

    let report = app.inspect(folder.to_str().unwrap(), true).await.unwrap();
    let [
        InspectAnswer::Read(lookup),
        InspectAnswer::Failed { file, error },
    ] = report.answers.as_slice()
    else {
        panic!("{report:#?}");
    };
    assert_eq!(lookup.kind, ArchiveType::Csv);
    assert_eq!(lookup.lookups, ["CODES"]);
    assert!(file.ends_with("b.iar"), "{file}");
    assert_eq!(error.code, ErrorCode::ArchiveDamaged);
    assert!(error.guidance.is_some());

    // Text beside archives is not worth a word, unless it is asked for by name.
    let report = app
        .inspect(folder.join("d.txt").to_str().unwrap(), false)
        .await
        .unwrap();
    assert!(
        matches!(report.answers.as_slice(), [InspectAnswer::Failed { .. }]),
        "{report:#?}"
    );
}
