//! Draws every icon that the packages of the platforms want from the two drawings in `icons/`.

use std::{
    fs::{self, File},
    io::BufWriter,
    path::Path,
};

use anyhow::{Context, anyhow};
use ico::{IconDir, IconDirEntry, IconImage, ResourceType};
use resvg::{
    tiny_skia::{Pixmap, PremultipliedColorU8, Transform},
    usvg::{Options, Tree},
};

/// Up to this many pixels the drawing with heavier strokes is used.
const SMALL: u32 = 48;

/// Name and edge in pixels of every picture.
const PICTURES: &[(&str, u32)] = &[
    ("32x32.png", 32),
    ("64x64.png", 64),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("icon.png", 1024),
    ("Square30x30Logo.png", 30),
    ("Square44x44Logo.png", 44),
    ("Square71x71Logo.png", 71),
    ("Square89x89Logo.png", 89),
    ("Square107x107Logo.png", 107),
    ("Square142x142Logo.png", 142),
    ("Square150x150Logo.png", 150),
    ("Square284x284Logo.png", 284),
    ("Square310x310Logo.png", 310),
    ("StoreLogo.png", 50),
];

/// The sizes in the icon file of Windows. The first one is what a program shows while developing.
const WINDOWS: &[u32] = &[32, 16, 24, 48, 64, 256];

/// The sizes in the icon file of macOS with the types that name them: plain, then for displays of
/// double density.
const MACOS: &[(&[u8; 4], u32)] = &[
    (b"icp4", 16),
    (b"icp5", 32),
    (b"ic07", 128),
    (b"ic08", 256),
    (b"ic09", 512),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic13", 256),
    (b"ic14", 512),
    (b"ic10", 1024),
];

/// Writes all icons into the folder that holds the drawings.
pub fn draw(folder: &Path) -> anyhow::Result<()> {
    let drawings = Drawings {
        large: read(&folder.join("icon.svg"))?,
        small: read(&folder.join("icon-small.svg"))?,
    };
    for (name, edge) in PICTURES {
        let path = folder.join(name);
        fs::write(&path, drawings.png(*edge)?)
            .with_context(|| format!("{} could not be written", path.display()))?;
    }
    windows(&drawings, &folder.join("icon.ico"))?;
    macos(&drawings, &folder.join("icon.icns"))?;
    println!("  {} icons in {}", PICTURES.len() + 2, folder.display());
    Ok(())
}

struct Drawings {
    large: Tree,
    small: Tree,
}

impl Drawings {
    fn pixels(&self, edge: u32) -> anyhow::Result<Pixmap> {
        let tree = if edge <= SMALL {
            &self.small
        } else {
            &self.large
        };
        let mut pixels = Pixmap::new(edge, edge).context("an icon has at least one pixel")?;
        // Edges are at most 1024, exact as f32.
        let scale = edge as f32 / tree.size().width();
        resvg::render(
            tree,
            Transform::from_scale(scale, scale),
            &mut pixels.as_mut(),
        );
        Ok(pixels)
    }

    fn png(&self, edge: u32) -> anyhow::Result<Vec<u8>> {
        self.pixels(edge)?
            .encode_png()
            .map_err(|error| anyhow!("PNG of {edge} pixels: {error}"))
    }
}

fn read(path: &Path) -> anyhow::Result<Tree> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("{} could not be read", path.display()))?;
    Tree::from_str(&text, &Options::default())
        .with_context(|| format!("{} is not a drawing", path.display()))
}

fn windows(drawings: &Drawings, path: &Path) -> anyhow::Result<()> {
    let mut icon = IconDir::new(ResourceType::Icon);
    for edge in WINDOWS {
        let pixels = drawings.pixels(*edge)?;
        let straight: Vec<u8> = pixels
            .pixels()
            .iter()
            .map(PremultipliedColorU8::demultiply)
            .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()])
            .collect();
        let image = IconImage::from_rgba_data(*edge, *edge, straight);
        // Only the largest may be a PNG for every reader of the format.
        let entry = if *edge == 256 {
            IconDirEntry::encode_as_png(&image)?
        } else {
            IconDirEntry::encode_as_bmp(&image)?
        };
        icon.add_entry(entry);
    }
    let file =
        File::create(path).with_context(|| format!("{} could not be made", path.display()))?;
    icon.write(BufWriter::new(file))?;
    Ok(())
}

/// A file of Apple's icon format: its mark and length, then per picture a type, a length (both
/// lengths with the 8 bytes before the content) and a PNG.
fn macos(drawings: &Drawings, path: &Path) -> anyhow::Result<()> {
    let mut pictures = Vec::new();
    for (kind, edge) in MACOS {
        block(&mut pictures, **kind, &drawings.png(*edge)?)?;
    }
    let mut file = Vec::new();
    block(&mut file, *b"icns", &pictures)?;
    fs::write(path, file).with_context(|| format!("{} could not be written", path.display()))
}

fn block(to: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) -> anyhow::Result<()> {
    let length = u32::try_from(content.len() + 8)?;
    to.extend_from_slice(&kind);
    to.extend_from_slice(&length.to_be_bytes());
    to.extend_from_slice(content);
    Ok(())
}
