//! The function of a network, with the examples: a curve for one input, regions for two.

use crate::chart::plot::italic;
use crate::chart::{Axis, Chart, ChartInfo, Content, Dots, Drawing, Plot, Scale, Series, Subject};
use crate::dataset::Dataset;
use crate::network::{NetworkPlane, OutputLoss, outputs, weights_of_run};
use crate::scene::theme::Palette;
use crate::scene::{Anchor, Colour, Font, Primitive, Rect, Stroke, text};
use crate::study::{FUNCTION_TAB, run_name};

/// The network's function at the centre of the plane and at the current points of the runs.
pub struct FunctionChart;

impl Chart for FunctionChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: FUNCTION_TAB,
            tab: "FUNCTION",
            title: "What the network computes",
            action: "Show the network's function",
            tooltip: "The network's output beside the examples, at the centre of the plane and where the runs have come to: a curve for \
                      one input; for two inputs the regions of the run whose details are chosen, or of the centre.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        subject.study.network.is_some()
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let (Some(plane), Some(data)) = (subject.findings.network(), &subject.study.data) else {
            return Content::Nothing(super::WAITING.to_owned());
        };
        let places = places(subject, plane);
        match plane.trained().loss.architecture.inputs() {
            1 => Content::Plot(Box::new(curves(subject, plane, &data.dataset, &places))),
            2 => regions(subject, plane, &data.dataset, places),
            inputs => Content::Nothing(format!("A function of {inputs} inputs has no picture.")),
        }
    }
}

/// Weights at which the function is shown.
struct Place {
    name: String,
    colour: Colour,
    weights: Vec<f64>,
    /// Whether it is the run of the details.
    is_chosen: bool,
}

fn places(subject: &Subject<'_>, plane: &NetworkPlane) -> Vec<Place> {
    let palette = Palette::of(subject.study.picture.theme);
    let centre = Place {
        name: format!("training, step {}", plane.step()),
        colour: palette.text,
        weights: plane.plane().centre.clone(),
        is_chosen: false,
    };
    let of_run = |(index, run): (usize, &crate::optimizer::Run)| {
        let trajectory = subject.findings.trajectories.get(index)?.as_ref()?.as_ref().ok()?;
        let step = subject.step_of(trajectory).unwrap_or(trajectory.len());
        let weights = match &trajectory.shadow {
            Some(shadow) => weights_of_run(plane, shadow, run, step).ok()?,
            None => plane.plane().at([trajectory.steps[step].w.x, trajectory.steps[step].w.y]),
        };
        let name = format!("{}, step {step}", run_name(&subject.study.runs, index));
        let is_chosen = index == subject.study.display.run_index();
        Some(Place { name, colour: palette.run(run.colour), weights, is_chosen })
    };
    std::iter::once(centre).chain(subject.study.runs.iter().enumerate().filter_map(of_run)).collect()
}

/// The columns of the examples, the label last.
fn columns(dataset: &Dataset) -> Vec<Vec<f64>> {
    dataset.columns().iter().map(|column| column.iter().copied().collect()).collect()
}

/// Points of a curve.
const CURVE: usize = 160;

