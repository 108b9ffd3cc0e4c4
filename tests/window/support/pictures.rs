//! Pictures of the screens, kept as output of the tests; a few of them are those of the guide.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use super::Program;

/// Pictures that the documents show, by the names under which they are taken.
const OF_THE_GUIDE: &[(&str, &str)] = &[
    ("home-light-1280x800.png", "home.png"),
    ("home-dark-1280x800.png", "home-dark.png"),
    ("explore-panel-light-1280x800.png", "explore.png"),
    ("backups-light-1280x800.png", "backups.png"),
    ("instance-form-light-1280x800.png", "instance-form.png"),
    ("change-plan-light-1280x800.png", "change.png"),
    ("audit-light-1280x800.png", "audit.png"),
    ("inspect-light-1280x800.png", "inspect.png"),
    ("flow-light-1280x800.png", "flow.png"),
    ("compare-text-light-1280x800.png", "compare.png"),
    ("graph-light-1280x800.png", "graph.png"),
    ("search-light-1280x800.png", "search.png"),
    ("move-what-light-1280x800.png", "move-what.png"),
    ("move-checks-light-1280x800.png", "move-checks.png"),
    (
        "move-connections-light-1280x800.png",
        "move-connections.png",
    ),
    ("move-review-light-1280x800.png", "move-review.png"),
    ("move-run-light-1280x800.png", "move-run.png"),
    ("move-report-light-1280x800.png", "move-report.png"),
    ("settings-vault-light-1280x800.png", "vault.png"),
    ("settings-targets-dialog-light-1280x800.png", "target.png"),
];

/// Above this a picture is too heavy for a document.
const LARGEST: usize = 200_000;

/// Where pictures are kept.
pub fn folder() -> PathBuf {
    let folder = output().join("screenshots");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A file beside them, to which a program writes.
pub fn output_file(name: &str) -> fs::File {
    fs::create_dir_all(output()).unwrap();
    fs::File::options()
        .create(true)
        .append(true)
        .open(output().join(name))
        .unwrap()
}

fn output() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::env::var_os("WAYBILL_TEST_OUTPUT")
        .map_or_else(|| root.join("target/test-output"), PathBuf::from)
}

/// The same picture without its empty alpha channel and packed as small as it gets.
fn packed(picture: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(Cursor::new(picture)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let size = info.color_type.samples();
    let colours: Vec<u8> = pixels[..info.buffer_size()]
        .chunks_exact(size)
        .flat_map(|pixel| pixel[..3].to_vec())
        .collect();
    let mut packed = Vec::new();
    let mut encoder = png::Encoder::new(&mut packed, info.width, info.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&colours).unwrap();
    writer.finish().unwrap();
    packed
}

/// Takes and keeps pictures.
pub struct Pictures(PathBuf);

impl Pictures {
    pub fn new() -> Self {
        Self(folder())
    }

    /// Keeps what the window shows now.
    pub async fn take(&self, program: &Program, name: &str) {
        let picture = program.client.screenshot().await.unwrap();
        fs::write(self.0.join(name), &picture).unwrap();
        let of_the_guide = OF_THE_GUIDE.iter().find(|(taken, _)| *taken == name);
        if let Some((_, shown)) = of_the_guide {
            let picture = packed(&picture);
            if std::env::var_os("WAYBILL_UPDATE_PICTURES").is_some() {
                assert!(
                    picture.len() < LARGEST,
                    "{name} has {} bytes, too many for a document",
                    picture.len()
                );
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join(shown), &picture).unwrap();
            }
        }
    }
}
