//! Oracle Integration Gen 2, where people sign in with a password.

use crate::support::{Caller, Home, Stand, canary, gen2, text};

#[test]
fn a_gen_2_instance_is_backed_up_whole_with_user_and_password() {
    let stand = Stand::start(|builder| builder.instance(gen2("shop")).synthetic(15, 11));
    let home = Home::new();
    let shop = stand.instance("shop");
    home.add_with("Shop", shop, &["--test"]).expect_code(0);
    home.back_up("Shop");
    let detail = home.run(&["snapshot", "show", "latest"]).one("snapshot");
    let held: Vec<&str> = detail["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(&item["id"]))
        .collect();
    let served = Caller::new(shop).served();
    assert!(served.len() >= 15);
    for (id, _, _) in served {
        assert!(held.contains(&id.as_str()), "{id}");
    }
    home.run(&["snapshot", "verify", "latest"]).expect_code(0);
}

#[test]
fn user_and_password_are_refused_for_oracle_integration_3() {
    let stand = Stand::with(1);
    let home = Home::new();
    home.add("Good", stand.dev());
    let url = format!(
        "{}/?integrationInstance={}",
        stand.dev().design_url,
        stand.dev().integration_instance.as_ref().unwrap()
    );
    let arguments = [
        "instance",
        "add",
        "Basic",
        "--environment",
        "test",
        "--generation",
        "oic3",
        "--url",
        &url,
        "--auth",
        "basic",
        "--user",
        "ann",
        "--secret-stdin",
    ];
    let error = home.refuses(&arguments, &[&canary()], 2, "badInput");
    assert_eq!(error["context"]["field"], "signIn", "{error}");
}
