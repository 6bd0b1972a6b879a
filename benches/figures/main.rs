//! What things cost, one line a figure: name, formula, size, median, minimum, unit.
//!
//! `cargo bench --bench figures -- [NAME…] [--formula TEXT --view A,B,C,D] [--size N] [--json]`
//!
//! NAME is a figure (all of them without one); FORMULA is measured instead of the four that peers are compared on. Every
//! median is over at least nine rounds, all on one core where the program `taskset` is there to see to that.
//!
//! A figure is a function in [`FIGURES`] that measures one subject.

#[cfg(feature = "gui")]
mod frame;
mod measure;
mod native;

use losscape::critical::Search;
use losscape::field::{ColourMap, ColourScale, ContourLine, Field, FieldOptions, Grid, Scale, field};
use losscape::formula::Planes;
use losscape::landscape::catalogue::find;
use losscape::landscape::{Loss, View, nodes};
use losscape::number::Vector;
use losscape::number::lanes::InstructionSet;
use losscape::optimizer::{OPTIMIZERS, Run, trace};
use measure::Report;
use native::{Jets, Native, Values};
use std::collections::BTreeMap;
use std::hint::black_box;

/// A figure's name and what measures it.
type Figure = (&'static str, fn(&Subject, &mut Report));

/// All figures.
const FIGURES: &[Figure] = &[
    ("value_grid", value_grid),
    ("jet_grid", jet_grid),
    ("native_grid", native_grid),
    ("compile", compile),
    ("contour", contour),
    ("contour_quality", contour_quality),
    ("colours", colours),
    ("picture", picture),
    ("trajectory", trajectory),
    ("points", points),
    #[cfg(feature = "gui")]
    ("frame", frame::frame),
];

/// The formulas that peers are compared on.
const FORMULAS: [&str; 4] = ["cubic", "himmelblau", "rastrigin", "peaks"];
/// Nodes along each side.
const SIZE: usize = 1024;
/// Steps of a trajectory.
const STEPS: usize = 1000;

const OPTIONS: FieldOptions =
    FieldOptions { colour_map: ColourMap::Viridis, colour_scale: ColourScale::Automatic, levels: 20 };

/// What is measured.
pub struct Subject {
    /// Its name in the catalogue, or `typed`.
    pub name: String,
    /// L as text.
    pub formula: String,
    /// Values of its parameters.
    pub parameters: BTreeMap<String, f64>,
    /// Where it is looked at.
    pub view: View,
    /// L, ready to be evaluated.
    pub loss: Loss,
    /// Nodes along each side of a grid.
    pub size: usize,
}

impl Subject {
    fn of_catalogue(name: &str, size: usize) -> Subject {
        let entry = find(name).expect("a landscape of the catalogue");
        Subject::new(name, &entry.formula, &entry.parameters, entry.view, size).expect("the catalogue's formulas parse")
    }

    fn new(
        name: &str,
        formula: &str,
        parameters: &BTreeMap<String, f64>,
        view: View,
        size: usize,
    ) -> Result<Subject, String> {
        let loss = Loss::new(formula, parameters).map_err(|error| error.to_string())?;
        Ok(Subject {
            name: name.to_owned(),
            formula: formula.to_owned(),
            parameters: parameters.clone(),
            view,
            loss,
            size,
        })
    }

    /// The same at another size.
    fn at(&self, size: usize) -> Subject {
        Subject {
            name: self.name.clone(),
            formula: self.formula.clone(),
            parameters: self.parameters.clone(),
            view: self.view,
            loss: self.loss.clone(),
            size,
        }
    }

    fn axes(&self) -> [Vec<f64>; 2] {
        [nodes(self.view.w1, self.size), nodes(self.view.w2, self.size)]
    }

    fn grid(&self) -> Grid {
        let values = self.loss.sample(&self.view, self.size, self.size);
        Grid { view: self.view, columns: self.size, rows: self.size, values }
    }
}

/// L on the grid, into memory that is there.
fn value_grid(subject: &Subject, report: &mut Report) {
    let [xs, ys] = subject.axes();
    let mut out = Vec::new();
    report.milliseconds("value_grid", subject, subject.size, || {
        subject.loss.tape().grid(black_box(&xs), black_box(&ys), &mut out);
    });
}

/// L, ∇L and H on the grid: six planes.
fn jet_grid(subject: &Subject, report: &mut Report) {
    let [xs, ys] = subject.axes();
    let mut out = Planes::default();
    report.milliseconds("jet_grid", subject, subject.size, || {
        subject.loss.tape().jet_grid(black_box(&xs), black_box(&ys), &mut out);
    });
}

/// The same with the formula compiled in, where it is one of the four.
fn native_grid(subject: &Subject, report: &mut Report) {
    let Some(native) = Native::find(&subject.name) else { return };
    let [xs, ys] = subject.axes();
    let set = InstructionSet::fastest();
    let mut planes: [Vec<f64>; 6] = std::array::from_fn(|_| vec![0.0; subject.size * subject.size]);
    let [out, ..] = &mut planes;
    report.milliseconds("native_grid values", subject, subject.size, || {
        set.run(Values { native, xs: black_box(&xs), ys: black_box(&ys), out });
    });
    report.milliseconds("native_grid jets", subject, subject.size, || {
        let out = planes.each_mut().map(Vec::as_mut_slice);
        set.run(Jets { native, xs: black_box(&xs), ys: black_box(&ys), out });
    });
}

/// Text to a tape with derivatives.
fn compile(subject: &Subject, report: &mut Report) {
    report.microseconds("compile", subject, subject.formula.chars().count(), || {
        black_box(Loss::new(black_box(&subject.formula), &subject.parameters).is_ok());
    });
}

/// Lines of twenty evenly spaced levels, without polish: what contourpy does.
fn contour(subject: &Subject, report: &mut Report) {
    let grid = subject.grid();
    let levels = even_levels(&grid);
    report.milliseconds("contour", subject, subject.size, || {
        black_box(black_box(&grid).contours(&levels));
    });
}

/// The same at a quarter of the resolution, moved onto the exact level, and how far from it they are: the 99th percentile
/// in pixels of 1024 points along each side.
fn contour_quality(subject: &Subject, report: &mut Report) {
    let coarse = subject.at(subject.size / 4);
    let grid = coarse.grid();
    let levels = even_levels(&grid);
    report.milliseconds("contour exact", subject, coarse.size, || {
        black_box(black_box(&grid).exact_contours(&levels, &subject.loss));
    });
    let pixel = Vector::new(subject.view.width(), subject.view.height()) / 1024.0;
    let off = |w: Vector, level: f64| {
        let jet = subject.loss.jet(w);
        let step = jet.gradient * ((jet.value - level) / jet.gradient.norm_squared());
        step.component_div(&pixel).norm()
    };
    let lines = grid.exact_contours(&levels, &subject.loss);
    let share = |mut distances: Vec<f64>| {
        distances.retain(|distance| distance.is_finite());
        distances.sort_by(f64::total_cmp);
        [50, 99].map(|percent| distances.get(distances.len() * percent / 100).copied().unwrap_or(0.0))
    };
    let vertices = lines.iter().flat_map(|line| line.points.iter().map(|w| off(*w, line.level))).collect();
    let middles = |line: &ContourLine| -> Vec<f64> {
        line.points.windows(2).map(|pair| off(0.5 * (pair[0] + pair[1]), line.level)).collect()
    };
    for (name, distances) in [
        ("contour_quality vertices", share(vertices)),
        ("contour_quality middles", share(lines.iter().flat_map(middles).collect())),
    ] {
        // Here the two numbers are the 99th percentile and the median.
        report.numbers(name, subject, coarse.size, [distances[1], distances[0]], "px, p99 and median");
    }
}

/// Twenty levels that divide the range evenly.
fn even_levels(grid: &Grid) -> Vec<f64> {
    let finite = || grid.values.iter().copied().filter(|value| value.is_finite());
    let [low, high] = [finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max)];
    (1..=20).map(|k| low + (high - low) * f64::from(k) / 21.0).collect()
}

