//! The graph held against plain ways of finding the same, and drawings against what a reader needs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::Dependency;

fn id(text: &str) -> ArtifactId {
    text.parse().expect("an id")
}

/// A catalogue from lines `ID`, or `ID -> ID (role), ID (role)`.
fn catalogue(lines: &[&str]) -> Catalogue {
    let artifacts = lines
        .iter()
        .map(|line| {
            let (own, needs) = line.split_once(" -> ").unwrap_or((line, ""));
            let mut artifact = Artifact::named(id(own), own.to_lowercase());
            artifact.dependencies = needs
                .split(", ")
                .filter_map(|need| need.strip_suffix(')')?.split_once(" ("))
                .map(|(need, role)| Dependency {
                    id: id(need),
                    role: role.to_owned(),
                })
                .collect();
            artifact
        })
        .collect();
    Catalogue::new("", artifacts, Vec::new())
}

fn landscape() -> Graph {
    Graph::of(&catalogue(&[
        "integration:A|01.00.0000 -> connection:ERP (invoke), connection:ERP (trigger), integration:B|01.00.0000 (calls)",
        "integration:B|01.00.0000 -> connection:CRM (invoke), lookup:TAX (lookup)",
        "schedule:A|01.00.0000 -> integration:A|01.00.0000 (schedule of)",
        "package:P -> integration:A|01.00.0000 (member), integration:B|01.00.0000 (member)",
        "connection:ERP",
        "connection:CRM -> agentGroup:AG (agent group)",
        "connection:OLD",
        "lookup:TAX",
        "HR/integration:C|01.00.0000 -> integration:B|01.00.0000 (calls), HR/connection:ERP (invoke), HR/lookup:GONE (lookup)",
        "project:HR -> HR/integration:C|01.00.0000 (member)",
    ]))
}

fn names(graph: &Graph, positions: impl IntoIterator<Item = u32>) -> Vec<String> {
    positions
        .into_iter()
        .map(|position| graph.nodes()[position as usize].id.to_string())
        .collect()
}

#[test]
fn missing_and_unused_and_counts_are_told() {
    let graph = landscape();
    let of = |wanted: fn(&Node) -> bool| -> Vec<String> {
        let nodes = graph.nodes().iter().filter(|node| wanted(node));
        nodes.map(|node| node.id.to_string()).collect()
    };
    assert_eq!(
        of(|node| !node.present),
        ["HR/lookup:GONE", "agentGroup:AG"]
    );
    assert_eq!(of(|node| node.unused), ["connection:OLD"]);
    let erp = &graph.nodes()[graph.position(&id("connection:ERP")).expect("it is there")];
    // Twice by `A`, and by `C`, whose project has none of that name.
    assert_eq!((erp.uses, erp.used_by), (0, 2));
}

#[test]
fn edges_out_of_a_project_are_told_apart() {
    let graph = landscape();
    let across: Vec<String> = graph
        .edges()
        .iter()
        .filter(|edge| edge.across)
        .flat_map(|edge| names(&graph, [edge.from, edge.to]))
        .collect();
    assert_eq!(
        across,
        [
            "HR/integration:C|01.00.0000",
            "integration:B|01.00.0000",
            "HR/integration:C|01.00.0000",
            "connection:ERP",
        ]
    );
}

#[test]
fn a_change_reaches_callers_and_schedules_but_not_what_merely_holds_them() {
    let graph = landscape();
    let told = |of: &str| -> Vec<String> {
        let reached = graph.impact(&id(of)).expect("it is known");
        reached
            .into_iter()
            .map(|one| {
                let ends = names(&graph, [one.position, one.via]);
                format!("{} {} {} {}", one.distance, ends[0], one.role, ends[1])
            })
            .collect()
    };
    assert_eq!(
        told("lookup:TAX"),
        [
            "1 integration:B|01.00.0000 lookup lookup:TAX",
            "2 integration:A|01.00.0000 calls integration:B|01.00.0000",
            "2 HR/integration:C|01.00.0000 calls integration:B|01.00.0000",
            "3 schedule:A|01.00.0000 schedule of integration:A|01.00.0000",
        ]
    );
    assert_eq!(
        told("connection:ERP")[0],
        "1 integration:A|01.00.0000 invoke, trigger connection:ERP"
    );
    // What is missing reaches those that need it; what holds others, these.
    assert_eq!(told("agentGroup:AG").len(), 5);
    assert_eq!(
        told("project:HR"),
        ["1 HR/integration:C|01.00.0000 member project:HR"]
    );
    assert_eq!(graph.impact(&id("lookup:UNKNOWN")), None);
}

