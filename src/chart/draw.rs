//! A chart in a rectangle: axes with round ticks and names, curves, points, labelled lines, the cursor.

use super::legend::{self, Legend};
use super::{Axis, Content, Dots, Guide, Plot, Scale, Series};
use crate::formula::{MathRun, Script};
use crate::number::display::{minus, short};
use crate::scene::theme::{INK_DARK, Palette};
use crate::scene::{Anchor, Colour, Font, Primitive, Rect, Stroke, clipped, text, ticks, ticks_with_room, within};

/// A chart's marks, and where its values lie.
pub struct Drawn {
    /// What is drawn.
    pub primitives: Vec<Primitive>,
    /// Where the values of a plot lie; `None` for a drawing.
    pub layout: Option<PlotLayout>,
    /// The chart in words.
    pub description: String,
}

/// The place of a plot's values on the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlotLayout {
    /// The rectangle within the axes, in pixels.
    pub area: Rect,
    scales: [Scale; 2],
    ends: [[f64; 2]; 2],
}

impl PlotLayout {
    /// The pixel of a pair of values; not finite if a value has no position on its axis.
    pub fn pixel(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let share = |axis: usize, value: f64| {
            let [low, high] = self.ends[axis];
            (self.scales[axis].position(value) - low) / (high - low)
        };
        let Rect { min, max } = self.area;
        [min[0] + share(0, x) * (max[0] - min[0]), max[1] - share(1, y) * (max[1] - min[1])]
    }

    /// The horizontal value at a pixel.
    pub fn value_across(&self, x: f64) -> f64 {
        let [low, high] = self.ends[0];
        let share = (x - self.area.min[0]) / self.area.width().max(1e-9);
        self.scales[0].value(low + share * (high - low))
    }

    /// The indices of a series and of its point nearest to a pixel, and that point's pixel; `None` if no point is
    /// within `reach`.
    pub fn nearest(&self, plot: &Plot, pixel: [f64; 2], reach: f64) -> Option<(usize, usize, [f64; 2])> {
        let named = plot.series.iter().enumerate().filter(|(_, series)| !series.name.is_empty());
        let points = named.flat_map(|(series, drawn)| {
            drawn.points.iter().enumerate().map(move |(index, point)| (series, index, self.pixel(*point)))
        });
        let distance = |at: [f64; 2]| libm::hypot(at[0] - pixel[0], at[1] - pixel[1]);
        let seen = points.filter(|(_, _, at)| self.area.contains(*at) && distance(*at) <= reach);
        seen.min_by(|a, b| distance(a.2).total_cmp(&distance(b.2)))
    }
}

/// The size of the letters at scale 1.
const SIZE: f64 = 10.5;

/// Draws the content of a chart within a rectangle, at a scale of text and lines.
pub fn draw(content: &Content<'_>, rect: &Rect, scale: f64, palette: &Palette) -> Drawn {
    match content {
        Content::Plot(plot) => {
            let layout = lay_out(plot, rect, scale);
            let primitives = plotted(plot, &layout, scale, palette);
            Drawn { primitives, layout: Some(layout), description: plot.description.clone() }
        }
        Content::Drawing(drawing) => Drawn {
            primitives: (drawing.marks)(rect, scale, palette),
            layout: None,
            description: drawing.description.clone(),
        },
        Content::Nothing(sentence) => {
            let size = 12.0 * scale;
            // The corner at the right belongs to the buttons of the tab.
            let width = (rect.width() - 44.0).max(0.6 * rect.width());
            let lines = text::wrapped(sentence, Font::Sans, size, width, 4).into_iter().enumerate();
            let line = |(index, line): (usize, String)| {
                let at = [rect.min[0], rect.min[1] + 1.35 * size * (index + 1) as f64];
                words(at, Anchor::Start, size, text::plain(line), palette.muted)
            };
            Drawn { primitives: lines.map(line).collect(), layout: None, description: sentence.clone() }
        }
    }
}

