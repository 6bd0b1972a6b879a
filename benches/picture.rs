//! What must be done between a keystroke or a drag and the picture: `cargo bench --bench picture`, on one core.
//!
//! Goals: a typed formula to heat map (512²) and 20 contour levels ≤ 10 ms; four trajectories of 1,000 steps ≤ 1 ms.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use losscape::field::{ColourMap, ColourScale, Field, FieldOptions, Grid, Scale, field};
use losscape::landscape::{Loss, View};
use losscape::number::Vector;
use losscape::optimizer::{Run, trace};
use std::collections::BTreeMap;
use std::hint::black_box;

const SIZE: usize = 512;
const OPTIONS: FieldOptions =
    FieldOptions { colour_map: ColourMap::Viridis, colour_scale: ColourScale::Automatic, levels: 20 };
const LANDSCAPES: [&str; 4] = ["cubic", "himmelblau", "rastrigin", "peaks"];

struct Case {
    name: &'static str,
    formula: &'static str,
    view: View,
    loss: Loss,
}

fn cases() -> Vec<Case> {
    let case = |name| {
        let entry = losscape::landscape::catalogue::find(name).expect("a landscape of the catalogue");
        let loss = Loss::new(&entry.formula, &entry.parameters).expect("a formula of the catalogue");
        Case { name, formula: &entry.formula, view: entry.view, loss }
    };
    LANDSCAPES.into_iter().map(case).collect()
}

/// Text to picture data: parse, differentiate, sample, range, colours, contours.
fn picture(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("picture");
    for case in cases() {
        group.bench_function(BenchmarkId::from_parameter(case.name), |bencher| {
            bencher.iter(|| {
                let loss = Loss::new(black_box(case.formula), &BTreeMap::new()).expect("a formula");
                field(&loss, &case.view, SIZE, SIZE, &OPTIONS)
            });
        });
    }
}

/// Its parts.
fn parts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parts");
    for case in cases() {
        group.bench_function(BenchmarkId::new("compile", case.name), |bencher| {
            bencher.iter(|| Loss::new(black_box(case.formula), &BTreeMap::new()));
        });
        group.bench_function(BenchmarkId::new("sample", case.name), |bencher| {
            bencher.iter(|| case.loss.sample(black_box(&case.view), SIZE, SIZE));
        });
        let grid =
            Grid { view: case.view, columns: SIZE, rows: SIZE, values: case.loss.sample(&case.view, SIZE, SIZE) };
        let field = Field::of_grid(grid.clone(), &OPTIONS);
        for (scale, name) in [(ColourScale::Linear, "colours/linear"), (ColourScale::Equalised, "colours/equalised")] {
            group.bench_function(BenchmarkId::new(name, case.name), |bencher| {
                bencher.iter(|| {
                    let scale = Scale::new(&black_box(&grid).values, scale, ColourMap::Viridis);
                    grid.raster(scale.as_ref(), ColourMap::Viridis)
                });
            });
        }
        group.bench_function(BenchmarkId::new("contours", case.name), |bencher| {
            bencher.iter(|| black_box(&grid).contours(&field.levels));
        });
    }
}

/// Four trajectories of 1,000 steps each, recomputed as on every frame of a drag.
fn trajectories(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("trajectories");
    let settings: [(&str, &[(&str, f64)]); 4] = [
        ("gradient-descent", &[("learning_rate", 1e-3)]),
        ("sgd", &[("learning_rate", 1e-3)]),
        ("newton", &[]),
        ("damped-newton", &[]),
    ];
    for case in cases() {
        let runs = settings.map(|(name, settings)| Run {
            steps: 1000,
            gradient_tolerance: 0.0,
            settings: settings.iter().map(|&(key, value)| (key.to_owned(), value)).collect(),
            ..Run::new(name)
        });
        let start = case.view.centre() + Vector::new(0.3, 0.4);
        // A run that reaches a gradient of exactly zero ends before its thousandth step.
        let steps = runs.each_ref().map(|run| trace(&case.loss, start, run).map_or(0, |trajectory| trajectory.len()));
        group.throughput(Throughput::Elements(steps.iter().sum::<usize>() as u64));
        group.bench_function(BenchmarkId::from_parameter(case.name), |bencher| {
            bencher.iter(|| runs.each_ref().map(|run| trace(&case.loss, black_box(start), run)));
        });
    }
}

criterion_group!(benches, picture, parts, trajectories);
criterion_main!(benches);