/// Colours from a table, on a scale that is there; beside it what storing the pixels alone takes.
fn colours(subject: &Subject, report: &mut Report) {
    let grid = subject.grid();
    for (name, kind) in [("colours linear", ColourScale::Linear), ("colours equalised", ColourScale::Equalised)] {
        let scale = Scale::new(&grid.values, kind, ColourMap::Viridis);
        report.milliseconds(name, subject, subject.size, || {
            black_box(black_box(&grid).raster(scale.as_ref(), ColourMap::Viridis));
        });
    }
    let mut pixel = 0u8;
    report.milliseconds("colours store", subject, subject.size, || {
        pixel = pixel.wrapping_add(1) | 1;
        black_box(vec![black_box(pixel); 4 * subject.size * subject.size]);
    });
}

/// Text to picture data: parse, derive, sample, range, colours, contours.
fn picture(subject: &Subject, report: &mut Report) {
    report.milliseconds("picture", subject, subject.size, || {
        let loss = Loss::new(black_box(&subject.formula), &subject.parameters).expect("a formula");
        black_box(field(&loss, &subject.view, subject.size, subject.size, &OPTIONS));
    });
    let grid = subject.grid();
    report.milliseconds("picture of samples", subject, subject.size, || {
        black_box(Field::of_grid(black_box(grid.clone()), &OPTIONS));
    });
}

