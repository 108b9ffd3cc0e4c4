//! Prepares the desktop application: its permissions, its icon on Windows, and the folder of the front end.

use std::{fs, io, path::Path};

/// The commands that the window can call. Each needs its permission in `src-tauri/capabilities`.
const COMMANDS: &[&str] = &[];

const FRONT_END: &str = "ui/dist";

const NOT_BUILT: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>Waybill</title>
<p>The front end of this program has not been built. Run <code>cargo xtask run</code>.</p>
</html>
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ensure_front_end(Path::new(FRONT_END))?;
    println!("cargo:rerun-if-changed={FRONT_END}");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes)?;
    Ok(())
}

/// Puts a page that says what is missing where the front end would be, so that a fresh clone
/// compiles before Node has run. A front end that is there stays as it is.
fn ensure_front_end(folder: &Path) -> io::Result<()> {
    let page = folder.join("index.html");
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    fs::write(page, NOT_BUILT)
}