/// Draws a plot with the names of its lines above it, beside that of the vertical axis. `spare` is kept free at the right. There is no
/// legend if it would take too much of the height.
pub fn draw_named(content: &Content<'_>, rect: &Rect, spare: f64, scale: f64, palette: &Palette) -> Drawn {
    let Content::Plot(plot) = content else { return draw(content, rect, scale, palette) };
    let size = SIZE * scale;
    let of_axis = text::width(Font::Sans, size, &plot.axes[1].name) + 1.5 * size;
    let left = lay_out(plot, rect, scale).area.min[0] + of_axis;
    let legend = Legend::new(plot, size, (rect.max[0] - spare - left).max(0.0));
    let above = legend::ROW * size * legend.rows().saturating_sub(1) as f64;
    if above > MOST_LEGEND * rect.height() {
        return draw(content, rect, scale, palette);
    }
    let below = Rect { min: [rect.min[0], rect.min[1] + above], max: rect.max };
    let mut drawn = draw(content, &below, scale, palette);
    if let Some(layout) = &drawn.layout {
        let place = [layout.area.min[0] + of_axis, layout.area.min[1] - NAME_ABOVE * size - above];
        legend.draw(place, scale, palette, &mut drawn.primitives);
    }
    drawn
}

/// The greatest share of the height that a legend takes beyond its first row.
const MOST_LEGEND: f64 = 0.2;
/// The distance of the vertical axis from its name above it, in letter sizes.
const NAME_ABOVE: f64 = 0.55;

/// A tick on an axis: a position and its label.
struct Mark {
    position: f64,
    label: Vec<MathRun>,
}

fn lay_out(plot: &Plot, rect: &Rect, scale: f64) -> PlotLayout {
    let size = SIZE * scale;
    let above = 1.7 * size;
    let below = 1.7 * size;
    let height = (rect.height() - above - below).max(1.0);
    let labels = marks(&plot.axes[1], height, 2.6 * size, 0.0);
    let widest = labels.iter().map(|mark| text::width(Font::Sans, size, &mark.label)).fold(0.0, f64::max);
    let left = (widest + 0.8 * size).clamp(3.6 * size, (0.4 * rect.width()).max(3.6 * size));
    let min = [rect.min[0] + left, rect.min[1] + above];
    let max = [(rect.max[0] - 0.4 * size).max(min[0] + 1.0), (rect.max[1] - below).max(min[1] + 1.0)];
    let [across, up] = &plot.axes;
    PlotLayout { area: Rect { min, max }, scales: [across.scale, up.scale], ends: [across.ends, up.ends] }
}

/// Round ticks along an axis of this length in pixels, at least `spacing` apart. `size` is the font size of labels that
/// are side by side, and 0 for labels one above the other.
fn marks(axis: &Axis, length: f64, spacing: f64, size: f64) -> Vec<Mark> {
    let [low, high] = axis.ends;
    let plain = |position: f64, label: String| Mark { position, label: text::plain(label) };
    match axis.scale {
        Scale::Linear => {
            let ticks = match size > 0.0 {
                true => ticks_with_room(low, high, length, spacing, size),
                false => ticks(low, high, length, spacing),
            };
            let is_marked = |value: f64| !axis.is_whole || value == value.round();
            ticks.into_iter().filter(|tick| is_marked(tick.value)).map(|tick| plain(tick.value, tick.label)).collect()
        }
        Scale::Logarithmic { .. } => {
            let powers = powers_of_ten(low, high, length, spacing);
            if powers.len() > 1 {
                return powers;
            }
            // Less than two decades: marks at round values.
            let [from, to] = [low, high].map(|end| libm::pow(10.0, end));
            let ticks = ticks(from, to, length, spacing).into_iter().filter(|tick| tick.value > 0.0);
            ticks.map(|tick| plain(libm::log10(tick.value), tick.label)).collect()
        }
    }
}

