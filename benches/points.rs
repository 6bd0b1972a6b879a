//! How long the critical points take: the certified preview of each known function, and whole proofs.
//!
//! Goals, on one core: a preview in 15 ms, peaks proved in 20 ms, Himmelblau in 1 ms, the 15,625 points of Rastrigin's
//! function on [−40, 40]² in 0.4 s, Ackley in 15 ms, all known functions in 1.5 s.

use criterion::{Criterion, criterion_group, criterion_main};
use losscape::critical::Search;
use losscape::landscape::{Loss, View};
use std::collections::BTreeMap;
use std::hint::black_box;

/// A function whose critical points are known (tests/data), as the proof sees it.
struct Known {
    name: String,
    loss: Loss,
    view: View,
}

fn known() -> Vec<Known> {
    let text = include_str!("../tests/data/known.json");
    let all: serde_json::Value = serde_json::from_str(text).expect("tests/data/known.json is JSON");
    let number = |value: &serde_json::Value| value.as_f64().expect("a box has four numbers");
    let known = |entry: &serde_json::Value| {
        let [name, formula] = ["name", "formula"].map(|key| entry[key].as_str().expect("a text"));
        let [a, b, c, d] = [0, 1, 2, 3].map(|side| number(&entry["box"][side]));
        subject(name, formula, [a, b, c, d])
    };
    all.as_array().expect("a list of functions").iter().map(known).collect()
}

fn subject(name: &str, formula: &str, [a, b, c, d]: [f64; 4]) -> Known {
    Known {
        name: name.to_owned(),
        loss: Loss::new(formula, &BTreeMap::new()).expect("the formula parses"),
        view: View::new(a, b, c, d).expect("the box is a view"),
    }
}

fn prove(known: &Known) -> usize {
    let mut search = Search::new(&known.loss, &known.view);
    while !search.refine(usize::MAX) {}
    search.answer().points.len()
}

fn preview(known: &Known) -> usize {
    let mut search = Search::new(&known.loss, &known.view);
    while !search.is_previewed() {
        search.refine(1);
    }
    search.answer().points.len()
}

fn points(criterion: &mut Criterion) {
    let known = known();
    let mut group = criterion.benchmark_group("preview");
    for known in &known {
        group.bench_function(&known.name, |bencher| bencher.iter(|| preview(black_box(known))));
    }
    group.finish();
    let mut group = criterion.benchmark_group("proof");
    for name in ["peaks", "himmelblau", "ackley"] {
        let known = known.iter().find(|known| known.name == name).expect("a known function");
        group.bench_function(name, |bencher| bencher.iter(|| prove(black_box(known))));
    }
    group.sample_size(10);
    let wide = subject("rastrigin", "20+w1^2+w2^2-10*(cos(2*pi*w1)+cos(2*pi*w2))", [-40.0, 40.0, -40.0, 40.0]);
    group.bench_function("rastrigin_40", |bencher| bencher.iter(|| prove(black_box(&wide))));
    group.bench_function("all_known", |bencher| bencher.iter(|| known.iter().map(prove).sum::<usize>()));
    group.finish();
}

criterion_group!(benches, points);
criterion_main!(benches);
