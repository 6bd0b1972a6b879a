//! PNG and PDF, made from the SVG.

use super::lettering::{Lettering, fonts_for};
use super::svg;
use crate::scene::Scene;
use resvg::{tiny_skia, usvg};

/// The most pixels along a side of a PNG that common programs still open.
const MOST_PIXELS: f64 = 16_384.0;
/// The most pixels of a whole PNG: 512 MiB of memory while it is drawn.
const MOST_AREA: f64 = 134_217_728.0;

/// The scene as a PNG file, `factor` (1 to 4) pixels for each of the scene's.
///
/// # Errors
/// Returns an error, as a sentence, if the picture is too large to be drawn.
pub fn png(scene: &Scene, factor: f64) -> Result<Vec<u8>, String> {
    let pixels = pixels(scene, factor)?;
    pixels.encode_png().map_err(|error| format!("the PNG cannot be encoded: {error}"))
}

/// The scene's pixels.
pub(super) fn pixels(scene: &Scene, factor: f64) -> Result<tiny_skia::Pixmap, String> {
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
    Ok(pixmap)
}

/// Draws the scene over pixels of its size.
pub(super) fn draw_over(scene: &Scene, pixels: &mut tiny_skia::Pixmap) -> Result<(), String> {
    resvg::render(&tree(scene)?, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    Ok(())
}

/// Whether this program writes PDF.
pub const WRITES_PDF: bool = cfg!(feature = "command-line");

/// The scene as a PDF file, text as text.
///
/// # Errors
/// Returns an error, as a sentence, if the document cannot be made.
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
/// Always returns an error, as a sentence.
#[cfg(not(feature = "command-line"))]
pub fn pdf(_: &Scene) -> Result<Vec<u8>, String> {
    Err("this edition writes no PDF; the desktop program does, and SVG has the same vectors".to_owned())
}

/// Scenes as a PDF document, a page each.
///
/// # Errors
/// Returns an error, as a sentence, if the document cannot be made.
#[cfg(feature = "command-line")]
pub fn pdf_pages(scenes: impl Iterator<Item = Result<Scene, String>>) -> Result<Vec<u8>, String> {
    use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref};
    let mut last = Ref::new(1);
    let mut next = || last.bump();
    let (catalogue, root) = (next(), next());
    let mut document = Pdf::new();
    let mut pages = Vec::new();
    for scene in scenes {
        let tree = tree(&scene?)?;
        let (chunk, picture) = svg2pdf::to_chunk(&tree, svg2pdf::ConversionOptions::default())
            .map_err(|error| format!("the PDF cannot be made: {error}"))?;
        let mut numbers = std::collections::BTreeMap::new();
        let chunk = chunk.renumber(|old| *numbers.entry(old).or_insert_with(&mut next));
        let picture = numbers.get(&picture).copied().ok_or("the PDF cannot be made: a page has no picture")?;
        document.extend(&chunk);
        let (page, content) = (next(), next());
        let [width, height] = [tree.size().width(), tree.size().height()];
        let mut drawn = Content::new();
        drawn.transform([width, 0.0, 0.0, height, 0.0, 0.0]).x_object(Name(b"Picture"));
        document.stream(content, &drawn.finish());
        let mut described = document.page(page);
        described.media_box(Rect::new(0.0, 0.0, width, height)).parent(root).contents(content);
        described.resources().x_objects().pair(Name(b"Picture"), picture);
        described.finish();
        pages.push(page);
    }
    document.catalog(catalogue).pages(root);
    let count = i32::try_from(pages.len()).map_err(|_| "a PDF cannot have so many pages".to_owned())?;
    document.pages(root).kids(pages).count(count);
    Ok(document.finish())
}

/// The scene as the renderers read it, with the bundled fonts, and others only for letters that these lack.
pub(super) fn tree(scene: &Scene) -> Result<usvg::Tree, String> {
    let fontdb = fonts_for(&Lettering::of(scene));
    let options = usvg::Options { fontdb, font_family: "DejaVu Sans".to_owned(), ..Default::default() };
    usvg::Tree::from_str(&svg(scene), &options).map_err(|error| format!("the picture cannot be drawn: {error}"))
}
