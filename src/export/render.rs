//! PNG and PDF, made from the SVG.

use super::lettering::{Lettering, fonts_for};
use super::svg;
use crate::scene::Scene;
use resvg::{tiny_skia, usvg};

/// The most pixels that a side of a PNG may have: what common programs still open.
const MOST_PIXELS: f64 = 16_384.0;
/// The most pixels of a whole PNG: 512 MiB of memory while it is drawn.
const MOST_AREA: f64 = 134_217_728.0;

/// The scene as a PNG file, `factor` (1 to 4) pixels for each of the scene's.
///
/// # Errors
/// Returns a sentence if the picture is too large to be drawn.
pub fn png(scene: &Scene, factor: f64) -> Result<Vec<u8>, String> {
    if !(factor.is_finite() && (0.01..=16.0).contains(&factor)) {
        return Err(format!("the PNG's factor must lie between 0.01 and 16, and is {factor}"));
    }
    let [width, height] = scene.layout.canvas.size.map(|side| (side * factor).round().max(1.0));
    if width.max(height) > MOST_PIXELS || width * height > MOST_AREA {
        return Err(format!(
            "a PNG of {width} × {height} pixels is too large: at most {MOST_PIXELS} a side and {MOST_AREA} in all"
        ));
    }
    let tree = tree(scene)?;
    let mut pixmap = tiny_skia::Pixmap::new(width as u32, height as u32)
        .ok_or_else(|| format!("no memory for a PNG of {width} × {height} pixels"))?;
    let factor = factor as f32;
    resvg::render(&tree, tiny_skia::Transform::from_scale(factor, factor), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| format!("the PNG cannot be encoded: {error}"))
}

/// Whether this program writes PDF.
pub const WRITES_PDF: bool = cfg!(feature = "command-line");

/// The scene as a PDF file, text as text.
///
/// # Errors
/// Returns a sentence if the document cannot be made.
#[cfg(feature = "command-line")]
pub fn pdf(scene: &Scene) -> Result<Vec<u8>, String> {
    let [width, height] = scene.layout.canvas.size;
    // A point of paper for each pixel; the format's own limit is 14,400 (ISO 32000-1, annex C).
    if width.max(height) > 14_400.0 {
        return Err(format!("a PDF page of {width} × {height} is too large: at most 14400 a side"));
    }
    let tree = tree(scene)?;
    svg2pdf::to_pdf(&tree, svg2pdf::ConversionOptions::default(), svg2pdf::PageOptions::default())
        .map_err(|error| format!("the PDF cannot be made: {error}"))
}

/// The same where the program was built without PDF.
///
/// # Errors
/// Always returns a sentence that says so.
#[cfg(not(feature = "command-line"))]
pub fn pdf(_: &Scene) -> Result<Vec<u8>, String> {
    Err("this edition writes no PDF; the desktop program does, and SVG has the same vectors".to_owned())
}

/// The scene as the renderers read it, with the bundled fonts, and others only for letters that these lack.
pub(super) fn tree(scene: &Scene) -> Result<usvg::Tree, String> {
    let fontdb = fonts_for(&Lettering::of(scene));
    let options = usvg::Options { fontdb, font_family: "DejaVu Sans".to_owned(), ..Default::default() };
    usvg::Tree::from_str(&svg(scene), &options).map_err(|error| format!("the picture cannot be drawn: {error}"))
}
