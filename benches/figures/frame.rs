//! A frame of the window before the graphics card gets it: the whole pass over the `Ui` with everything shown, and
//! tessellation.

use super::STEPS;
use super::measure::Report;
use super::subject::Subject;
use eframe::egui;
use losscape::app::compute::Quality;
use losscape::app::files::Reply;
use losscape::app::preferences::Preferences;
use losscape::app::state::State;
use losscape::app::worker::Worker;
use losscape::app::{Surroundings, Window};
use losscape::study::{Data, Study};
use std::hint::black_box;

/// One in which nothing has changed but which is drawn all the same (the pointer moves over a panel), and one in which
/// the start point is dragged.
pub fn frame(subject: &Subject, report: &Report) {
    let mut bench = Bench::new(subject);
    report.milliseconds("frame still", subject, 0, || {
        black_box(bench.draw());
    });
    let start = bench.window.state.study.start;
    let mut moved = 0u32;
    report.milliseconds("frame start dragged", subject, 0, || {
        moved += 1;
        bench.window.state.study.start = [start[0] + 1e-4 * f64::from(moved % 1000), start[1]];
        black_box(bench.draw());
    });
}

/// One in which a surface is turned by a hand, with everything shown.
pub fn surface_frame(subject: &Subject, report: &Report) {
    let mut bench = Bench::new(subject);
    let picture = &mut bench.window.state.study.picture;
    picture.surface.shown = true;
    bench.is_pressed = true;
    for _ in 0..4 {
        bench.draw();
    }
    report.milliseconds("surface frame", subject, 0, || {
        let camera = &mut bench.window.state.study.picture.surface.camera;
        *camera = camera.turned(1.0, 0.0);
        black_box(bench.draw());
    });
}

struct Bench {
    /// Whether the pointer's button is down, as while something is dragged.
    is_pressed: bool,
    ctx: egui::Context,
    window: Window,
}

impl Bench {
    /// A window of 1280 × 720 with four runs; its searches are done.
    fn new(subject: &Subject) -> Bench {
        let mut study = Study::of_formula(&subject.formula, subject.view);
        study.landscape.parameters = subject.parameters.clone();
        study.data = subject.data.clone().map(|dataset| Data::rows(dataset, None));
        let copy = study.runs[0].clone();
        study.runs.push(copy);
        for run in &mut study.runs {
            run.shown = true;
            run.steps = STEPS;
            run.gradient_tolerance = 0.0;
        }
        let ctx = egui::Context::default();
        let surroundings = Surroundings {
            worker: Worker::in_line(),
            ask: Box::new(|_| Reply::Nowhere),
            preferences_file: None,
            recovery_folder: None,
            quality: Quality { moving: 256, still: 512, budget_ms: f64::INFINITY },
        };
        let state = State::new(Some(study), None, Preferences::default());
        let window = Window::new(&ctx, state, surroundings).expect("a window");
        let mut bench = Bench { is_pressed: false, ctx, window };
        for _ in 0..4 {
            bench.draw();
        }
        bench
    }

    fn draw(&mut self) -> usize {
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1280.0, 720.0));
        let pos = egui::pos2(640.0, 60.0);
        let press = egui::Event::PointerButton {
            pos,
            button: egui::PointerButton::Primary,
            pressed: true,
            modifiers: egui::Modifiers::NONE,
        };
        let is_pressed = self.is_pressed && !self.ctx.input(|input| input.pointer.any_down());
        let events = if is_pressed { vec![egui::Event::PointerMoved(pos), press] } else { Vec::new() };
        let input = egui::RawInput { screen_rect: Some(screen), events, ..egui::RawInput::default() };
        let window = &mut self.window;
        let output = self.ctx.run_ui(input, |ui| {
            window.prepare(ui);
            window.frame(ui);
        });
        self.ctx.tessellate(output.shapes, output.pixels_per_point).len()
    }
}
