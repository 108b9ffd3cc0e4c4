//! Windows, macOS and other Linux systems: nothing is installed, it is said what is missing.

use std::{path::Path, process::Command};

use anyhow::bail;

use crate::{child, workspace::on_path};

/// Looks for what a build needs and names what is not there.
pub fn check() -> anyhow::Result<()> {
    let missing = if cfg!(windows) {
        windows()
    } else if cfg!(target_os = "macos") {
        macos()
    } else {
        linux()
    };
    if missing.is_empty() {
        println!("  everything that a build needs is there");
        return Ok(());
    }
    for line in &missing {
        println!("  missing: {line}");
    }
    bail!("install what is missing, then run this again")
}

fn windows() -> Vec<&'static str> {
    let web_view = ["ProgramFiles(x86)", "ProgramFiles", "LOCALAPPDATA"]
        .into_iter()
        .filter_map(std::env::var_os)
        .any(|folder| {
            Path::new(&folder)
                .join("Microsoft/EdgeWebView/Application")
                .is_dir()
        });
    if web_view {
        return Vec::new();
    }
    vec!["WebView2 runtime: winget install Microsoft.EdgeWebView2Runtime"]
}

fn macos() -> Vec<&'static str> {
    if child::succeeds(Command::new("xcode-select").arg("-p")) {
        return Vec::new();
    }
    vec!["Apple's command line tools: xcode-select --install"]
}

fn linux() -> Vec<&'static str> {
    if !on_path("pkg-config") {
        return vec!["pkg-config (package pkgconf or pkg-config of your distribution)"];
    }
    let libraries = [
        (
            "webkit2gtk-4.1",
            "WebKitGTK 4.1 with headers (Fedora: webkit2gtk4.1-devel, Arch: webkit2gtk-4.1)",
        ),
        (
            "ayatana-appindicator3-0.1",
            "Ayatana AppIndicator with headers (Fedora: libayatana-appindicator-gtk3-devel, Arch: libayatana-appindicator)",
        ),
        (
            "librsvg-2.0",
            "librsvg with headers (Fedora: librsvg2-devel, Arch: librsvg)",
        ),
    ];
    libraries
        .into_iter()
        .filter(|(name, _)| !child::succeeds(Command::new("pkg-config").args(["--exists", name])))
        .map(|(_, words)| words)
        .collect()
}