fn powers_of_ten(low: f64, high: f64, length: f64, spacing: f64) -> Vec<Mark> {
    let decade = length / (high - low);
    let strides = [1i64, 2, 3, 5, 10, 20, 50, 100, 200];
    let stride = strides.into_iter().find(|stride| *stride as f64 * decade >= spacing).unwrap_or(500);
    let (first, last) = ((low / stride as f64).ceil() as i64, (high / stride as f64).floor() as i64);
    (first..=last).take(60).map(|k| Mark { position: (k * stride) as f64, label: power_of_ten(k * stride) }).collect()
}

/// 10 to a whole power as people write it.
fn power_of_ten(exponent: i64) -> Vec<MathRun> {
    if (-2..=3).contains(&exponent) {
        return text::plain(short(libm::pow(10.0, exponent as f64)));
    }
    let mut runs = text::plain("10");
    let exponent = minus(&exponent.to_string());
    runs.push(MathRun { text: exponent, italic: false, script: Script::Superscript });
    runs
}

fn words(at: [f64; 2], anchor: Anchor, size: f64, runs: Vec<MathRun>, colour: Colour) -> Primitive {
    Primitive::Text { at, anchor, font: Font::Sans, size, runs, colour, halo: None }
}

fn plotted(plot: &Plot, layout: &PlotLayout, scale: f64, palette: &Palette) -> Vec<Primitive> {
    let mut marks = Vec::new();
    axes(plot, layout, scale, palette, &mut marks);
    let mut inside = Vec::new();
    if let Some(x) = plot.cursor {
        let [x, _] = layout.pixel([x, 0.0]);
        let stroke = Stroke { width: 1.2 * scale, colour: palette.text.faded(0.55), dash: None };
        inside.push(Primitive::Polyline { points: vec![[x, layout.area.min[1]], [x, layout.area.max[1]]], stroke });
    }
    for guide in &plot.guides {
        line_of_guide(guide, layout, scale, palette, &mut inside);
    }
    for series in &plot.series {
        line_of_series(series, layout, scale, &mut inside);
    }
    for guide in &plot.guides {
        label_of_guide(guide, &plot.series, layout, scale, palette, &mut inside);
    }
    for series in &plot.series {
        dots_of_series(series, layout, scale, &mut inside);
    }
    names_of_dots(&plot.series, layout, scale, palette, &mut inside);
    marks.push(Primitive::Clipped { rect: layout.area, contents: inside });
    marks
}

/// The places of named dots below them, unless two of them would touch.
fn names_of_dots(series: &[Series], layout: &PlotLayout, scale: f64, palette: &Palette, into: &mut Vec<Primitive>) {
    let size = SIZE * scale;
    let named = series.iter().filter(|series| series.dots == Dots::Named);
    let mut names: Vec<(&str, [f64; 2])> = named
        .filter_map(|series| Some((series.name.split_once(' ')?.1, layout.pixel(*series.points.first()?))))
        .filter(|(_, at)| at.iter().all(|place| place.is_finite()))
        .collect();
    names.sort_by(|(_, a), (_, b)| a[0].total_cmp(&b[0]));
    let half = |name: &str| 0.5 * text::plain_width(Font::Sans, size, name);
    let touch =
        |pair: &[(&str, [f64; 2])]| pair[1].1[0] - half(pair[1].0) < pair[0].1[0] + half(pair[0].0) + 0.5 * size;
    if names.windows(2).any(touch) {
        return;
    }
    for (name, [x, y]) in names {
        let x = within(x, layout.area.min[0] + half(name), layout.area.max[0] - half(name));
        into.push(words([x, y + 1.6 * size], Anchor::Middle, size, text::plain(name), palette.text));
    }
}

