//! What things cost, one line a figure: name, formula, size, median, minimum, unit.
//!
//! `cargo bench --bench figures -- [NAME…] [--formula TEXT --view A,B,C,D] [--size N] [--json]`; `--help` tells of more.
//!
//! NAME is a figure (all of them without one); FORMULA is measured instead of the four that peers are compared on. Every
//! median is over at least nine rounds, all on one core where the program `taskset` is there to see to that.
//!
//! A figure is a function in [`FIGURES`] that measures one subject.

mod arguments;
mod data;
#[cfg(feature = "gui")]
mod frame;
mod lessons;
mod measure;
mod native;
mod network;
mod physics;
mod subject;

use arguments::Arguments;
use clap::Parser;
use losscape::basins::Basins;
use losscape::critical::{Search, search};
use losscape::field::{ColourMap, ColourScale, ContourLine, Field, FieldOptions, Grid, Levels, Scale, field};
use losscape::formula::Planes;
use losscape::number::Vector;
use losscape::number::lanes::InstructionSet;
use losscape::optimizer::{OPTIMIZERS, Run, trace};
use measure::Report;
use native::{Jets, Native, Values};
use std::hint::black_box;
use subject::Subject;

/// A figure's name and what measures it.
type Figure = (&'static str, fn(&Subject, &Report));

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
    ("basins", basins),
    ("points", points),
    ("ensemble", data::ensemble),
    ("epoch", data::epoch),
    ("network", network::network),
    ("separatrices", physics::separatrices),
    ("branches", physics::branches),
    ("langevin", physics::langevin),
    ("claims", lessons::claims),
    #[cfg(feature = "gui")]
    ("frame", frame::frame),
    #[cfg(feature = "gui")]
    ("surface_frame", frame::surface_frame),
];

/// Steps of a trajectory.
const STEPS: usize = 1000;

const OPTIONS: FieldOptions =
    FieldOptions { colour_map: ColourMap::Viridis, colour_scale: ColourScale::Automatic, levels: Levels::About(20) };

fn main() -> Result<(), String> {
    let arguments = Arguments::parse();
    if let Some(name) = arguments.names.iter().find(|name| !FIGURES.iter().any(|(known, _)| known == name)) {
        let names: Vec<&str> = FIGURES.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no figure '{name}'; there are {}", names.join(", ")));
    }
    let subjects = arguments.subjects()?;
    if arguments.rounds.is_none() {
        measure::pin_to_cores(arguments.threads);
    }
    rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build_global().map_err(|error| error.to_string())?;
    let report = Report { json: arguments.json, rounds: arguments.rounds };
    for (name, figure) in FIGURES {
        if arguments.names.is_empty() || arguments.names.iter().any(|asked| asked == name) {
            subjects.iter().for_each(|subject| figure(subject, &report));
        }
    }
    Ok(())
}

/// L on the grid, into memory that is there.
fn value_grid(subject: &Subject, report: &Report) {
    let [xs, ys] = subject.axes();
    let mut out = Vec::new();
    report.milliseconds("value_grid", subject, subject.size, || {
        subject.loss.grid(black_box(&xs), black_box(&ys), &mut out);
    });
}

/// L, ∇L and H on the grid: six planes.
fn jet_grid(subject: &Subject, report: &Report) {
    let [xs, ys] = subject.axes();
    let mut out = Planes::default();
    report.milliseconds("jet_grid", subject, subject.size, || {
        subject.loss.jet_grid(black_box(&xs), black_box(&ys), &mut out);
    });
}

/// The same with the formula compiled in, where it is one of the four.
fn native_grid(subject: &Subject, report: &Report) {
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
fn compile(subject: &Subject, report: &Report) {
    report.microseconds("compile", subject, subject.formula.chars().count(), || {
        black_box(black_box(subject).compile().is_ok());
    });
}

/// Lines of twenty evenly spaced levels, without polish: what contourpy does.
fn contour(subject: &Subject, report: &Report) {
    let grid = subject.grid();
    let levels = even_levels(&grid);
    report.milliseconds("contour", subject, subject.size, || {
        black_box(black_box(&grid).contours(&levels));
    });
    let lines = grid.contours(&levels);
    // Here the two numbers are the points of all lines, and the lines.
    let counts = [lines.iter().map(|line| line.points.len()).sum(), lines.len()];
    report.numbers("contour count", subject, subject.size, counts.map(|count| count as f64), "points and lines");
}

/// The same at a quarter of the resolution, moved onto the exact level, and how far from it they are: the 99th percentile
/// in pixels of 1024 points along each side.
fn contour_quality(subject: &Subject, report: &Report) {
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
fn colours(subject: &Subject, report: &Report) {
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
fn picture(subject: &Subject, report: &Report) {
    report.milliseconds("picture", subject, subject.size, || {
        let loss = black_box(subject).compile().expect("a formula");
        black_box(field(&loss, &subject.view, subject.size, subject.size, &OPTIONS));
    });
    let grid = subject.grid();
    report.milliseconds("picture of samples", subject, subject.size, || {
        black_box(Field::of_grid(black_box(grid.clone()), &OPTIONS));
    });
}

/// A run of each optimizer, from a start where it does not end early.
fn trajectory(subject: &Subject, report: &Report) {
    let start = subject.view.centre() + Vector::new(0.3, 0.4);
    for optimizer in OPTIMIZERS {
        let mut run = Run { steps: STEPS, gradient_tolerance: 0.0, ..Run::new(optimizer.name()) };
        if optimizer.settings().iter().any(|setting| setting.key == "learning_rate") {
            run.settings.insert("learning_rate".to_owned(), 1e-3);
        }
        // The least share of Newton's step: all steps are on their way, where the whole step arrives after a few.
        if optimizer.name() == "damped-newton" {
            run.settings.insert("damping".to_owned(), 0.01);
        }
        let made = trace(&subject.loss, start, &run).map_or(0, |trajectory| trajectory.len());
        report.microseconds(&format!("trajectory {}", optimizer.name()), subject, made, || {
            black_box(trace(&subject.loss, black_box(start), &run).is_ok());
        });
    }
}

/// Where Newton's method ends from every start: the whole map at half the size along each side, and the first coarse
/// image of it.
fn basins(subject: &Subject, report: &Report) {
    let points = search(&subject.loss, &subject.view);
    let (run, size) = (Run::new("newton"), subject.size / 2);
    for (name, budget) in [("basins", usize::MAX), ("basins first image", 1)] {
        report.milliseconds(name, subject, size, || {
            let mut map = Basins::new(&subject.loss, &subject.view, [size; 2], &run, &points).expect("a map");
            map.refine(budget);
            black_box(map);
        });
    }
}

/// The critical points: those that are shown at once, and the proof that they are all.
fn points(subject: &Subject, report: &Report) {
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
