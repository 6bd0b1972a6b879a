//! A scene as SVG text: the same bytes on every machine.

use crate::field::Raster;
use crate::formula::MathRun;
use crate::scene::{Anchor, Colour, Font, Primitive, Rect, Scene, Stroke, text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use resvg::tiny_skia;
use std::fmt::Write;
use std::sync::Arc;

/// The scene as an SVG document; the same bytes on every machine.
pub fn svg(scene: &Scene) -> String {
    svg_of_width(scene, None)
}

/// Like [`svg`], with a width in millimetres if one is given; otherwise a pixel of the SVG is a pixel of the scene.
pub fn svg_of_width(scene: &Scene, millimetres: Option<f64>) -> String {
    let mut writer = Writer { out: String::new(), clips: Vec::new(), images: Vec::new(), clip: None };
    let [width, height] = scene.layout.canvas.size.map(number);
    let [page_width, page_height] = match millimetres {
        None => [width.clone(), height.clone()],
        Some(wide) => {
            scene.layout.canvas.size.map(|side| format!("{}mm", number(side * wide / scene.layout.canvas.size[0])))
        }
    };
    let mut body = String::new();
    writer.rectangle(&Rect { min: [0.0, 0.0], max: scene.layout.canvas.size }, 0.0, scene.background, None);
    for primitive in &scene.primitives {
        writer.primitive(primitive);
    }
    std::mem::swap(&mut body, &mut writer.out);
    let mut document = String::with_capacity(body.len() + 4096);
    // Writing to a String cannot fail, so the results are ignored.
    let _ = write!(
        document,
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{page_width}" height="{page_height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title description">"#
    );
    let title = scene.description.split_inclusive('.').next().unwrap_or_default();
    let _ = write!(document, "\n<title id=\"title\">{}</title>\n", escaped(title.trim()));
    let _ = write!(document, "<desc id=\"description\">{}</desc>\n<defs>\n", escaped(&scene.description));
    for (index, rect) in writer.clips.iter().enumerate() {
        let _ = writeln!(document, "<clipPath id=\"clip{index}\"><rect {}/></clipPath>", placed(rect));
    }
    document.push_str("</defs>\n");
    document.push_str(&body);
    document.push_str("</svg>\n");
    document
}

struct Writer {
    out: String,
    clips: Vec<Rect>,
    /// A cache of encoded rasters.
    images: Vec<(Arc<Raster>, String)>,
    /// The rectangle that is being drawn in.
    clip: Option<Rect>,
}

impl Writer {
    fn primitive(&mut self, primitive: &Primitive) {
        match primitive {
            Primitive::Image { rect, raster, opacity } => self.image(rect, raster, *opacity),
            Primitive::Polyline { points, stroke } => {
                let Some(path) = path(points) else { return };
                let stroke = stroked(Some(stroke));
                let _ = writeln!(self.out, r#"<path d="{path}" fill="none"{stroke}/>"#);
            }
            Primitive::Polygon { points, fill, stroke } => {
                let Some(mut path) = path(points) else { return };
                if !path.ends_with('Z') {
                    path.push('Z');
                }
                let _ = writeln!(self.out, r#"<path d="{path}"{}{}/>"#, filled(Some(*fill)), stroked(stroke.as_ref()));
            }
            Primitive::Circle { centre, radius, fill, stroke } => {
                if !finite(centre) || !radius.is_finite() {
                    return;
                }
                let [x, y] = centre.map(number);
                let (fill, stroke) = (filled(*fill), stroked(stroke.as_ref()));
                let _ = writeln!(self.out, r#"<circle cx="{x}" cy="{y}" r="{}"{fill}{stroke}/>"#, number(*radius));
            }
            Primitive::Box { rect, radius, fill, stroke } => self.rectangle(rect, *radius, *fill, stroke.as_ref()),
            Primitive::Text { at, anchor, font, size, runs, colour, halo } => {
                self.text(*at, *anchor, *font, *size, runs, *colour, halo.as_ref());
            }
            Primitive::Anchored { contents, .. } => contents.iter().for_each(|inner| self.primitive(inner)),
            Primitive::Clipped { rect, contents } => {
                let index = self.clips.iter().position(|other| other == rect).unwrap_or_else(|| {
                    self.clips.push(*rect);
                    self.clips.len() - 1
                });
                let before = self.clip.replace(*rect);
                let _ = writeln!(self.out, "<g clip-path=\"url(#clip{index})\">");
                for primitive in contents {
                    self.primitive(primitive);
                }
                self.out.push_str("</g>\n");
                self.clip = before;
            }
        }
    }

    fn rectangle(&mut self, rect: &Rect, radius: f64, fill: Colour, stroke: Option<&Stroke>) {
        if !(finite(&rect.min) && finite(&rect.max)) {
            return;
        }
        let round = if radius > 0.0 { format!(r#" rx="{}""#, number(radius)) } else { String::new() };
        let _ = writeln!(self.out, "<rect {}{round}{}{}/>", placed(rect), filled(Some(fill)), stroked(stroke));
    }

    fn image(&mut self, rect: &Rect, raster: &Arc<Raster>, opacity: f64) {
        if !(finite(&rect.min) && finite(&rect.max)) {
            return;
        }
        let known = self.images.iter().position(|(other, _)| Arc::ptr_eq(other, raster));
        let index = match known {
            Some(index) => index,
            None => {
                let Some(data) = encoded(raster) else { return };
                self.images.push((raster.clone(), data));
                self.images.len() - 1
            }
        };
        let faded = if opacity < 1.0 { format!(r#" opacity="{}""#, number(opacity)) } else { String::new() };
        let data = &self.images[index].1;
        let _ = writeln!(
            self.out,
            r#"<image {} preserveAspectRatio="none"{faded} xlink:href="data:image/png;base64,{data}"/>"#,
            placed(rect)
        );
    }

    #[expect(clippy::too_many_arguments, reason = "they are the fields of Primitive::Text")]
    fn text(
        &mut self,
        at: [f64; 2],
        anchor: Anchor,
        font: Font,
        size: f64,
        runs: &[MathRun],
        colour: Colour,
        halo: Option<&(Colour, f64)>,
    ) {
        if !finite(&at) || runs.iter().all(|run| run.text.is_empty()) {
            return;
        }
        let halo = halo.map_or_else(String::new, |(colour, width)| {
            let stroke = Stroke { width: *width, colour: *colour, dash: None };
            format!(r#"{} paint-order="stroke""#, stroked(Some(&stroke)))
        });
        let fill = filled(Some(colour));
        // A single plain run keeps its anchor, so that it stays in place if another font is substituted.
        if let [run] = runs
            && !run.italic
            && run.script == crate::formula::Script::Normal
        {
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::Middle => r#" text-anchor="middle""#,
                Anchor::End => r#" text-anchor="end""#,
            };
            let [x, y] = at.map(number);
            let (face, words) = (face(font, size), escaped(&run.text));
            let _ = writeln!(self.out, r#"<text x="{x}" y="{y}"{anchor}{face}{fill}{halo}>{words}</text>"#);
            return;
        }
        let _ = write!(self.out, "<text{fill}{halo}>");
        for span in text::spans(at, anchor, font, size, runs) {
            let [x, y] = span.at.map(number);
            // Positions are absolute, because a blank at the end of a span would collapse with the beginning of the
            // next span.
            let (face, words) = (face(span.font, span.size), escaped(span.text));
            let _ = write!(self.out, r#"<tspan x="{x}" y="{y}"{face} xml:space="preserve">{words}</tspan>"#);
        }
        self.out.push_str("</text>\n");
    }
}

fn face(font: Font, size: f64) -> String {
    let size = number(size);
    match font {
        Font::Sans => format!(r#" font-family="DejaVu Sans, Verdana, sans-serif" font-size="{size}""#),
        Font::SansBold => {
            format!(r#" font-family="DejaVu Sans, Verdana, sans-serif" font-weight="700" font-size="{size}""#)
        }
        Font::Serif => format!(r#" font-family="DejaVu Serif, Georgia, serif" font-size="{size}""#),
        Font::SerifItalic => {
            format!(r#" font-family="DejaVu Serif, Georgia, serif" font-style="italic" font-size="{size}""#)
        }
    }
}

fn finite(point: &[f64; 2]) -> bool {
    point.iter().all(|x| x.is_finite())
}

/// A number with at most two decimals, never −0 and never an exponent.
fn number(value: f64) -> String {
    let value = if value.is_finite() { value.clamp(-1e7, 1e7) } else { 0.0 };
    let hundredths = (value * 100.0).round() as i64;
    let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
    let (whole, fraction) = (size / 100, size % 100);
    if fraction == 0 {
        format!("{sign}{whole}")
    } else if fraction % 10 == 0 {
        format!("{sign}{whole}.{}", fraction / 10)
    } else {
        format!("{sign}{whole}.{fraction:02}")
    }
}

fn placed(rect: &Rect) -> String {
    let [x, y] = rect.min.map(number);
    let (width, height) = (number(rect.width().max(0.0)), number(rect.height().max(0.0)));
    format!(r#"x="{x}" y="{y}" width="{width}" height="{height}""#)
}

/// Path data of a line; `None` if it has fewer than two points that can be drawn.
fn path(points: &[[f64; 2]]) -> Option<String> {
    let closed = points.len() > 2 && points.first() == points.last();
    let points = if closed { &points[..points.len() - 1] } else { points };
    let mut data = String::with_capacity(points.len() * 12);
    let mut count = 0;
    for point in points.iter().filter(|point| finite(point)) {
        let [x, y] = point.map(number);
        let letter = if count == 0 { "M" } else { "L" };
        let _ = write!(data, "{letter}{x} {y}");
        count += 1;
    }
    if closed {
        data.push('Z');
    }
    (count > 1).then_some(data)
}

fn rgb(colour: Colour) -> (String, String) {
    let [r, g, b, a] = colour.0;
    let opacity = if a == 255 { String::new() } else { number(f64::from(a) / 255.0) };
    (format!("#{r:02x}{g:02x}{b:02x}"), opacity)
}

fn filled(colour: Option<Colour>) -> String {
    match colour.filter(|colour| colour.0[3] > 0) {
        None => r#" fill="none""#.to_owned(),
        Some(colour) => {
            let (colour, opacity) = rgb(colour);
            let opacity = if opacity.is_empty() { opacity } else { format!(r#" fill-opacity="{opacity}""#) };
            format!(r#" fill="{colour}"{opacity}"#)
        }
    }
}

fn stroked(stroke: Option<&Stroke>) -> String {
    let Some(stroke) = stroke.filter(|stroke| stroke.width > 0.0 && stroke.colour.0[3] > 0) else {
        return String::new();
    };
    let (colour, opacity) = rgb(stroke.colour);
    let opacity = if opacity.is_empty() { opacity } else { format!(r#" stroke-opacity="{opacity}""#) };
    // Round caps would fill short gaps.
    let ends = match stroke.dash {
        Some([dash, gap]) => format!(r#" stroke-dasharray="{} {}""#, number(dash.max(0.01)), number(gap.max(0.01))),
        None => r#" stroke-linecap="round""#.to_owned(),
    };
    format!(
        r#" stroke="{colour}"{opacity} stroke-width="{}" stroke-linejoin="round"{ends}"#,
        number(stroke.width.max(0.01))
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no other control characters, not even escaped.
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

/// The raster as PNG in base64; `None` if its size does not match its bytes.
fn encoded(raster: &Raster) -> Option<String> {
    Some(STANDARD.encode(png_of(raster)?))
}

/// The raster as a PNG file.
fn png_of(raster: &Raster) -> Option<Vec<u8>> {
    let (width, height) = (u32::try_from(raster.width).ok()?, u32::try_from(raster.height).ok()?);
    let mut pixmap = tiny_skia::Pixmap::new(width, height)?;
    if raster.rgba.len() != pixmap.data().len() {
        return None;
    }
    for (pixel, rgba) in pixmap.pixels_mut().iter_mut().zip(raster.rgba.chunks_exact(4)) {
        *pixel = tiny_skia::ColorU8::from_rgba(rgba[0], rgba[1], rgba[2], rgba[3]).premultiply();
    }
    pixmap.encode_png().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_never_minus_zero() {
        let table = [(-0.001, "0"), (0.0, "0"), (1.5, "1.5"), (-2.25, "-2.25"), (0.05, "0.05"), (3.0, "3")];
        for (value, text) in table {
            assert_eq!(number(value), text);
        }
        assert_eq!(number(f64::NAN), "0");
        assert_eq!(number(1e300), "10000000");
    }

    #[test]
    fn words_are_escaped() {
        assert_eq!(escaped("a < b & \"c\"\u{1}\u{0}"), "a &lt; b &amp; &quot;c&quot;");
    }

    #[test]
    fn a_closed_line_is_closed() {
        assert_eq!(path(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]).as_deref(), Some("M0 0L1 0L1 1Z"));
        assert_eq!(path(&[[0.0, 0.0], [f64::NAN, 0.0]]), None);
    }
}