#[test]
fn circles_are_found_once_and_whole() {
    let graph = Graph::of(&catalogue(&[
        "integration:A|01.00.0000 -> integration:B|01.00.0000 (calls)",
        "integration:B|01.00.0000 -> integration:C|01.00.0000 (calls)",
        "integration:C|01.00.0000 -> integration:A|01.00.0000 (calls), integration:D|01.00.0000 (calls)",
        "integration:D|01.00.0000 -> integration:D|01.00.0000 (calls)",
        "integration:E|01.00.0000 -> integration:A|01.00.0000 (calls)",
    ]));
    assert_eq!(graph.cycles(), [vec![0, 1, 2], vec![3]]);
    let numbers: Vec<_> = graph.nodes().iter().map(|node| node.cycle).collect();
    assert_eq!(numbers, [Some(0), Some(0), Some(0), Some(1), None]);
}

#[test]
fn the_surroundings_hold_both_directions_and_nothing_else() {
    let part = landscape()
        .around(&id("integration:B|01.00.0000"))
        .expect("it is known");
    let ids: Vec<String> = part
        .nodes()
        .iter()
        .map(|node| node.id.to_string())
        .collect();
    assert_eq!(
        ids,
        [
            "integration:A|01.00.0000",
            "integration:B|01.00.0000",
            "HR/integration:C|01.00.0000",
            "connection:CRM",
            "lookup:TAX",
            "package:P",
            "schedule:A|01.00.0000",
            "project:HR",
            "agentGroup:AG",
        ]
    );
    let a = &part.nodes()[0];
    assert_eq!(a.uses, 2, "the count is that of the whole");
}

#[test]
fn who_needs_is_drawn_left_of_what_is_needed() {
    let graph = landscape();
    let drawing = graph.drawing();
    for edge in graph.edges() {
        let (from, to) = (
            drawing.places[edge.from as usize],
            drawing.places[edge.to as usize],
        );
        assert!(
            from.0 + BOX_WIDTH < to.0,
            "{:?}",
            names(&graph, [edge.from, edge.to])
        );
    }
}

fn version(code: usize) -> ArtifactId {
    ArtifactId::global(
        ArtifactKind::Integration,
        format!("I{code:04}"),
        Some("01.00.0000"),
    )
}

/// Integrations that call each other and need connections, by numbers.
fn web(integrations: usize, connections: usize, edges: &[(usize, usize, bool)]) -> Catalogue {
    let connection =
        |number: usize| ArtifactId::global(ArtifactKind::Connection, format!("C{number:03}"), None);
    let mut all: Vec<Artifact> = (0..integrations)
        .map(|number| Artifact::named(version(number), "x"))
        .collect();
    all.extend((0..connections).map(|number| Artifact::named(connection(number), "x")));
    for (from, to, calls) in edges {
        let (id, role) = if *calls || connections == 0 {
            (version(to % integrations), "calls")
        } else {
            (connection(to % connections), "invoke")
        };
        all[from % integrations].dependencies.push(Dependency {
            id,
            role: role.into(),
        });
    }
    Catalogue::new("", all, Vec::new())
}

/// All that is reached by asking each node again and again whether it needs one that is reached.
fn slowly(graph: &Graph, start: u32) -> BTreeMap<u32, u32> {
    let mut known = BTreeMap::from([(start, 0)]);
    for distance in 1.. {
        let next: BTreeSet<u32> = graph
            .edges()
            .iter()
            .filter(|edge| known.get(&edge.to) == Some(&(distance - 1)))
            .filter(|edge| !known.contains_key(&edge.from))
            .map(|edge| edge.from)
            .collect();
        if next.is_empty() {
            break;
        }
        known.extend(next.into_iter().map(|position| (position, distance)));
    }
    known.remove(&start);
    known
}

