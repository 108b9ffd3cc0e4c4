//! Every screen under the rules of WCAG 2.2 AA, colours included, in light and dark, at the usual
//! size and at 200 %; and its pictures.

use std::path::Path;

use serde_json::{Value, json};

use super::{Pictures, Program};

/// At 200 % a window of 1280 by 800 shows as much as one of half the size.
const SIZES: &[(u32, u32)] = &[(1280, 800), (640, 400)];
const THEMES: &[&str] = &["light", "dark"];

const SET_THEME: &str = "
    const done = arguments[arguments.length - 1];
    document.documentElement.classList.add('theme-changing');
    document.documentElement.dataset.theme = arguments[0];
    requestAnimationFrame(() => requestAnimationFrame(() => done(null)));";

const RUN_AXE: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    }).then(
      (found) => done(found.violations.map(({ id, impact, help, nodes }) => ({
        id, impact, help,
        nodes: nodes.map((node) => `${node.target.join(' ')}  ${node.failureSummary}`),
      }))),
      (error) => done([{ id: 'axe', impact: 'critical', help: String(error), nodes: [] }]),
    );";

/// Looks at screens and keeps what it finds.
pub struct Review {
    axe: String,
    pictures: Pictures,
    serious: Vec<String>,
    screens: u32,
}

impl Review {
    pub fn new() -> Self {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&path)
            .unwrap_or_else(|_| panic!("{} is missing: run `npm ci`", path.display()));
        Self {
            axe,
            pictures: Pictures::new(),
            serious: Vec::new(),
            screens: 0,
        }
    }

    /// Looks at what the window shows now, which is called `name`.
    pub async fn look(&mut self, program: &Program, name: &str) {
        self.screens += 1;
        for (width, height) in SIZES {
            program.resize(*width, *height).await;
            for theme in THEMES {
                self.look_once(program, name, theme, &format!("{width}x{height}"))
                    .await;
            }
        }
        program.resize(1280, 800).await;
    }

    async fn look_once(&mut self, program: &Program, name: &str, theme: &str, size: &str) {
        let client = &program.client;
        client
            .execute_async(SET_THEME, vec![json!(theme)])
            .await
            .unwrap();
        if program.run("return typeof axe").await == json!("undefined") {
            program
                .run(&format!("{};window.axe = axe;", self.axe))
                .await;
        }
        let found = client.execute_async(RUN_AXE, Vec::new()).await.unwrap();
        for finding in found.as_array().unwrap() {
            self.note(&format!("{name}, {theme}, {size}"), finding);
        }
        let wide = program
            .run("return document.documentElement.scrollWidth > innerWidth")
            .await;
        if wide == json!(true) {
            self.serious.push(format!(
                "{name}, {theme}, {size}: the page is wider than the window"
            ));
        }
        self.pictures
            .take(program, &format!("{name}-{theme}-{size}.png"))
            .await;
    }

    fn note(&mut self, place: &str, finding: &Value) {
        let text = |member: &str| finding[member].as_str().unwrap_or_default().to_owned();
        let mut told = format!(
            "{place}: {} ({}): {}",
            text("id"),
            text("impact"),
            text("help")
        );
        for node in finding["nodes"].as_array().into_iter().flatten() {
            told.push_str("\n    ");
            told.push_str(&node.as_str().unwrap_or_default().replace('\n', " "));
        }
        println!("axe: {told}");
        if matches!(text("impact").as_str(), "serious" | "critical") {
            self.serious.push(told);
        }
    }

    /// Nothing serious was found on any screen.
    pub fn end(self) {
        println!(
            "axe: {} screens, light and dark, 1280x800 and 640x400: {} serious findings",
            self.screens,
            self.serious.len()
        );
        assert!(self.serious.is_empty(), "\n{}", self.serious.join("\n"));
    }
}
