//! Certificates of authorities that a company has to itself.

use waybill_sandbox::ReadyInstance;

use crate::support::{Home, Stand, TlsDoor, text};
use crate::wrong_address::backup_fails;

#[test]
fn an_untrusted_certificate_is_refused_until_its_authority_is_given() {
    let stand = Stand::with(6);
    let home = Home::new();
    home.add("Good", stand.dev());
    home.back_up("Good");
    let door = TlsDoor::before(&stand, &stand.dev().design_url, &home.path(""));
    let behind = ReadyInstance {
        design_url: door.address.clone(),
        ..stand.dev().clone()
    };
    home.add("Acme", &behind);
    let error = home.refuses(&["artifacts", "instance:Acme"], &[], 1, "tlsUntrusted");
    assert!(text(&error["message"]).contains("certificate"), "{error}");
    backup_fails(&home, "Acme");
    let tested = home.run(&["instance", "test", "Acme"]);
    tested.expect_code(1);
    let report = tested.one("test").to_string();
    assert!(report.contains("authority"), "{report}");

    let ca_file = door.ca_file.to_str().unwrap();
    home.add_with("Acme trusted", &behind, &["--ca-file", ca_file, "--test"])
        .expect_code(0);
    home.back_up("Acme trusted");
}
