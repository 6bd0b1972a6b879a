//! The decorations of an exported picture around the plot: title, colour bar, footer.

use super::placement::stroke_scale;
use super::theme::Palette;
use super::{Anchor, Colour, Font, Layout, PictureContext, Primitive, Rect, Stroke, text, words};
use crate::curvature::Quantity;
use crate::field::{Raster, colour_table};
use crate::formula::{MathRun, Script};
use crate::landscape::Loss;
use crate::number::display::fitting;
use crate::number::labels::{Labels, apart};
use crate::study::{Findings, Study};
use std::sync::Arc;

/// The most room for a label beside the colour bar, its distance from the bar, and its least distance from the canvas's
/// right, in pixels at scale 1.
const BAR_LABEL: f64 = 60.0;
const BAR_GAP: f64 = 8.0;
const BAR_MARGIN: f64 = 2.0;

/// Title, colour bar and footer.
pub(super) fn decorations(
    layout: &Layout,
    study: &Study,
    findings: &Findings,
    context: &PictureContext,
) -> Vec<Primitive> {
    let palette = Palette::of(study.picture.theme);
    let mut marks = Vec::new();
    title(layout, study, findings, palette, &mut marks);
    if layout.colour_bar {
        colour_bar(layout, study, findings, palette, &mut marks);
    }
    footer(layout, study, findings, context, palette, &mut marks);
    marks
}

/// `L = formula`, set as mathematics; over data `L = (1/n) Σᵢ formula`.
pub fn title_runs(loss: &Loss) -> Vec<MathRun> {
    let run = |text: &str, italic, script| MathRun { text: text.to_owned(), italic, script };
    let mut runs = vec![run("L", true, Script::Normal), run(" = ", false, Script::Normal)];
    match loss.formula().filter(|_| loss.data().is_some()) {
        Some(formula) => {
            runs.extend([
                run("(1/", false, Script::Normal),
                run("n", true, Script::Normal),
                run(") Σ", false, Script::Normal),
                run("i", true, Script::Subscript),
                run(" ", false, Script::Normal),
            ]);
            runs.extend(formula.to_example_math());
        }
        None => runs.extend(loss.to_math()),
    }
    runs
}

/// The name of a quantity, set as mathematics.
pub fn quantity_runs(quantity: Quantity) -> Vec<MathRun> {
    let run = |text: &str, italic, script| MathRun { text: text.to_owned(), italic, script };
    let upright = |text: &str| run(text, false, Script::Normal);
    let italic = |text: &str| run(text, true, Script::Normal);
    let below = |text: &str| run(text, false, Script::Subscript);
    match quantity {
        Quantity::Loss => vec![italic("L")],
        Quantity::GradientNorm => vec![upright("‖∇"), italic("L"), upright("‖")],
        Quantity::LambdaMin => vec![italic("λ"), below("min")],
        Quantity::LambdaMax => vec![italic("λ"), below("max")],
        Quantity::ConditionNumber => vec![italic("κ")],
        Quantity::SpeedLimit => vec![upright("2/"), italic("λ"), below("max")],
        Quantity::Determinant => vec![upright("det "), italic("H")],
    }
}

/// The width from the plot's left edge to a margin at the canvas's right.
fn room(layout: &Layout) -> f64 {
    (layout.canvas.size[0] - layout.plot.min[0] - 20.0 * layout.scale).max(1.0)
}

fn line(at: [f64; 2], font: Font, size: f64, runs: Vec<MathRun>, colour: Colour) -> Primitive {
    Primitive::Text { at, anchor: Anchor::Start, font, size, runs, colour, halo: None }
}

/// Font sizes of a title of one line, two, three and four at scale 1, and the height of each line.
const TITLES: [[f64; 2]; 4] = [[20.0, 24.0], [15.0, 19.0], [12.0, 15.0], [10.0, 12.0]];

fn title(layout: &Layout, study: &Study, findings: &Findings, palette: &Palette, marks: &mut Vec<Primitive>) {
    let scale = layout.scale;
    let runs = title_runs(&findings.loss);
    let [x, y] = layout.plot.min;
    let (lines, [size, height]) = title_lines(&runs, room(layout), scale);
    let first = y - 54.0 * scale - 0.45 * height * (lines.len() - 1) as f64;
    let mut baseline = first.max(size);
    for line_runs in lines {
        marks.push(line([x, baseline], Font::Serif, size, line_runs, palette.text));
        baseline += height;
    }
    let size = 12.5 * scale;
    let fits = |words: &str| text::plain_width(Font::Sans, size, words) <= room(layout);
    let words = words::subtitle(study, &findings.loss, fits);
    let words = text::shortened(&words, Font::Sans, size, room(layout));
    let baseline = (y - 31.0 * scale).max(size).max(baseline - height + 1.5 * size);
    marks.push(line([x, baseline], Font::Sans, size, text::plain(words), palette.muted));
}

