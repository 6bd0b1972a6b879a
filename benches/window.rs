//! What a frame of the window costs before the graphics card gets it: `cargo bench --bench window`, on one core.
//!
//! Goal: a frame with everything shown ≤ 4 ms, tessellation included. Measured are a frame in which nothing has
//! changed but which is drawn all the same (the pointer moves over a panel), one in which the start point is dragged,
//! and one in which the view is.

use criterion::{Criterion, criterion_group, criterion_main};
use eframe::egui;
use losscape::app::compute::Quality;
use losscape::app::files::Reply;
use losscape::app::preferences::Preferences;
use losscape::app::state::State;
use losscape::app::worker::Worker;
use losscape::app::{Surroundings, Window};
use losscape::landscape::catalogue;
use losscape::study::Study;
use std::hint::black_box;

struct Bench {
    ctx: egui::Context,
    window: Window,
}

impl Bench {
    /// A window of 1280 × 720 with four runs of 1,000 steps; its searches are done.
    fn new(name: &str) -> Bench {
        let mut study = Study::of_entry(catalogue::find(name).expect("a landscape of the catalogue"));
        let copy = study.runs[0].clone();
        study.runs.push(copy);
        for run in &mut study.runs {
            run.shown = true;
            run.steps = 1000;
            run.gradient_tolerance = 0.0;
        }
        let ctx = egui::Context::default();
        let surroundings = Surroundings {
            worker: Worker::in_line(),
            ask: Box::new(|_| Reply::Nowhere),
            preferences_file: None,
            quality: Quality { moving: 256, still: 512, budget_ms: f64::INFINITY },
        };
        let state = State::new(Some(study), None, Preferences::default());
        let window = Window::new(&ctx, state, surroundings).expect("a window");
        let mut bench = Bench { ctx, window };
        for _ in 0..4 {
            bench.frame();
        }
        bench
    }

    fn frame(&mut self) -> usize {
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1280.0, 720.0));
        let input = egui::RawInput { screen_rect: Some(screen), ..egui::RawInput::default() };
        let window = &mut self.window;
        let output = self.ctx.run_ui(input, |ui| {
            window.prepare(ui);
            window.frame(ui);
        });
        self.ctx.tessellate(output.shapes, output.pixels_per_point).len()
    }
}

fn frames(criterion: &mut Criterion) {
    for name in ["cubic", "himmelblau", "rosenbrock", "rastrigin"] {
        let mut group = criterion.benchmark_group(format!("frame/{name}"));
        let mut bench = Bench::new(name);
        group.bench_function("still", |bencher| bencher.iter(|| black_box(bench.frame())));
        let start = bench.window.state.study.start;
        let mut moved = 0u32;
        group.bench_function("start dragged", |bencher| {
            bencher.iter(|| {
                moved += 1;
                bench.window.state.study.start = [start[0] + 1e-4 * f64::from(moved % 1000), start[1]];
                black_box(bench.frame())
            });
        });
        group.finish();
    }
}

criterion_group!(benches, frames);
criterion_main!(benches);
