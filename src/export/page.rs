//! The page of an exported picture: its width, its contents, and the size of its letters.

use super::lettering::{Lettering, lettered};
use crate::scene::{Canvas, Layout, PictureContext, Rect, Scene, examples};
use crate::study::{Findings, Study};
use serde::{Deserialize, Serialize};

/// Points (1/72 inch) of a millimetre.
const POINTS: f64 = 72.0 / 25.4;
/// The least and the greatest width in millimetres.
pub const MILLIMETRES: [f64; 2] = [30.0, 1000.0];
/// A page narrower than this has the legend and the examples below the plot.
const NARROW: f64 = 120.0;
/// Pixels of a PNG for each point of a page in millimetres, at scale 1: 300 per inch.
const PRINTED: f64 = 300.0 / 72.0;
/// The share of the width for examples beside the plot.
const EXAMPLES: f64 = 0.36;

/// How wide a page is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Width {
    /// A width and height in pixels.
    Pixels([f64; 2]),
    /// A width in millimetres; the height fits the contents.
    Millimetres(f64),
    /// A slide of 16 : 9.
    Slide,
}

impl Width {
    /// A column of a journal.
    pub const COLUMN: Width = Width::Millimetres(85.0);
    /// The text of a page.
    pub const TEXT: Width = Width::Millimetres(170.0);

    /// The width with a name: `column`, `text`, `slide` or `85mm`.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the text names no width.
    pub fn named(text: &str) -> Result<Width, String> {
        match text.trim() {
            "column" => return Ok(Width::COLUMN),
            "text" => return Ok(Width::TEXT),
            "slide" => return Ok(Width::Slide),
            _ => {}
        }
        let number = text.trim().strip_suffix("mm").and_then(|number| number.trim().parse::<f64>().ok());
        let number =
            number.ok_or("a width is column (85 mm), text (170 mm), slide (16:9) or millimetres such as 85mm")?;
        let [least, greatest] = MILLIMETRES;
        match (least..=greatest).contains(&number) {
            true => Ok(Width::Millimetres(number)),
            false => Err(format!("a page is {least} to {greatest} mm wide")),
        }
    }
}

/// The greatest height of a chart's page, as a share of its width.
const CHART: f64 = 0.75;

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// How wide it is.
    pub width: Width,
    /// Whether the examples of a loss over data are shown beside the picture.
    pub examples: bool,
}

impl Page {
    /// The canvas for the layout of the picture; its height may be cropped afterwards.
    pub fn canvas(&self) -> Canvas {
        let [size, scale] = match self.width {
            Width::Pixels([width, height]) => [[width, height], [(width / 960.0).min(height / 720.0); 2]],
            Width::Slide => [[1280.0, 720.0], [1.25; 2]],
            Width::Millimetres(width) => {
                // The legend is below the plot, and the page is cropped to its contents.
                let height = if width < NARROW || self.examples { 2.6 } else { 0.7 } * width;
                [[POINTS * width, POINTS * height], [0.5 + 0.001 * width.min(300.0); 2]]
            }
        };
        Canvas { size, scale: scale[0], decorations: true }
    }

    /// The canvas of a chart, which fills it: a page in millimetres is not cropped, as it is for a picture.
    pub fn chart_canvas(&self) -> Canvas {
        let canvas = self.canvas();
        let [width, height] = canvas.size;
        match self.width {
            Width::Millimetres(_) => Canvas { size: [width, height.min(CHART * width)], ..canvas },
            Width::Pixels(_) | Width::Slide => canvas,
        }
    }

    /// Pixels of a PNG for each pixel of the page, at `scale` times the usual resolution.
    pub fn pixels(&self, scale: f64) -> f64 {
        match self.width {
            Width::Millimetres(_) => PRINTED * scale,
            Width::Pixels(_) | Width::Slide => scale,
        }
    }

