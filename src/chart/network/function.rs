//! The function of a network, with the examples: a curve for one input, regions for two.

use crate::chart::plot::italic;
use crate::chart::{Axis, Chart, ChartInfo, Content, Dots, Drawing, Plot, Scale, Series, Subject};
use crate::dataset::Dataset;
use crate::network::{NetworkPlane, Regions, class_of_label, outputs};
use crate::scene::theme::Palette;
use crate::scene::{Anchor, Colour, Font, Primitive, Rect, Stroke, text};
use crate::study::{FUNCTION_TAB, run_name};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The network's function at the centre of the plane, at the start, at the current points of the runs, and at the
/// pointer.
pub struct FunctionChart;

impl Chart for FunctionChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: FUNCTION_TAB,
            tab: "FUNCTION",
            title: "What the network computes",
            action: "Show the network's function",
            tooltip: "The network's output beside the examples. For one input, curves: at the centre of the plane, at the start, \
                      where the runs have come to, and at the pointer. For two inputs, regions: at the pointer, or else \
                      of the run whose details are chosen, or of the centre.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        subject.study.network.is_some()
    }

    /// The weights of the regions change with the pointer and the moment.
    fn version(&self, subject: &Subject<'_>) -> u64 {
        let mut hasher = DefaultHasher::new();
        if let Some(place) = subject.findings.network().and_then(|plane| chosen(function_places(subject, plane))) {
            place.name.hash(&mut hasher);
            place.weights.iter().for_each(|w| w.to_bits().hash(&mut hasher));
        }
        hasher.finish()
    }

    fn names_lines(&self) -> bool {
        true
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let (Some(plane), Some(data)) = (subject.findings.network(), &subject.study.data) else {
            return Content::Nothing(super::WAITING.to_owned());
        };
        let places = function_places(subject, plane);
        match plane.trained().loss.architecture.inputs() {
            1 => Content::Plot(Box::new(curves(subject, plane, &data.dataset, &places))),
            2 => regions(subject, plane, &data.dataset, places),
            inputs => Content::Nothing(format!("A function of {inputs} inputs has no picture.")),
        }
    }
}

/// Weights at which the function is shown.
pub struct FunctionPlace {
    /// Its name: `training, step 4000`.
    pub name: String,
    /// The colour of its curve.
    pub colour: Colour,
    /// The weights.
    pub weights: Vec<f64>,
    /// The dash of its curve at scale 1; `None` for a solid line.
    pub dash: Option<[f64; 2]>,
    /// How much it is wanted where there is room for one place: the greatest is shown.
    pub rank: u8,
}

/// The places at which the network's function is shown: the centre of the plane, the start, where the runs have come to,
/// and the pointer.
pub fn function_places(subject: &Subject<'_>, plane: &NetworkPlane) -> Vec<FunctionPlace> {
    let palette = Palette::of(subject.study.picture.theme);
    let place = |name: String, colour, weights| FunctionPlace { name, colour, weights, dash: None, rank: 0 };
    let centre = place(format!("training, step {}", plane.step()), palette.text, plane.plane().centre.clone());
    let start = FunctionPlace {
        dash: Some([2.0, 3.0]),
        ..place("start".to_owned(), palette.text, plane.plane().at(subject.study.start))
    };
    let of_run = |(index, run): (usize, &crate::optimizer::Run)| {
        let trajectory = subject.findings.trajectories.get(index)?.as_ref()?.as_ref().ok()?;
        let step = subject.step_of(trajectory).unwrap_or(trajectory.len());
        let (step, weights) = match &trajectory.shadow {
            Some(shadow) => shadow.weights_at(step).map(|kept| (kept.step, kept.weights.clone()))?,
            None => (step, plane.plane().at(trajectory.steps[step].w.into())),
        };
        let name = format!("{}, step {step}", run_name(&subject.study.runs, index));
        let rank = if index == subject.study.display.run_index() { 1 } else { 0 };
        Some(FunctionPlace { rank, ..place(name, palette.run(run.colour), weights) })
    };
    let pointer = subject.pointed.map(|w| FunctionPlace {
        dash: Some([6.0, 4.0]),
        rank: 2,
        ..place("pointer".to_owned(), palette.muted, plane.plane().at(w.into()))
    });
    let runs = subject.study.runs.iter().enumerate().filter_map(of_run);
    [centre, start].into_iter().chain(runs).chain(pointer).collect()
}

/// The place that is shown where there is room for one.
fn chosen(places: Vec<FunctionPlace>) -> Option<FunctionPlace> {
    // Of equal ranks the first.
    places.into_iter().rev().max_by_key(|place| place.rank)
}

/// The columns of the examples, the label last.
fn columns(dataset: &Dataset) -> Vec<Vec<f64>> {
    dataset.columns().iter().map(|column| column.iter().copied().collect()).collect()
}

