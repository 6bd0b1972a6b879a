//! The names of a plot's curves beside a piece of their line, in rows.

use super::{Dots, Plot, Series};
use crate::scene::theme::Palette;
use crate::scene::{Anchor, Font, Primitive, Stroke, text};

/// The length of the piece of a line, and the distance of a name from it and from the next entry, in letter sizes.
const SWATCH: f64 = 2.0;
const BESIDE: f64 = 0.5;
const BETWEEN: f64 = 1.5;
/// The distance of two rows, in letter sizes.
pub const ROW: f64 = 1.5;

/// A legend whose rows have been made to fit a width.
pub struct Legend<'a> {
    rows: Vec<Vec<&'a Series>>,
    size: f64,
    width: f64,
}

impl<'a> Legend<'a> {
    /// The legend of a plot in letters of a size, in as many rows as this width needs.
    pub fn new(plot: &'a Plot, size: f64, width: f64) -> Legend<'a> {
        let mut named: Vec<&Series> = Vec::new();
        for series in plot.series.iter().filter(|series| !series.name.is_empty() && !series.points.is_empty()) {
            // Lines of one kind have the same name, which is shown once.
            if named.iter().all(|other| other.name != series.name) {
                named.push(series);
            }
        }
        let mut rows: Vec<Vec<&Series>> = Vec::new();
        let mut used = f64::INFINITY;
        for series in named {
            let needed = entry_width(series, size);
            if used + needed > width {
                rows.push(Vec::new());
                used = 0.0;
            }
            used += needed + BETWEEN * size;
            if let Some(row) = rows.last_mut() {
                row.push(series);
            }
        }
        Legend { rows, size, width }
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Draws it from a place on, the baseline of the first row; `scale` is that of the lines.
    pub fn draw(&self, [left, baseline]: [f64; 2], scale: f64, palette: &Palette, into: &mut Vec<Primitive>) {
        let size = self.size;
        for (index, row) in self.rows.iter().enumerate() {
            let (mut x, y) = (left, baseline + ROW * size * index as f64);
            for series in row {
                let from = x + (SWATCH + BESIDE) * size;
                into.push(swatch(series, [x, x + SWATCH * size], y - 0.35 * size, scale));
                let room = (left + self.width - from).max(size);
                let runs = text::shortened_runs(&text::plain(series.name.clone()), Font::Sans, size, room);
                into.push(Primitive::Text {
                    at: [from, y],
                    anchor: Anchor::Start,
                    font: Font::Sans,
                    size,
                    runs,
                    colour: palette.text,
                    halo: None,
                });
                x += entry_width(series, size) + BETWEEN * size;
            }
        }
    }
}

fn entry_width(series: &Series, size: f64) -> f64 {
    (SWATCH + BESIDE) * size + text::plain_width(Font::Sans, size, &series.name)
}

/// A piece of a series' line, or its dot.
fn swatch(series: &Series, [from, to]: [f64; 2], y: f64, scale: f64) -> Primitive {
    if series.line == 0.0 {
        let centre = [0.5 * (from + to), y];
        let ring = Stroke { width: 1.4 * scale, colour: series.colour, dash: None };
        let (fill, stroke) = match series.dots {
            Dots::Circles => (None, Some(ring)),
            Dots::None | Dots::Discs | Dots::Named => (Some(series.colour), None),
        };
        return Primitive::Circle { centre, radius: 3.5 * scale, fill, stroke };
    }
    let dash = series.dash.map(|lengths| lengths.map(|length| length * scale));
    let stroke = Stroke { width: series.line * scale, colour: series.colour, dash };
    Primitive::Polyline { points: vec![[from, y], [to, y]], stroke }
}