/// A title in as few lines as fit the width, broken before a plus or minus, with its font size and line height.
fn title_lines(runs: &[MathRun], room: f64, scale: f64) -> (Vec<Vec<MathRun>>, [f64; 2]) {
    let full = text::width(Font::Serif, TITLES[0][0] * scale, runs);
    // A long title first gets a smaller font, up to a limit, before it is broken.
    if 0.8 * full <= room {
        let shrink = (room / full).min(1.0);
        return (vec![runs.to_vec()], TITLES[0].map(|size| size * shrink * scale));
    }
    for (index, sizes) in TITLES.iter().enumerate().skip(1) {
        let sizes = sizes.map(|size| size * scale);
        let lines = text::broken_runs(runs, Font::Serif, sizes[0], room);
        if lines.len() <= index + 1 {
            return (lines, sizes);
        }
    }
    let sizes = TITLES[3].map(|size| size * scale);
    let mut lines = text::broken_runs(runs, Font::Serif, sizes[0], room);
    // Text that does not fit in four lines is truncated.
    let rest = lines.split_off(3).concat();
    lines.push(text::shortened_runs(&rest, Font::Serif, sizes[0], room));
    (lines, sizes)
}

fn footer(
    layout: &Layout,
    study: &Study,
    findings: &Findings,
    context: &PictureContext,
    palette: &Palette,
    marks: &mut Vec<Primitive>,
) {
    let scale = layout.scale;
    let size = 11.0 * scale;
    let mut words = vec![format!("Losscape {}", env!("CARGO_PKG_VERSION"))];
    words.extend(context.study_name.clone().or_else(|| study.landscape.name.clone()));
    words.extend(study.display.moment().map(|moment| words::moment(&moment)));
    if layout.colour_bar {
        words.push(format!("colours {}", words::colour_scale(&findings.field)));
    }
    words.extend(coarse(layout, study, findings));
    words.extend(context.footnote.clone());
    let words = text::shortened(&words.join(" · "), Font::Sans, size, room(layout));
    let lowest = layout.canvas.size[1] - 12.0 * scale;
    let y = (layout.plot.max[1] + 46.0 * scale).min(lowest);
    marks.push(line([layout.plot.min[0], y], Font::Sans, size, text::plain(words), palette.muted));
}

/// The resolution of the image that fills the plot, if it is coarser than the plot.
fn coarse(layout: &Layout, study: &Study, findings: &Findings) -> Option<String> {
    let ([columns, rows], what) = match super::layers::basins(study, findings) {
        Some(basins) => ([basins.map.columns, basins.map.rows], "starts"),
        None if !layout.colour_bar => return None,
        None => ([findings.field.raster.width, findings.field.raster.height], "samples"),
    };
    let is_coarse = (columns as f64) < layout.plot.width() || (rows as f64) < layout.plot.height();
    is_coarse.then(|| format!("{columns} × {rows} {what}"))
}

fn colour_bar(layout: &Layout, study: &Study, findings: &Findings, palette: &Palette, marks: &mut Vec<Primitive>) {
    if findings.field.map_range.is_none() {
        return;
    }
    let scale = layout.scale;
    let plot = &layout.plot;
    let left = plot.max[0] + 20.0 * scale;
    let rect = Rect { min: [left, plot.min[1]], max: [left + 12.0 * scale, plot.max[1]] };
    marks.push(Primitive::Box { rect, radius: 0.0, fill: palette.plot, stroke: None });
    let opacity = super::layers::strength(study);
    marks.push(Primitive::Image { rect, raster: Arc::new(strip(study, Direction::Up)), opacity });
    let stroke = Stroke { width: stroke_scale(scale).min(2.0), colour: palette.axis, dash: None };
    marks.push(Primitive::Box { rect, radius: 0.0, fill: Colour([0; 4]), stroke: Some(stroke) });
    let runs = quantity_runs(findings.field.quantity);
    let size = 15.0 * scale;
    // A long name is centred over the bar, as far as the canvas allows.
    let half = 0.5 * text::width(Font::Sans, size, &runs);
    let middle = (0.5 * (rect.min[0] + rect.max[0])).min(layout.canvas.size[0] - half - 4.0 * scale);
    marks.push(Primitive::Text {
        at: [middle, plot.min[1] - 12.0 * scale],
        anchor: Anchor::Middle,
        font: Font::Sans,
        size,
        runs,
        colour: palette.text,
        halo: None,
    });
    bar_labels(&rect, findings, layout, palette, marks);
}