/// Points of a curve.
const CURVE: usize = 160;

fn curves(subject: &Subject<'_>, plane: &NetworkPlane, dataset: &Dataset, places: &[FunctionPlace]) -> Plot {
    let palette = Palette::of(subject.study.picture.theme);
    let columns = columns(dataset);
    let (x, y) = (&columns[0], &columns[columns.len() - 1]);
    let across = super::ends(x.iter().copied());
    let inputs: Vec<Vec<f64>> =
        (0..CURVE).map(|k| vec![across[0] + (across[1] - across[0]) * k as f64 / (CURVE - 1) as f64]).collect();
    let curve = |place: &FunctionPlace| {
        let values = outputs(&plane.trained().loss, &place.weights, &inputs);
        let points = inputs.iter().zip(values).map(|(x, y)| [x[0], y[0]]).collect();
        Series { dash: place.dash, ..Series::line(&place.name, place.colour, points) }
    };
    let examples = Series {
        line: 0.0,
        dots: Dots::Circles,
        ..Series::line("example", palette.accent, x.iter().zip(y).map(|(x, y)| [*x, *y]).collect())
    };
    let series: Vec<Series> = places.iter().map(curve).chain([examples]).collect();
    let names = dataset.names();
    let label = names.last().map_or("", String::as_str);
    let axis = |name: &str, ends| Axis { name: italic(name), scale: Scale::Linear, ends, is_whole: false };
    let upwards = super::ends(y.iter().copied());
    let margin = 0.4 * (upwards[1] - upwards[0]);
    Plot {
        axes: [axis(&names[0], across), axis(label, [upwards[0] - margin, upwards[1] + margin])],
        description: format!("{label} against {} for {}.", names[0], listed(places)),
        series,
        guides: Vec::new(),
        cursor: None,
        counts_steps: false,
        log_switch: None,
    }
}

fn listed(places: &[FunctionPlace]) -> String {
    places.iter().map(|place| place.name.as_str()).collect::<Vec<_>>().join("; ")
}

/// Cells along each side of the picture of regions.
const CELLS: usize = 44;

fn regions<'a>(
    subject: &Subject<'a>,
    plane: &'a NetworkPlane,
    dataset: &'a Dataset,
    places: Vec<FunctionPlace>,
) -> Content<'a> {
    let Some(place) = chosen(places) else { return Content::Nothing(super::WAITING.to_owned()) };
    let columns = columns(dataset);
    let ranges = [0, 1].map(|axis| super::ends(columns[axis].iter().copied()));
    let loss = &plane.trained().loss;
    let colours = Palette::of(subject.study.picture.theme).runs;
    let description = format!("The regions that the network tells apart at {}.", place.name);
    let marks = move |rect: &Rect, scale: f64, palette: &Palette| {
        let labels = &columns[columns.len() - 1];
        let regions = Regions::new(loss, &place.weights, labels, ranges, CELLS);
        let size = 11.0 * scale;
        let plot = Rect { min: rect.min, max: [rect.max[0], (rect.max[1] - 1.8 * size).max(rect.min[1] + 1.0)] };
        let pixel = |x: f64, y: f64| {
            let share = |value: f64, [low, high]: [f64; 2]| (value - low) / (high - low);
            [plot.min[0] + share(x, ranges[0]) * plot.width(), plot.max[1] - share(y, ranges[1]) * plot.height()]
        };
        let mut marks = Vec::new();
        let [width, height] = [plot.width() / CELLS as f64, plot.height() / CELLS as f64];
        for (cell, (class, strength)) in regions.cells.iter().enumerate() {
            let min = [plot.min[0] + width * (cell % CELLS) as f64, plot.max[1] - height * (cell / CELLS + 1) as f64];
            // Cells overlap slightly, so that no line is visible between them.
            let rect = Rect { min, max: [min[0] + width + 0.4, min[1] + height + 0.4] };
            let fill = colours[class % colours.len()].faded(0.15 + 0.4 * strength);
            marks.push(Primitive::Box { rect, radius: 0.0, fill, stroke: None });
        }
        let outline = Some(Stroke { width: 0.8 * scale, colour: palette.casings[1], dash: None });
        for row in 0..columns[0].len() {
            let class = class_of_label(labels[row], loss.architecture.loss(), labels);
            let (centre, radius) = (pixel(columns[0][row], columns[1][row]), 2.6 * scale);
            let fill = Some(colours[class % colours.len()]);
            marks.push(Primitive::Circle { centre, radius, fill, stroke: outline });
        }
        marks.push(Primitive::Text {
            at: [rect.min[0], rect.max[1] - 0.3 * size],
            anchor: Anchor::Start,
            font: Font::Sans,
            size,
            runs: text::plain(place.name.clone()),
            colour: palette.muted,
            halo: None,
        });
        marks
    };
    Content::Drawing(Drawing { marks: Box::new(marks), description })
}
