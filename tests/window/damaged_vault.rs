//! A disk that changes what was written.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::{Program, User, in_turn, is_backed_up, practise_and_back_up, test};

fn largest_file(folder: &Path) -> PathBuf {
    let mut folders = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                files.push((entry.metadata().unwrap().len(), entry.path()));
            }
        }
    }
    files.into_iter().max().unwrap().1
}

#[test]
fn verify_names_the_file_that_a_flipped_byte_damaged() {
    in_turn(|| async {
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        practise_and_back_up(&program).await;
        is_backed_up(&program).await;

        let damaged = largest_file(&user.data().join("vault/data"));
        let mut bytes = fs::read(&damaged).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        // Packs are written once and closed to writing.
        fs::remove_file(&damaged).unwrap();
        fs::write(&damaged, bytes).unwrap();

        program.click("[data-test^=\"last-snapshot-\"]").await;
        program.click(&test("verify-snapshot")).await;
        program
            .reads(&test("snapshot-card"), "Reading it back found differences")
            .await;
        program.go("#/activity").await;
        program.reads(&test("run-row"), "damaged").await;
        program.click(&format!("{} a", test("run-row"))).await;
        program.reads("main", "What to do").await;
        let shown = program.text("main").await;
        assert!(
            [".iar", ".par", ".json", ".csv"]
                .iter()
                .any(|ending| shown.contains(ending)),
            "no file is named in {shown}"
        );
        program.quit().await;
    });
}
