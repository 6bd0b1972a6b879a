//! A chart as a figure of its own, for export: title, legend, chart, footer.

use super::legend::{self, Legend};
use super::{Chart, Content, Plot, Subject, draw};
use crate::formula::MathRun;
use crate::scene::theme::Palette;
use crate::scene::{Anchor, Canvas, Colour, Font, Layout, Primitive, Rect, Scene, text, title_runs, words};

/// The figure of a chart on a canvas.
///
/// # Errors
/// Returns the chart's message if it has nothing to show.
pub fn figure(chart: &dyn Chart, subject: &Subject<'_>, canvas: &Canvas) -> Result<Scene, String> {
    let content = chart.content(subject);
    if let Content::Nothing(sentence) = content {
        return Err(sentence);
    }
    let palette = Palette::of(subject.study.picture.theme);
    let page = Page { canvas, palette, scale: canvas.scale, margin: 28.0 * canvas.scale };
    let mut primitives = Vec::new();
    let top = page.head(chart, subject, &content, &mut primitives);
    let [width, height] = canvas.size;
    let rect = Rect {
        min: [page.margin, top.min(height - 2.0)],
        max: [width - page.margin, (height - 40.0 * page.scale).max(top + 1.0)],
    };
    let drawn = draw(&content, &rect, 1.15 * page.scale, palette);
    primitives.extend(drawn.primitives);
    page.foot(subject, &mut primitives);
    let description = format!("{}. {}", chart.info().title, drawn.description);
    let layout = Layout::new(subject.study, canvas);
    Ok(Scene { layout, background: palette.background, primitives, description })
}

struct Page<'a> {
    canvas: &'a Canvas,
    palette: &'a Palette,
    scale: f64,
    margin: f64,
}

impl Page<'_> {
    fn room(&self) -> f64 {
        (self.canvas.size[0] - 2.0 * self.margin).max(1.0)
    }

    fn words(&self, at: [f64; 2], font: Font, size: f64, runs: Vec<MathRun>, colour: Colour) -> Primitive {
        let runs = text::shortened_runs(&runs, font, size, self.room());
        Primitive::Text { at, anchor: Anchor::Start, font, size, runs, colour, halo: None }
    }

    /// Draws title, formula, parameters and legend; returns the height at which the chart may begin.
    fn head(&self, chart: &dyn Chart, subject: &Subject<'_>, content: &Content<'_>, into: &mut Vec<Primitive>) -> f64 {
        let (palette, scale, x) = (self.palette, self.scale, self.margin);
        let title = text::plain(chart.info().title);
        into.push(self.words([x, 34.0 * scale], Font::SansBold, 16.0 * scale, title, palette.text));
        let formula = title_runs(&subject.findings.loss);
        into.push(self.words([x, 58.0 * scale], Font::Serif, 15.0 * scale, formula, palette.text));
        let fits = |words: &str| text::plain_width(Font::Sans, 12.0 * scale, words) <= self.room();
        let below = text::plain(words::subtitle(subject.study, &subject.findings.loss, fits));
        into.push(self.words([x, 78.0 * scale], Font::Sans, 12.0 * scale, below, palette.muted));
        match content {
            Content::Plot(plot) => self.legend(plot, 98.0 * scale, into) + 14.0 * scale,
            Content::Drawing(_) | Content::Nothing(_) => 92.0 * scale,
        }
    }

    /// The names of the curves, in as many rows as they need; returns the lowest baseline.
    fn legend(&self, plot: &Plot, baseline: f64, into: &mut Vec<Primitive>) -> f64 {
        let size = 12.0 * self.scale;
        let legend = Legend::new(plot, size, self.room());
        legend.draw([self.margin, baseline], self.scale, self.palette, into);
        baseline + legend::ROW * size * legend.rows().saturating_sub(1) as f64
    }

    fn foot(&self, subject: &Subject<'_>, into: &mut Vec<Primitive>) {
        let mut words = vec![format!("Losscape {}", env!("CARGO_PKG_VERSION"))];
        words.extend(subject.study.landscape.name.clone());
        let at = [self.margin, self.canvas.size[1] - 14.0 * self.scale];
        let runs = text::plain(words.join(" · "));
        into.push(self.words(at, Font::Sans, 11.0 * self.scale, runs, self.palette.muted));
    }
}
