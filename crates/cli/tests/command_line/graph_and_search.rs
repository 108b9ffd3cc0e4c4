//! What depends on what, and where a text is used.

use std::fs;

use crate::support::{Home, Stand, text};

#[test]
fn dependencies_are_told_drawn_and_followed() {
    let stand = Stand::with(10);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    let outcome = home.run(&["graph", "snapshot:latest"]);
    outcome.expect_code(0);
    let graph = outcome.one("graph");
    let nodes = graph["nodes"].as_array().unwrap();
    let edges = graph["edges"].as_array().unwrap();
    assert!(nodes.len() > 10 && !edges.is_empty());
    let invoke = edges.iter().find(|edge| edge["role"] == "invoke").unwrap();
    let id = |end: &str| {
        let position = usize::try_from(invoke[end].as_u64().unwrap()).unwrap();
        text(&nodes[position]["id"]).to_owned()
    };
    let (user, connection) = (id("from"), id("to"));

    let reached = home.run(&["graph", "snapshot:latest", "--impact", &connection]);
    reached.expect_code(0);
    let rows = reached.one("impact")["rows"].clone();
    let rows = rows.as_array().unwrap();
    assert!(
        rows.iter()
            .any(|row| row["id"] == user.as_str() && row["distance"] == 1)
    );

    let told = home.tell(&["graph", "instance:Acme"]);
    told.expect_code(0);
    for words in [
        "Needed and missing:",
        "Used by nothing:",
        "In a circle:",
        "Note:",
    ] {
        assert!(told.stdout.contains(words), "{words}: {}", told.stdout);
    }
    let only = home.tell(&["graph", "instance:Acme", "--cycles"]);
    assert!(!only.stdout.contains("Used by nothing:"), "{}", only.stdout);

    let dot = home.tell(&["graph", "snapshot:latest", "--format", "dot"]);
    dot.expect_code(0);
    assert!(dot.stdout.starts_with("digraph "));
    assert!(
        dot.stdout
            .contains(&format!("\"{user}\" -> \"{connection}\""))
    );
    let part = home.tell(&[
        "graph",
        "snapshot:latest",
        "--format",
        "dot",
        "--focus",
        &connection,
    ]);
    assert!(part.stdout.len() < dot.stdout.len() && part.stdout.contains(&user));

    let svg = home.path("graph.svg");
    let saved = home.run(&[
        "graph",
        "snapshot:latest",
        "--output",
        svg.to_str().unwrap(),
    ]);
    saved.expect_code(0);
    assert_eq!(text(&saved.one("saved")["path"]), svg.to_str().unwrap());
    assert!(fs::read_to_string(&svg).unwrap().contains("</svg>"));
    let unnamed = home.path("graph.png");
    let refused = [
        "graph",
        "snapshot:latest",
        "--output",
        unnamed.to_str().unwrap(),
    ];
    home.refuses(&refused, &[], 2, "badInput");
    home.refuses(
        &["graph", "snapshot:latest", "--impact", "lookup:NOBODY"],
        &[],
        1,
        "unknownSubject",
    );
}

#[test]
fn a_text_is_found_with_its_place_and_a_password_is_not() {
    let stand = Stand::with(10);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    let integration = stand.an_integration();
    let found = home.run(&["search", &integration.code]);
    found.expect_code(0);
    let found = found.one("search");
    let hits = found["hits"].as_array().unwrap();
    let hit = hits
        .iter()
        .find(|hit| text(&hit["id"]) == integration.to_string())
        .unwrap_or_else(|| panic!("{found}"));
    assert_eq!(hit["head"]["title"], "Acme");
    assert!(!hit["matches"][0]["where"].as_str().unwrap().is_empty());
    let told = home.tell(&["search", &integration.code, "snapshot:latest"]);
    told.expect_code(0);
    assert!(told.stdout.contains(&integration.to_string()));
    assert!(told.stdout.contains("in snapshot "));
    assert!(
        !told.stdout.contains('\u{1b}'),
        "no control characters but on a terminal"
    );

    let lookup = home.path("hosts.csv");
    let rows = "DVM,Hosts,\nKEY,VALUE\nhost,erp.example.com\npassword,Tiger-Lily-41\n";
    fs::write(&lookup, rows).unwrap();
    let file = lookup.to_str().unwrap();
    let told = home.tell(&["search", "erp.EXAMPLE", file]);
    told.expect_code(0);
    assert!(
        told.stdout.contains("row 1, VALUE: erp.example.com"),
        "{}",
        told.stdout
    );
    let exact = home.run(&["search", "erp.EXAMPLE", file, "--match-case"]);
    assert_eq!(exact.one("search")["hits"].as_array().unwrap().len(), 0);
    for words in ["Tiger", "password"] {
        let outcome = home.run(&["search", words, file]);
        outcome.expect_code(0);
        assert!(!outcome.stdout.contains("Tiger-Lily"), "{}", outcome.stdout);
    }
    home.refuses(&["search", "x"], &[], 2, "badInput");
}
