//! The density of the runs of an ensemble and e^(−L/T), side by side, both with the contours of e^(−L/T).

use super::{Chart, ChartInfo, Content, Drawing, Subject};
use crate::ensemble::Ensemble;
use crate::field::{ColourMap, ColourScale, ContourLine, Field, FieldOptions, Grid, Levels};
use crate::landscape::{Loss, View, nodes};
use crate::number::Vector;
use crate::number::display::short;
use crate::optimizer::StopReason;
use crate::scene::theme::Palette;
use crate::scene::{Anchor, Font, Primitive, Rect, Stroke, text};
use crate::study::{DENSITY_TAB, shown_temperature, temperature_of};

/// The density of an ensemble.
pub struct DensityChart;

impl Chart for DensityChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: DENSITY_TAB,
            tab: "DENSITY",
            title: "Density of the runs",
            action: "Show the density of the runs",
            tooltip: "On the left the density of the last points of the runs, on the right e^(−L/T) of the run's \
            temperature, and \
                      over both the lines where e^(−L/T) is 9, 7, 5, 3 and 1 tenths of its peak in view. If runs are \
                      long enough, they forget their start, and both pictures agree.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        let run = subject.study.runs.get(subject.study.display.run_index());
        run.and_then(temperature_of).is_some_and(|temperature| temperature > 0.0)
    }

    fn version(&self, subject: &Subject<'_>) -> u64 {
        let members = subject.findings.known_ensemble().map(|ensemble| ensemble.members());
        let ends = members.unwrap_or_default().iter().map(|member| member.end.x.to_bits() ^ member.end.y.to_bits());
        let mix = |known: u64, new: u64| known.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(new);
        ends.fold(shown_temperature(subject.study).unwrap_or(0.0).to_bits(), mix)
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let Some(temperature) = shown_temperature(subject.study) else {
            return Content::Nothing(
                "Choose a run of Langevin dynamics, or of SGD with Gaussian noise and a constant rate, under SEEDS."
                    .to_owned(),
            );
        };
        let ensemble = match &subject.findings.ensemble {
            Some(Ok(ensemble)) if !ensemble.members().is_empty() => ensemble,
            Some(Err(reason)) => return Content::Nothing(format!("Cannot run: {reason}.")),
            _ => return Content::Nothing("The runs are being computed.".to_owned()),
        };
        let (loss, view) = (&subject.findings.loss, &subject.study.view);
        let marks = move |rect: &Rect, scale: f64, palette: &Palette| {
            let law = law(loss, view, temperature);
            let lines = law.contours.clone();
            let halves = halves(rect, view, scale);
            let names = [format!("{} runs", ensemble.members().len()), "e^(−L/T)".to_owned()];
            let mut marks = Vec::new();
            for ((field, half), name) in [cloud(ensemble, view), law].into_iter().zip(halves).zip(names) {
                picture(&field, &lines, view, &half, scale, &mut marks);
                let at = [half.min[0], half.min[1] - 5.0 * scale];
                let (font, size, colour) = (Font::Sans, 11.0 * scale, palette.muted);
                let runs = text::plain(name);
                marks.push(Primitive::Text { at, anchor: Anchor::Start, font, size, runs, colour, halo: None });
            }
            marks
        };
        let description = format!(
            "The density of the last points of {} runs, beside e^(−L/T) for T = {}.",
            ensemble.members().len(),
            short(temperature)
        );
        Content::Drawing(Drawing { marks: Box::new(marks), description })
    }
}

/// Nodes along each side.
const NODES: usize = 96;
/// The standard deviation of the kernel, as a share of the view's sides.
const KERNEL: f64 = 0.025;
/// The lines, as shares of the peak.
const SHARES: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];
/// The height of the names above the pictures.
const NAMES: f64 = 18.0;

/// The rectangles of the two pictures with the aspect of the view: side by side or one above the other, whichever makes
/// them larger.
fn halves(rect: &Rect, view: &View, scale: f64) -> [Rect; 2] {
    let (gap, names) = (10.0 * scale, NAMES * scale);
    let ratio = (view.width() / view.height()).clamp(0.1, 10.0);
    let beside = (0.5 * (rect.width() - gap)).min(ratio * (rect.height() - names));
    let above = rect.width().min(ratio * (0.5 * rect.height() - names));
    let width = beside.max(above).max(1.0);
    let [right, down] = if beside >= above { [width + gap, 0.0] } else { [0.0, width / ratio + names] };
    [0.0, 1.0].map(|second| {
        let min = [rect.min[0] + second * right, rect.min[1] + names + second * down];
        Rect { min, max: [min[0] + width, min[1] + width / ratio] }
    })
}

fn field(view: &View, values: Vec<f64>) -> Field {
    let levels = Levels::These(SHARES.to_vec());
    let options = FieldOptions { colour_map: ColourMap::Viridis, colour_scale: ColourScale::Linear, levels };
    Field::of_grid(Grid { view: *view, columns: NODES, rows: NODES, values }, &options)
}

/// e^(−(L − least)/T), where the least is that of the view.
fn law(loss: &Loss, view: &View, temperature: f64) -> Field {
    let samples = loss.sample(view, NODES, NODES);
    let least = samples.iter().copied().filter(|value| !value.is_nan()).fold(f64::INFINITY, f64::min);
    field(view, samples.into_iter().map(|value| libm::exp(-(value - least) / temperature)).collect())
}

/// The density of the last points with a Gaussian kernel, as a share of its peak.
fn cloud(ensemble: &Ensemble, view: &View) -> Field {
    let (across, up) = (nodes(view.w1, NODES), nodes(view.w2, NODES));
    let kernel = [KERNEL * view.width(), KERNEL * view.height()];
    let weights = |places: &[f64], at: f64, width: f64| -> Vec<(usize, f64)> {
        let distances = places.iter().map(|place| (place - at) / width).enumerate();
        distances.filter(|(_, d)| d.abs() < 4.0).map(|(k, d)| (k, libm::exp(-0.5 * d * d))).collect()
    };
    let mut values = vec![0.0; NODES * NODES];
    let stays = |stop: StopReason| !matches!(stop, StopReason::Diverged | StopReason::Undefined);
    for member in ensemble.members().iter().filter(|member| stays(member.stop)) {
        let columns = weights(&across, member.end.x, kernel[0]);
        for (row, weight) in weights(&up, member.end.y, kernel[1]) {
            for (column, other) in &columns {
                values[row * NODES + column] += weight * other;
            }
        }
    }
    let peak = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    field(view, values.into_iter().map(|value| value / peak).collect())
}

fn picture(field: &Field, lines: &[ContourLine], view: &View, rect: &Rect, scale: f64, into: &mut Vec<Primitive>) {
    into.push(Primitive::Image { rect: *rect, raster: field.raster.clone(), opacity: 1.0 });
    let place = |w: &Vector| {
        [
            rect.min[0] + (w.x - view.w1[0]) / view.width() * rect.width(),
            rect.max[1] - (w.y - view.w2[0]) / view.height() * rect.height(),
        ]
    };
    let stroke = Stroke { width: 1.0 * scale, colour: crate::scene::Colour([255, 255, 255, 190]), dash: None };
    into.extend(
        lines.iter().map(|line| Primitive::Polyline { points: line.points.iter().map(place).collect(), stroke }),
    );
}