/// Grid lines with their labels, the frame, and the names of both axes.
fn axes(plot: &Plot, layout: &PlotLayout, scale: f64, palette: &Palette, into: &mut Vec<Primitive>) {
    let size = SIZE * scale;
    let Rect { min, max } = layout.area;
    let grid = Stroke { width: scale.max(0.5), colour: palette.separator, dash: None };
    let share = |axis: usize, position: f64| {
        let [low, high] = layout.ends[axis];
        (position - low) / (high - low)
    };
    let name = &plot.axes[0].name;
    let name_from = max[0] - text::width(Font::Sans, size, name);
    for mark in marks(&plot.axes[0], layout.area.width(), 4.5 * size, size) {
        let x = min[0] + share(0, mark.position) * layout.area.width();
        into.push(Primitive::Polyline { points: vec![[x, min[1]], [x, max[1]]], stroke: grid });
        let half = 0.5 * text::width(Font::Sans, size, &mark.label);
        if x + half + 0.6 * size < name_from {
            into.push(words([x, max[1] + 1.35 * size], Anchor::Middle, size, mark.label, palette.muted));
        }
    }
    for mark in marks(&plot.axes[1], layout.area.height(), 2.6 * size, 0.0) {
        let y = max[1] - share(1, mark.position) * layout.area.height();
        into.push(Primitive::Polyline { points: vec![[min[0], y], [max[0], y]], stroke: grid });
        into.push(words([min[0] - 0.5 * size, y + 0.36 * size], Anchor::End, size, mark.label, palette.muted));
    }
    let stroke = Stroke { width: scale, colour: palette.axis, dash: None };
    into.push(Primitive::Polyline { points: vec![min, [min[0], max[1]], max], stroke });
    into.push(words([max[0], max[1] + 1.35 * size], Anchor::End, size, name.clone(), palette.text));
    let above = [min[0], min[1] - NAME_ABOVE * size];
    into.push(words(above, Anchor::Start, size, plot.axes[1].name.clone(), palette.text));
}

fn line_of_guide(guide: &Guide, layout: &PlotLayout, scale: f64, palette: &Palette, into: &mut Vec<Primitive>) {
    let [_, y] = layout.pixel([0.0, guide.value]);
    if y.is_finite() {
        let stroke = Stroke { width: 1.4 * scale, colour: palette.error, dash: Some([6.0 * scale, 4.0 * scale]) };
        into.push(Primitive::Polyline { points: vec![[layout.area.min[0], y], [layout.area.max[0], y]], stroke });
    }
}

/// The name of a labelled line, above or below it at one of its ends: where the curves have least under it.
fn label_of_guide(
    guide: &Guide,
    series: &[Series],
    layout: &PlotLayout,
    scale: f64,
    palette: &Palette,
    into: &mut Vec<Primitive>,
) {
    let size = SIZE * scale;
    let [_, y] = layout.pixel([0.0, guide.value]);
    let Rect { min, max } = layout.area;
    let width = text::plain_width(Font::Sans, size, &guide.label);
    let pixels: Vec<Vec<[f64; 2]>> =
        series.iter().map(|series| series.points.iter().map(|point| layout.pixel(*point)).collect()).collect();
    // The length of curves, and the number of points, under a label.
    let hidden = |left: f64, baseline: f64| {
        let under = Rect { min: [left, baseline - size], max: [left + width, baseline + 0.3 * size] };
        let lines = pixels.iter().zip(series).filter(|(_, series)| series.line > 0.0).map(|(line, _)| line);
        let finite = lines.flat_map(|line| line.split(|[x, y]| !(x.is_finite() && y.is_finite())));
        let parts = finite.flat_map(|part| clipped(part.iter().copied(), &under));
        let length = |line: Vec<[f64; 2]>| -> f64 {
            line.windows(2).map(|pair| libm::hypot(pair[1][0] - pair[0][0], pair[1][1] - pair[0][1])).sum()
        };
        let points = pixels.iter().flatten().filter(|pixel| under.contains(**pixel)).count();
        parts.map(length).sum::<f64>() + points as f64
    };
    let [above, below] = [y - 0.4 * size, y + 1.15 * size];
    let [left, right] = [min[0] + 0.4 * size, max[0] - 0.4 * size];
    let places = [(right, above), (left, above), (right, below), (left, below)];
    let inside =
        places.into_iter().filter(|(_, baseline)| baseline - size >= min[1] && baseline + 0.3 * size <= max[1]);
    let cost = |(x, baseline): (f64, f64)| hidden(if x == right { right - width } else { x }, baseline);
    // The first of the best.
    let best = inside.map(|place| (cost(place), place)).reduce(|best, next| if next.0 < best.0 { next } else { best });
    let (x, baseline) = best.map_or((right, above), |(_, place)| place);
    let anchor = if x == right { Anchor::End } else { Anchor::Start };
    if y.is_finite() {
        into.push(Primitive::Text {
            at: [x, baseline],
            anchor,
            font: Font::Sans,
            size,
            runs: text::plain(guide.label.clone()),
            colour: palette.error,
            halo: Some((palette.panel, 3.0 * scale)),
        });
    }
}