fn curves(subject: &Subject<'_>, plane: &NetworkPlane, dataset: &Dataset, places: &[Place]) -> Plot {
    let palette = Palette::of(subject.study.picture.theme);
    let columns = columns(dataset);
    let (x, y) = (&columns[0], &columns[columns.len() - 1]);
    let across = super::ends(x.iter().copied());
    let inputs: Vec<Vec<f64>> =
        (0..CURVE).map(|k| vec![across[0] + (across[1] - across[0]) * k as f64 / (CURVE - 1) as f64]).collect();
    let curve = |place: &Place| {
        let values = outputs(&plane.trained().loss, &place.weights, &inputs);
        let points = inputs.iter().zip(values).map(|(x, y)| [x[0], y[0]]).collect();
        Series::line(&place.name, place.colour, points)
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

fn listed(places: &[Place]) -> String {
    places.iter().map(|place| place.name.as_str()).collect::<Vec<_>>().join("; ")
}

/// Cells along each side of the picture of regions.
const CELLS: usize = 44;

fn regions<'a>(
    subject: &Subject<'a>,
    plane: &'a NetworkPlane,
    dataset: &'a Dataset,
    places: Vec<Place>,
) -> Content<'a> {
    let chosen = places.iter().position(|place| place.is_chosen).unwrap_or(0);
    let Some(place) = places.into_iter().nth(chosen) else { return Content::Nothing(super::WAITING.to_owned()) };
    let columns = columns(dataset);
    let ranges = [0, 1].map(|axis| super::ends(columns[axis].iter().copied()));
    let at = |k: usize, [low, high]: [f64; 2]| low + (high - low) * (k as f64 + 0.5) / CELLS as f64;
    let inputs: Vec<Vec<f64>> =
        (0..CELLS * CELLS).map(|cell| vec![at(cell % CELLS, ranges[0]), at(cell / CELLS, ranges[1])]).collect();
    let loss = plane.trained().loss.architecture.loss();
    let classes: Vec<(usize, f64)> = outputs(&plane.trained().loss, &place.weights, &inputs)
        .iter()
        .map(|row| class(row, loss, &columns[2]))
        .collect();
    let colours = Palette::of(subject.study.picture.theme).runs;
    let description = format!("The regions that the network tells apart at {}.", place.name);
    let marks = move |rect: &Rect, scale: f64, palette: &Palette| {
        let size = 11.0 * scale;
        let plot = Rect { min: rect.min, max: [rect.max[0], (rect.max[1] - 1.8 * size).max(rect.min[1] + 1.0)] };
        let pixel = |x: f64, y: f64| {
            let share = |value: f64, [low, high]: [f64; 2]| (value - low) / (high - low);
            [plot.min[0] + share(x, ranges[0]) * plot.width(), plot.max[1] - share(y, ranges[1]) * plot.height()]
        };
        let mut marks = Vec::new();
        let [width, height] = [plot.width() / CELLS as f64, plot.height() / CELLS as f64];
        for (cell, (class, strength)) in classes.iter().enumerate() {
            let min = [plot.min[0] + width * (cell % CELLS) as f64, plot.max[1] - height * (cell / CELLS + 1) as f64];
            // Cells overlap slightly, so that no line is visible between them.
            let rect = Rect { min, max: [min[0] + width + 0.4, min[1] + height + 0.4] };
            let fill = colours[class % colours.len()].faded(0.15 + 0.4 * strength);
            marks.push(Primitive::Box { rect, radius: 0.0, fill, stroke: None });
        }
        let outline = Some(Stroke { width: 0.8 * scale, colour: palette.casings[1], dash: None });
        for row in 0..columns[0].len() {
            let label = columns[columns.len() - 1][row];
            let class = true_class(label, loss, &columns[2]);
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

/// The class of the outputs, and their confidence, 0 to 1.
fn class(outputs: &[f64], loss: OutputLoss, labels: &[f64]) -> (usize, f64) {
    match loss {
        OutputLoss::Softmax => {
            let best = (0..outputs.len()).max_by(|a, b| outputs[*a].total_cmp(&outputs[*b])).unwrap_or(0);
            let others = outputs.iter().enumerate().filter(|(index, _)| *index != best).map(|(_, output)| *output);
            (best, ((outputs[best] - others.fold(f64::NEG_INFINITY, f64::max)) / 3.0).clamp(0.0, 1.0))
        }
        OutputLoss::Logistic => (usize::from(outputs[0] > 0.0), (outputs[0].abs() / 3.0).min(1.0)),
        OutputLoss::Squared => {
            let middle = middle(labels);
            (usize::from(outputs[0] > middle), ((outputs[0] - middle).abs()).min(1.0))
        }
    }
}

fn true_class(label: f64, loss: OutputLoss, labels: &[f64]) -> usize {
    match loss {
        OutputLoss::Squared => usize::from(label > middle(labels)),
        _ => label.max(0.0) as usize,
    }
}

/// The midpoint between the least and the greatest label.
fn middle(labels: &[f64]) -> f64 {
    let ends = labels.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
    0.5 * (ends.0 + ends.1)
}