/// A run of each optimizer, from a start where it does not end early.
fn trajectory(subject: &Subject, report: &mut Report) {
    let start = subject.view.centre() + Vector::new(0.3, 0.4);
    for optimizer in OPTIMIZERS {
        let mut run = Run { steps: STEPS, gradient_tolerance: 0.0, ..Run::new(optimizer.name()) };
        if optimizer.settings().iter().any(|setting| setting.key == "learning_rate") {
            run.settings.insert("learning_rate".to_owned(), 1e-3);
        }
        let made = trace(&subject.loss, start, &run).map_or(0, |trajectory| trajectory.len());
        report.microseconds(&format!("trajectory {}", optimizer.name()), subject, made, || {
            black_box(trace(&subject.loss, black_box(start), &run).is_ok());
        });
    }
}

/// The critical points: those that are shown at once, and the proof that they are all.
fn points(subject: &Subject, report: &mut Report) {
    report.milliseconds("points preview", subject, 0, || {
        let mut search = Search::new(black_box(&subject.loss), &subject.view);
        while !search.is_previewed() {
            search.refine(1);
        }
        black_box(search.answer());
    });
    report.milliseconds("points proof", subject, 0, || {
        let mut search = Search::new(black_box(&subject.loss), &subject.view);
        while !search.refine(usize::MAX) {}
        black_box(search.answer());
    });
}

/// What was asked for on the command line.
#[derive(Default)]
struct Asked {
    names: Vec<String>,
    formula: Option<String>,
    view: Option<View>,
    size: Option<usize>,
    json: bool,
}

fn asked(arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked::default();
    // `--view=…` is `--view …`.
    let mut arguments = arguments.flat_map(|argument| match argument.split_once('=') {
        Some((name, value)) if name.starts_with("--") => vec![name.to_owned(), value.to_owned()],
        _ => vec![argument],
    });
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            // What cargo adds.
            "--bench" => {}
            "--json" => asked.json = true,
            "--formula" => asked.formula = Some(value()?),
            "--size" => asked.size = Some(value()?.parse().map_err(|_| "--size needs a whole number".to_owned())?),
            "--view" => {
                let numbers: Vec<f64> = value()?.split(',').filter_map(|number| number.trim().parse().ok()).collect();
                let [a, b, c, d] = numbers[..] else { return Err("--view needs four numbers".to_owned()) };
                asked.view = Some(View::new(a, b, c, d).map_err(|error| error.to_string())?);
            }
            name if FIGURES.iter().any(|(known, _)| *known == name) => asked.names.push(name.to_owned()),
            other => {
                let names: Vec<&str> = FIGURES.iter().map(|(name, _)| *name).collect();
                return Err(format!("there is no figure '{other}'; there are {}", names.join(", ")));
            }
        }
    }
    Ok(asked)
}

fn main() -> Result<(), String> {
    measure::pin_to_one_core();
    let asked = asked(std::env::args().skip(1))?;
    let size = asked.size.unwrap_or(SIZE);
    let subjects = match &asked.formula {
        Some(formula) => {
            let view = asked.view.ok_or("--formula needs a --view")?;
            vec![Subject::new("typed", formula, &BTreeMap::new(), view, size)?]
        }
        None => FORMULAS.iter().map(|name| Subject::of_catalogue(name, size)).collect(),
    };
    let mut report = Report { json: asked.json };
    for (name, figure) in FIGURES {
        if asked.names.is_empty() || asked.names.iter().any(|asked| asked == name) {
            subjects.iter().for_each(|subject| figure(subject, &mut report));
        }
    }
    Ok(())
}