fn line_of_series(series: &Series, layout: &PlotLayout, scale: f64, into: &mut Vec<Primitive>) {
    for (point, [low, high]) in series.points.iter().zip(&series.intervals) {
        let ends = vec![layout.pixel([point[0], *low]), layout.pixel([point[0], *high])];
        let stroke = Stroke { width: 0.8 * series.line * scale.max(0.5), colour: series.colour, dash: None };
        into.push(Primitive::Polyline { points: ends, stroke });
    }
    if series.line == 0.0 {
        return;
    }
    let dash = series.dash.map(|lengths| lengths.map(|length| length * scale));
    let stroke = Stroke { width: series.line * scale, colour: series.colour, dash };
    // On a logarithmic axis 0 lies infinitely far down: the line leaves the plot on its way there.
    let below = layout.area.max[1] + layout.area.height();
    let visible = |[x, y]: [f64; 2]| [x, if y == f64::INFINITY { below } else { y }];
    let pixels: Vec<[f64; 2]> = series.points.iter().map(|point| visible(layout.pixel(*point))).collect();
    for part in pixels.split(|[x, y]| !(x.is_finite() && y.is_finite())) {
        for points in clipped(thinned(part), &layout.area) {
            into.push(Primitive::Polyline { points, stroke });
        }
    }
    // A line of one point would not be seen.
    if let [only] = pixels[..]
        && series.dots == Dots::None
        && layout.area.contains(only)
    {
        let radius = 1.5 * series.line * scale;
        into.push(Primitive::Circle { centre: only, radius, fill: Some(series.colour), stroke: None });
    }
}

/// A curve without points that would not be visible: of those in one column of pixels the first, the lowest, the
/// highest and the last, so that no peak is lost.
fn thinned(pixels: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut kept = Vec::new();
    for column in pixels.chunk_by(|a, b| a[0].floor() == b[0].floor()) {
        if column.len() <= 4 {
            kept.extend_from_slice(column);
            continue;
        }
        let by_height = |a: &&[f64; 2], b: &&[f64; 2]| a[1].total_cmp(&b[1]);
        let mut four: Vec<[f64; 2]> =
            [column.first(), column.iter().min_by(by_height), column.iter().max_by(by_height), column.last()]
                .into_iter()
                .flatten()
                .copied()
                .collect();
        four.sort_by(|a, b| a[0].total_cmp(&b[0]));
        kept.extend(four);
    }
    kept
}

fn dots_of_series(series: &Series, layout: &PlotLayout, scale: f64, into: &mut Vec<Primitive>) {
    let mut dot = |point: [f64; 2], radius: f64, fill: Option<Colour>, stroke: Stroke| {
        let centre = layout.pixel(point);
        if centre.iter().all(|place| place.is_finite()) {
            into.push(Primitive::Circle { centre, radius: radius * scale, fill, stroke: Some(stroke) });
        }
    };
    let outline = Stroke { width: 0.9 * scale, colour: INK_DARK, dash: None };
    let ring = Stroke { width: 1.4 * scale, colour: series.colour, dash: None };
    for point in &series.points {
        match series.dots {
            Dots::None => break,
            Dots::Discs | Dots::Named => dot(*point, 3.5, Some(series.colour), outline),
            Dots::Circles => dot(*point, 3.2, None, ring),
        }
    }
    if let Some(point) = series.at_cursor.and_then(|index| series.points.get(index)) {
        dot(*point, 3.8, Some(series.colour), outline);
    }
}