fn assert_apart(drawing: &Drawing) {
    let mut by_row: Vec<(f32, f32)> = drawing.places.clone();
    by_row.sort_by(|left, right| left.1.total_cmp(&right.1));
    for (index, one) in by_row.iter().enumerate() {
        for other in &by_row[index + 1..] {
            if other.1 - one.1 >= BOX_HEIGHT {
                break;
            }
            assert!((one.0 - other.0).abs() >= BOX_WIDTH, "{one:?} {other:?}");
        }
        assert!(one.0 >= 0.0 && one.0 + BOX_WIDTH <= drawing.width);
        assert!(one.1 >= BOX_HEIGHT / 2.0 && one.1 + BOX_HEIGHT / 2.0 <= drawing.height);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn impact_is_what_asking_everyone_finds(
        size in 1_usize..30,
        connections in 0_usize..8,
        edges in proptest::collection::vec((0_usize..100, 0_usize..100, any::<bool>()), 0..90),
    ) {
        let graph = Graph::of(&web(size, connections, &edges));
        for start in 0..count(graph.nodes().len()) {
            let reached = graph.impact(&graph.nodes()[start as usize].id).expect("it is known");
            let found: BTreeMap<u32, u32> =
                reached.iter().map(|one| (one.position, one.distance)).collect();
            prop_assert_eq!(&found, &slowly(&graph, start));
            for one in &reached {
                let nearer = if one.via == start { 0 } else { found[&one.via] };
                prop_assert_eq!(nearer + 1, one.distance);
                prop_assert!(graph.edges().iter().any(|edge| edge.from == one.position && edge.to == one.via));
            }
            // In a circle exactly if it reaches itself through somebody.
            let around = graph.edges().iter().any(|edge| {
                edge.to == start && (edge.from == start || slowly(&graph, edge.from).contains_key(&start))
            });
            prop_assert_eq!(graph.nodes()[start as usize].cycle.is_some(), around);
        }
    }

    #[test]
    fn no_boxes_overlap_and_the_drawing_is_always_the_same(
        size in 1_usize..120,
        connections in 0_usize..20,
        edges in proptest::collection::vec((0_usize..500, 0_usize..500, any::<bool>()), 0..300),
    ) {
        let catalogue = web(size, connections, &edges);
        let drawing = Graph::of(&catalogue).drawing();
        assert_apart(&drawing);
        prop_assert_eq!(drawing, Graph::of(&catalogue).drawing());
    }
}

/// Deterministic numbers that look like chance.
fn scattered(count: usize, integrations: usize) -> Vec<(usize, usize, bool)> {
    let mut state = 7_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    (0..count)
        .map(|index| (index % integrations, next(), next() % 5 == 0))
        .collect()
}

#[test]
#[expect(clippy::print_stderr, reason = "tells how long it took")]
fn a_large_instance_is_drawn_in_no_time_and_fits_a_screen() {
    for (integrations, connections, edges) in [(800, 60, 2_000), (1_900, 100, 10_000)] {
        let catalogue = web(integrations, connections, &scattered(edges, integrations));
        let began = Instant::now();
        let graph = Graph::of(&catalogue);
        let built = began.elapsed();
        let began = Instant::now();
        let drawing = graph.drawing();
        let drawn = began.elapsed();
        let impact = graph.impact(&id("connection:C001")).expect("it is known");
        eprintln!(
            "{integrations} + {connections}, {} edges: built {built:?}, drawn {drawn:?}, {} reached, {:.0} x {:.0}",
            graph.edges().len(),
            impact.len(),
            drawing.width,
            drawing.height
        );
        assert_apart(&drawing);
        assert!(drawing.width < drawing.height * 4.0 && drawing.height < drawing.width * 4.0);
        // Generous: other work runs beside the tests.
        assert!(drawn.as_millis() < 2_000);
    }
}