    /// The width in millimetres, if the page has one.
    pub fn millimetres(&self) -> Option<f64> {
        match self.width {
            Width::Millimetres(width) => Some(width),
            Width::Pixels(_) | Width::Slide => None,
        }
    }

    fn is_narrow(&self) -> bool {
        matches!(self.width, Width::Millimetres(width) if width < NARROW)
    }

    /// The rectangle of a study's plot on the page, which determines the resolution of its images.
    pub fn plot(&self, study: &Study) -> Rect {
        Layout::new(study, &self.picture_canvas(study)).plot
    }

    /// The canvas without the area for examples beside the picture.
    fn picture_canvas(&self, study: &Study) -> Canvas {
        let canvas = self.canvas();
        let beside = self.examples && study.data.is_some() && !self.is_narrow();
        let width = if beside { (1.0 - EXAMPLES) * canvas.size[0] } else { canvas.size[0] };
        Canvas { size: [width, canvas.size[1]], ..canvas }
    }

    /// The picture on the page. Its footer names the system fonts of a PNG or PDF of it.
    pub fn draw(
        &self,
        study: &Study,
        findings: &Findings,
        context: PictureContext,
        carries_fonts: bool,
    ) -> (Scene, Lettering) {
        let canvas = self.picture_canvas(study);
        let (mut scene, lettering) = lettered(study, findings, &canvas, context, carries_fonts);
        let is_cropped = matches!(self.width, Width::Millimetres(_));
        if is_cropped {
            scene = scene.cropped(6.0 * canvas.scale);
        }
        if self.examples && study.data.is_some() {
            self.add_examples(study, findings, &mut scene);
        }
        (scene, lettering)
    }

    fn add_examples(&self, study: &Study, findings: &Findings, scene: &mut Scene) {
        let whole = self.canvas();
        let [width, height] = scene.layout.canvas.size;
        let plot = scene.layout.plot;
        let rect = match self.is_narrow() {
            true => Rect { min: [0.0, height], max: [width, height + 0.62 * width] },
            // As high as the plot, within its own labels.
            false => Rect {
                min: [width, plot.min[1] - 22.0 * whole.scale],
                max: [whole.size[0], plot.max[1] + 26.0 * whole.scale],
            },
        };
        if let Some(marks) = examples(study, findings, rect, whole.scale) {
            scene.primitives.extend(marks);
        }
        scene.layout.canvas.size = [whole.size[0], if self.is_narrow() { rect.max[1] } else { height }];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_named() {
        assert_eq!(Width::named("column"), Ok(Width::Millimetres(85.0)));
        assert_eq!(Width::named("85mm"), Ok(Width::COLUMN));
        assert_eq!(Width::named(" 62.5 mm"), Ok(Width::Millimetres(62.5)));
        assert_eq!(Width::named("slide"), Ok(Width::Slide));
        for wrong in ["", "mm", "85", "85cm", "-3mm", "5000mm", "nanmm", "infmm"] {
            assert!(Width::named(wrong).is_err(), "{wrong}");
        }
    }

    /// 85 mm are 240.94 points; letters on axes have 7 points there, as captions of journals have.
    #[test]
    fn a_column_has_letters_that_can_be_read() {
        let page = Page { width: Width::COLUMN, examples: false };
        assert!((page.canvas().size[0] - 240.945).abs() < 1e-3);
        assert!((12.0 * page.canvas().scale - 7.02).abs() < 1e-9);
        // 300 pixels an inch: 1004 on 85 mm.
        assert!((page.pixels(1.0) * page.canvas().size[0] - 1003.9).abs() < 0.1);
    }
    #[test]
    fn a_chart_on_a_column_is_wider_than_high() {
        let [width, height] = Page { width: Width::COLUMN, examples: false }.chart_canvas().size;
        assert!((height - 0.75 * width).abs() < 1e-9, "{width}, {height}");
        let asked = [600.0, 900.0];
        assert_eq!(Page { width: Width::Pixels(asked), examples: false }.chart_canvas().size, asked);
    }
}
