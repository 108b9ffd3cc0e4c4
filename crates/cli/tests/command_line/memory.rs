//! How much memory a backup takes.

#[cfg(target_os = "linux")]
#[test]
fn a_backup_of_two_hundred_integrations_stays_below_200_mb() {
    use crate::support::{Home, Stand};

    let stand = Stand::with(200);
    let home = Home::new();
    home.add("Acme", stand.dev());
    let outcome = home.run(&["backup", "Acme"]);
    outcome.expect_code(0);
    assert!(outcome.peak_kb > 10_000, "not measured");
    assert!(outcome.peak_kb < 200_000, "{} kB", outcome.peak_kb);
}