/// The ticks of the colour bar with distinct labels. Labels that do not fit get an offset, which is shown below the
/// bar.
fn bar_labels(rect: &Rect, findings: &Findings, layout: &Layout, palette: &Palette, marks: &mut Vec<Primitive>) {
    let scale = layout.scale;
    let size = 11.0 * scale;
    let stroke = Stroke { width: stroke_scale(scale).min(2.0), colour: palette.axis, dash: None };
    let place = |position: f64| rect.max[1] - position * rect.height();
    let mut ticks: Vec<(f64, f64)> = Vec::new();
    for (position, value) in words::bar_ticks(findings) {
        let is_free = |other: &(f64, f64)| (other.0 - place(position)).abs() >= 1.3 * size;
        if (0.0..=1.0).contains(&position) && ticks.iter().all(is_free) {
            ticks.push((place(position), value));
        }
    }
    let values: Vec<f64> = ticks.iter().map(|tick| tick.1).collect();
    let room = (BAR_LABEL * scale).min(layout.canvas.size[0] - rect.max[0] - (BAR_GAP + BAR_MARGIN) * scale);
    let fits = |label: &str| text::plain_width(Font::Sans, size, label) <= room;
    let Labels { texts, offset } = apart(&values, 4, fits);
    for ((y, value), label) in ticks.into_iter().zip(texts) {
        let points = vec![[rect.max[0], y], [rect.max[0] + 4.0 * scale, y]];
        marks.push(Primitive::Polyline { points, stroke });
        // If no label fits (for huge ends that differ only in their last digits), fewer digits are better than a
        // truncated label.
        let label = if fits(&label) || offset.is_some() { label } else { fitting(value, 4, fits) };
        let at = [rect.max[0] + BAR_GAP * scale, y + 0.36 * size];
        marks.push(line(at, Font::Sans, size, text::plain(label), palette.muted));
    }
    if let Some(offset) = offset {
        marks.push(Primitive::Text {
            at: [rect.max[0] + BAR_LABEL * scale, rect.max[1] + 32.0 * scale],
            anchor: Anchor::End,
            font: Font::Sans,
            size,
            runs: text::plain(format!("add {offset}")),
            colour: palette.muted,
            halo: None,
        });
    }
}

/// The place of the last colour of a strip.
pub(super) enum Direction {
    Up,
    Right,
}

/// The colour map as an image.
pub(super) fn strip(study: &Study, direction: Direction) -> Raster {
    let thickness = 4;
    let table = colour_table(study.picture.colour_map);
    let opaque = |[r, g, b]: &[u8; 3]| [*r, *g, *b, 255];
    match direction {
        Direction::Up => {
            let row = |colour| std::iter::repeat_n(opaque(colour), thickness);
            Raster { width: thickness, height: table.len(), rgba: table.iter().rev().flat_map(row).flatten().collect() }
        }
        Direction::Right => {
            let row = || table.iter().map(opaque);
            let rgba = (0..thickness).flat_map(|_| row()).flatten().collect();
            Raster { width: table.len(), height: thickness, rgba }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]
    use super::*;
    use crate::landscape::catalogue;
    use crate::scene::Canvas;
    use crate::study::answer;

    /// Goldstein–Price's function has values up to millions, which have long labels.
    #[test]
    fn nothing_ends_beyond_the_canvas() {
        for name in ["goldstein-price", "rosenbrock", "himmelblau", "peaks"] {
            let study = Study::of_entry(catalogue::find(name).unwrap());
            let findings = answer(&study, 64, 64).unwrap();
            for size in [[321.0, 393.0], [400.0, 400.0], [640.0, 480.0], [1280.0, 720.0]] {
                let layout = Layout::new(&study, &Canvas { size, scale: 1.0, decorations: true });
                let marks = decorations(&layout, &study, &findings, &PictureContext::default());
                for mark in &marks {
                    let Primitive::Text { at, anchor, font, size: height, runs, .. } = mark else { continue };
                    let width = text::width(*font, *height, runs);
                    let right = match anchor {
                        Anchor::Start => at[0] + width,
                        Anchor::Middle => at[0] + 0.5 * width,
                        Anchor::End => at[0],
                    };
                    assert!(right <= size[0], "{name}, {size:?}: {runs:?} ends at {right}");
                }
            }
        }
    }
}
